"""Bookings of a span, for lists: found by their start, however many there are."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from booking.held import held_rows
from booking.models import Booking, Claim
from lab.models import Member, Unit
from lab.spans import Span

GONE = (Booking.State.CANCELLED, Booking.State.DECLINED)
MOMENT = timedelta(seconds=1)
LONG_MISSED = timedelta(days=7)  # how long a booking may have been that claims nothing any more


def listed(
    *,
    since: datetime,
    until: datetime | None = None,
    resource: str | None = None,
    whose: Member | None = None,
    state: str | None = None,
) -> QuerySet[Booking]:
    """Bookings that touch `[since, until)`, the first to begin first; what was given back only of `whose`."""
    rows = Booking.objects.select_related("member", "project").prefetch_related("claims")
    rows = rows.filter(ends_at__gt=since)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    if resource:
        asked = Claim.objects.filter(booking=OuterRef("pk"), unit__resource__slug=resource, superseded=False)
        rows = rows.filter(Exists(asked))
    if whose is not None:
        rows = rows.filter(member=whose)
    elif state is None:
        rows = rows.exclude(state__in=GONE)
    if state is not None:
        rows = rows.filter(state=state)
    return rows if whose else rows.filter(starts_at__gte=_first_start(since))


def _first_start(since: datetime) -> datetime:
    """Before which nothing began that goes on at `since`.

    The index is one of starts: without this, a list of a week would read everything that ever ended.
    """
    units = Unit.objects.values_list("pk", flat=True)
    standing = [row.span.start for row in held_rows(list(units), Span(since, since + MOMENT))]
    asked = Booking.objects.filter(Q(state=Booking.State.REQUESTED), ends_at__gt=since, starts_at__lt=since)
    first: datetime | None = asked.aggregate(first=Min("starts_at"))["first"]
    earliest: datetime = min([since, *standing, first or since])
    return earliest - LONG_MISSED
