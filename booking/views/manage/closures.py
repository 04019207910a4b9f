"""Closures: a list, a form, and how many bookings one hits."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.hits import note_hits
from booking.queries.hit_groups import anchor
from booking.queries.hits import closed_out, undecided
from lab.forms.hours import ClosureForm
from lab.gates import managers_only
from lab.models import Closure, Zone
from lab.views.manage.keeping import before, history, history_of, keep, page, posted, remove

PAST_SHOWN = 10


@managers_only
def closures(request: HttpRequest) -> HttpResponse:
    """Context: `coming` [(Closure, bookings that it hits)], `past` Closures."""
    now = timezone.now()
    rows = Closure.objects.select_related("zone").order_by("starts_at")
    context = {
        "coming": [(row, len(closed_out(row, now=now))) for row in rows.filter(ends_at__gt=now)],
        "past": rows.filter(ends_at__lte=now).reverse()[:PAST_SHOWN],
        "import_url": reverse("manage_closures_import"),
        "hits_url": reverse("manage_hits"),
        "now": now,
        "history": history_of(Closure),
    }
    return page(request, "booking/manage/closures.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def closure(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Context: `form`, `hits` of one that exists, `hits_url`."""
    row = get_object_or_404(Closure, pk=pk) if pk else Closure()
    now, was = timezone.now(), before(row)
    first = {"zone": Zone.objects.filter(slug=request.GET.get("zone", "")).first()} if pk is None else None
    form = ClosureForm(posted(request), instance=row, initial=first)
    more = partial(_hits, form.instance, now)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save, more=more):
        return redirect("manage_closures")
    kept = Closure.objects.get(pk=pk) if pk else None
    context = {
        "row": kept,
        "hits": closed_out(kept, now=now) if kept else [],
        "hits_url": f"{reverse('manage_hits')}#{anchor(kept)}" if kept and _undecided(kept, now) else "",
        "history": history(kept) if kept else [],
    }
    return page(request, "booking/manage/closure.html", context, form)


@managers_only
@require_POST
def delete_closure(request: HttpRequest, pk: int) -> HttpResponse:
    answer = remove(request, get_object_or_404(Closure, pk=pk), back=reverse("manage_closures"))
    note_hits(now=timezone.now())
    return answer


def _hits(row: Closure, now: datetime) -> tuple[str, str]:
    """Whom it hits, told to them at once, and where one decides about that."""
    note_hits(now=now)
    count = undecided(now=now).filter(closure=row).count()
    said = ngettext("It falls on %(count)d booking.", "It falls on %(count)d bookings.", count)
    return (said % {"count": count}, f"{reverse('manage_hits')}#{anchor(row)}") if count else ("", "")


def _undecided(row: Closure, now: datetime) -> bool:
    return undecided(now=now).filter(closure=row).exists()
