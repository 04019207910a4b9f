"""What I was told: the list, what I have read of it, and which of it I want by mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.actions.read import mark_read
from booking.forms.mails import MailsForm
from booking.models import Mailbox, Notice
from booking.notices import path_of, told
from booking.queries.notices import all_told
from lab.auth import asking

SHOWN = 30


@login_required
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Context: `page` of Told (what was not read first), `newest` number, `form`, `mailbox` or None."""
    member = asking(request)
    form = MailsForm(request.POST or None, instance=member)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return redirect("notices")
    page = Paginator(all_told(member), SHOWN).get_page(request.GET.get("page"))
    newest = Notice.objects.filter(member=member).order_by("-pk").values_list("pk", flat=True).first()
    context = {
        "page": page,
        "entries": told(page.object_list),
        "newest": newest,
        "form": form,
        "mailbox": Mailbox.objects.filter(member=member).first(),
    }
    return render(request, "booking/notices.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """To what it is about; from then on it counts as read."""
    found = get_object_or_404(Notice, pk=pk, member=asking(request))
    Notice.objects.filter(pk=found.pk, read_at=None).update(read_at=timezone.now())
    return redirect(path_of(found))


@require_POST
@login_required
def read(request: HttpRequest) -> HttpResponse:
    """Everything up to the newest one that the page showed."""
    until = request.POST.get("until", "")
    if until.isdecimal() and len(until) < 19:
        mark_read(member=asking(request), now=timezone.now(), until=int(until))
    return redirect("notices")
