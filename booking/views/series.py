"""A series' own page, and what is done with all of it or with what follows from one of its dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from booking import actions, repeat_words, said
from booking.actions.series import cancel_series
from booking.models import Booking, Series
from booking.queries.series_rows import bookings_of, left_out
from booking.refusals import Refused, SeriesRefused
from lab import times
from lab.auth import asking
from lab.gates import managers_only
from lab.spans import Span

CHANGEABLE = (Booking.State.REQUESTED, Booking.State.BOOKED)


@dataclass(frozen=True, slots=True)
class Line:
    """A date of the series: with its booking, or left out."""

    span: Span
    booking: Booking | None = None


@login_required
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """Context: `series`, `words`, `what`, `lines`, `coming` bookings, `asked`: how many wait for approval."""
    found, now = own_series(request, pk), timezone.now()
    rows = bookings_of(found)
    lines = [Line(row.span, row) for row in rows] + [Line(span) for span in left_out(found, rows)]
    coming = [row for row in rows if row.state in CHANGEABLE and row.starts_at > now]
    context = {
        "now": now,
        "series": found,
        "words": repeat_words.sentence(found),
        "what": said.what(rows[0]) if rows else "",
        "lines": sorted(lines, key=lambda line: line.span),
        "coming": coming,
        "asked": sum(row.state == Booking.State.REQUESTED for row in coming),
    }
    return render(request, "booking/series.html", context)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back all that is to come or, `from` a date, what follows."""
    found = own_series(request, pk)
    try:
        gone = cancel_series(
            series=found,
            by=asking(request),
            now=timezone.now(),
            since=_since(request.POST.get("from", "")),
            reason=request.POST.get("reason", "").replace("\0", "")[:300],
        )
    except Refused as refused:
        messages.error(request, _why_not(refused))
    else:
        words = ngettext("{count} booking cancelled.", "{count} bookings cancelled.", len(gone))
        messages.success(request, words.format(count=len(gone)))
    return redirect("series", pk=pk)


@managers_only
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes to every request of the series that is still possible."""

    def act(row: Booking, now: datetime) -> None:
        actions.approve(booking=row, by=asking(request), now=now)

    done, left = _decided(own_series(request, pk), act)
    messages.success(request, ngettext("{count} approved.", "{count} approved.", done).format(count=done))
    if left:
        words = ngettext(
            "{count} could not be: somebody has its time.",
            "{count} could not be: somebody has their times.",
            left,
        )
        messages.error(request, words.format(count=left))
    return redirect("series", pk=pk)


@managers_only
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no to every request of the series."""
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:300]

    def act(row: Booking, now: datetime) -> None:
        actions.decline(booking=row, by=asking(request), now=now, reason=reason)

    done, _left = _decided(own_series(request, pk), act)
    messages.success(request, ngettext("{count} declined.", "{count} declined.", done).format(count=done))
    return redirect("series", pk=pk)


def reachable(request: HttpRequest) -> QuerySet[Series]:
    """The series that somebody may change: their own; a manager everybody's."""
    rows, reader = Series.objects.select_related("member"), asking(request)
    return rows if reader.is_manager else rows.filter(member=reader)


def own_series(request: HttpRequest, pk: int) -> Series:
    """The series, for whoever may change it; for others there is none."""
    rows = reachable(request).filter(pk=pk) if pk < 2**63 else Series.objects.none()
    return get_object_or_404(rows)


def _decided(found: Series, act: Callable[[Booking, datetime], None]) -> tuple[int, int]:
    """How many requests were decided, and how many could not be."""
    now, done, left = timezone.now(), 0, 0
    for row in found.bookings.filter(state=Booking.State.REQUESTED, ends_at__gt=now):
        try:
            act(row, now)
            done += 1
        except Refused:
            left += 1
    return done, left


def _why_not(refused: Refused) -> str:
    if not isinstance(refused, SeriesRefused):
        return " ".join(said.detail(one) for one in refused.objections)
    days = ", ".join(times.day(each.at) for each in refused.occurrences if not each.fits)
    return _("Nothing was cancelled: it is too late for {days}. Cancel what follows instead.").format(
        days=days
    )


def _since(told: str) -> datetime | None:
    """The date that is meant; None for all of them.

    Raises:
        Http404: when it can't be read: all of them are not meant then.
    """
    if not told:
        return None
    try:
        found = parse_datetime(told)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise Http404
    return found
