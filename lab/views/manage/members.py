"""Members: find one, suspend, set an end, choose a role."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lab.auth import asking
from lab.forms.people import ExpiryForm, MemberForm
from lab.gates import managers_only
from lab.models import Certification, Look, Member
from lab.views.manage.keeping import before, history, history_of, keep, page, posted
from lab.views.manage.searching import found_members

A_PAGE = 40


@managers_only
def members(request: HttpRequest) -> HttpResponse:
    """Context: `members` (a page of them), `q`."""
    asked = request.GET.get("q", "")
    rows = found_members(asked).prefetch_related("awards__certification")
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"members": shown, "q": asked, "today": timezone.localdate(), "history": history_of(Member)}
    return page(request, "lab/manage/members.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, username: str) -> HttpResponse:
    """Context: `form` None where only an administrator may change somebody; `awards`, `lacking`."""
    who, by = get_object_or_404(Member, username=username), asking(request)
    Look.note(by, Look.What.MEMBER, now=timezone.now(), about=who)
    may_change = who.role != Member.Role.ADMIN or by.role == Member.Role.ADMIN
    was, form = before(who), None
    if may_change:
        form = MemberForm(posted(request), instance=who, by=by)
        if form.is_bound and form.is_valid() and keep(request, form, was=was, save=lambda: _save(form)):
            return redirect("manage_member", who.username)
    elif request.method == "POST":
        raise PermissionDenied
    awards = who.awards.select_related("certification", "awarded_by").order_by("certification__slug")
    context = {
        "who": who,
        "awards": awards,
        "lacking": Certification.objects.exclude(awards__member=who).order_by("slug"),
        "expiry": ExpiryForm(),
        "programmes": who.programmes.order_by("slug"),
        "badges": who.badges.all(),
        "now": timezone.now(),
        "history": history(who, *awards),
    }
    return page(request, "lab/manage/member.html", context, form)


def _save(form: MemberForm) -> Member:
    """An administrator also enters the plain admin."""
    who: Member = form.save(commit=False)
    if "role" in form.fields:
        who.is_staff = who.is_superuser = who.role == Member.Role.ADMIN
    who.save()
    return who
