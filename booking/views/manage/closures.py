"""Closures: a list, a form, and how many bookings one hits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.queries.hits import closed_out
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
        "import_url": _address("manage_closures_import"),
        "hits_url": _address("manage_hits"),
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
    if form.is_bound and form.is_valid():
        note = _hits(len(closed_out(form.instance, now=now)))
        if keep(request, form, was=was, save=form.save, note=note):
            return redirect("manage_closures")
    kept = Closure.objects.get(pk=pk) if pk else None
    context = {
        "row": kept,
        "hits": closed_out(kept, now=now) if kept else [],
        "hits_url": _address("manage_hits"),
        "history": history(kept) if kept else [],
    }
    return page(request, "booking/manage/closure.html", context, form)


@managers_only
@require_POST
def delete_closure(request: HttpRequest, pk: int) -> HttpResponse:
    return remove(request, get_object_or_404(Closure, pk=pk), back=reverse("manage_closures"))


def _hits(count: int) -> str:
    said = ngettext("It falls on %(count)d booking.", "It falls on %(count)d bookings.", count)
    return said % {"count": count} if count else ""


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
