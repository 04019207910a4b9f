"""The planning of a day: a row a unit, with what is open, booked and down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from booking.held import standing_claims
from booking.house import openings, outages
from booking.models import Booking, Claim
from booking.queries.closing import closures_in, days_in
from lab.calendar import Opening, day_span
from lab.lab_time import lab_zone
from lab.models import Member, Resource, Unit
from lab.spans import Span, without

SLOT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Bar:
    """Something on a row; `first` and `length` count 5-minute slots of the day, for placing it."""

    span: Span
    kind: str
    first: int
    length: int
    booking: Booking | None = None
    reason: str = ""  # why it is closed, where somebody said so


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's day."""

    resource: Resource
    unit: Unit
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day of the planning, midnight to midnight in the lab's zone."""

    date: dt.date
    span: Span
    rows: tuple[Row, ...]

    @property
    def previous(self) -> dt.date:
        return self.date - timedelta(days=1)

    @property
    def next(self) -> dt.date:
        return self.date + timedelta(days=1)


def day(on: dt.date, resources: QuerySet[Resource]) -> Day:
    """The day's rows: closed and down time, blocked set-up and clean-up, bookings."""
    span = day_span(on, lab_zone())
    rows = list(
        resources.select_related("zone", "certification")
        .prefetch_related("units")
        .order_by("zone__slug", "kind", "slug")
    )
    down, opening = outages([row.pk for row in rows], span), openings(rows)
    claims = _claims_by_unit([unit.pk for row in rows for unit in row.units.all()], span)
    why = _Reasons(rows, span)
    found = []
    closed: dict[int, list[Bar | None]] = {}  # neighbours share their zone's opening
    for resource in rows:
        shared = id(opening[resource.pk])
        if shared not in closed:
            parts = _closed(opening[resource.pk], span)
            closed[shared] = [_bar(part, "closed", span, reason=why(resource, part)) for part in parts]
        fixed = [*closed[shared]]
        fixed += [_bar(part, "outage", span) for part in down.get(resource.pk, [])]
        found += [
            Row(resource, unit, tuple(b for b in [*fixed, *_booked(claims.get(unit.pk, []), span)] if b))
            for unit in resource.units.all()
        ]
    return Day(on, span, tuple(found))


class _Reasons:
    """Why resources are closed in parts of a day, read once for all."""

    def __init__(self, rows: Collection[Resource], span: Span) -> None:
        self.closures = closures_in(span)
        self.days = days_in([row.zone for row in rows], span)

    def __call__(self, resource: Resource, part: Span) -> str:
        told = [*self.closures[None], *self.closures[resource.zone_id]]
        if not (resource.always_open or resource.zone.always_open):  # these keep no holidays
            told += self.days[resource.zone_id]
        return ", ".join(dict.fromkeys(reason for span, reason in told if span.overlaps(part)))


def asked(reader: Member, resources: Iterable[Resource], span: Span) -> dict[int, list[Bar]]:
    """Requests that wait, by unit: one's own; a manager's are everybody's. They block nothing."""
    rows = Claim.objects.filter(
        unit__resource__in=list(resources),
        booking__state=Booking.State.REQUESTED,
        booking__ends_at__gt=span.start,
        booking__starts_at__lt=span.end,
        superseded=False,
        linked=False,
    )
    if not reader.is_manager:
        rows = rows.filter(booking__member=reader)
    found: dict[int, list[Bar]] = {}
    for claim in rows.select_related("booking__member").order_by("booking__starts_at"):
        bar = _bar(claim.booking.span, "asked", span, claim.booking)
        if bar is not None:
            found.setdefault(claim.unit_id, []).append(bar)
    return found


def _closed(opening: Opening, span: Span) -> list[Span]:
    return list(without(span, opening.within(span, lab_zone())))


def _claims_by_unit(units: Collection[int], span: Span) -> dict[int, list[Claim]]:
    found: dict[int, list[Claim]] = {}
    for claim in standing_claims(units, span).select_related("booking__member"):
        found.setdefault(claim.unit_id, []).append(claim)
    return found


def _booked(claims: Iterable[Claim], day: Span) -> Iterable[Bar | None]:
    for claim in claims:
        booked = claim.booking.span
        for part in without(Span(claim.blocked_from, claim.blocked_until), [booked]):
            yield _bar(part, "blocked", day, claim.booking)
        yield _bar(booked, "booking", day, claim.booking)


def _bar(span: Span, kind: str, day: Span, booking: Booking | None = None, *, reason: str = "") -> Bar | None:
    shown = span.common(day)
    if shown is None:
        return None
    first = int((shown.start - day.start) / SLOT)
    last = -int(-(shown.end - day.start) // SLOT)
    return Bar(span, kind, first, max(last - first, 1), booking, reason)
