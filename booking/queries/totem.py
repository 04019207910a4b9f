"""What a totem tells anybody who passes: its zone's day, names only of those who agreed to it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from booking import live
from booking.held import standing_claims
from booking.house import house, units_of
from booking.models import Booking, UsageSession
from booking.queries.closing import closures_in, days_in
from devices.models import Device
from devices.queries import views
from devices.rules.freshness import Freshness
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Member, Resource, Zone
from lab.spans import Span

AHEAD = 1  # days after today: more than a screen shows before it hides what it knows
MOST = 3  # bookings of a resource; the others are counted
SHORTLY = timedelta(hours=20)
HEARD = {Freshness.FRESH, Freshness.LATE}


@dataclass(frozen=True, slots=True)
class Slot:
    """A booking: when, and whose where they agreed to be named."""

    span: Span
    name: str
    runs: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """What a resource does right now."""

    state: str
    until: datetime | None
    units_free: int
    user: str
    watts: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A resource's rest of a day; `now` for today only."""

    resource: Resource
    units: int
    slots: tuple[Slot, ...]
    more: int
    now: Moment | None = None

    @property
    def runs(self) -> bool:
        return any(slot.runs for slot in self.slots)


@dataclass(frozen=True, slots=True)
class TotemDay:
    """One day of the zone; `hours` it is open, `reasons` why not."""

    date: dt.date
    hours: tuple[Span, ...]
    reasons: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TotemView:
    """Today, the days after, and the zone at this moment."""

    zone: Zone
    today: TotemDay
    coming: tuple[TotemDay, ...]
    open: bool
    until: datetime | None
    present: int


def totem_view(zone: Zone, *, now: datetime) -> TotemView:
    """Everything that one totem shows, in a number of queries that does not grow with the zone."""
    rows = list(zone.resources.filter(listed=True).select_related("zone").order_by("kind", "slug"))
    first = now.astimezone(lab_zone()).date()
    days = [first + timedelta(days=number) for number in range(AHEAD + 1)]
    whole = Span(day_span(days[0], lab_zone()).start, day_span(days[-1], lab_zone()).end)
    booked, moments = _booked(rows, whole), _moments(rows, now)
    today, *coming = (_day(zone, day, rows, booked, moments if day == first else {}, now) for day in days)
    (picture,) = live.zone_snapshots([zone], now=now)
    opening = house().zones[zone.pk]
    opened = opening.at(now, lab_zone())
    later = next(opening.within(Span(now, now + timedelta(days=7)), lab_zone()), None)
    until = opened.end if opened else later.start if later else None
    if opened and opened.end - now > SHORTLY:
        until = None  # open day and night: an end says nothing
    return TotemView(zone, today, tuple(coming), opened is not None, until, picture["present"])


def _day(
    zone: Zone,
    day: dt.date,
    rows: Iterable[Resource],
    booked: dict[int, list[Booking]],
    moments: dict[int, Moment],
    now: datetime,
) -> TotemDay:
    span = day_span(day, lab_zone())
    closures = closures_in(span)
    reasons = [reason for _span, reason in closures[None] + closures[zone.pk]]
    reasons += [reason for _span, reason in ([] if zone.always_open else days_in([zone], span)[zone.pk])]
    return TotemDay(
        date=day,
        hours=tuple(house().zones[zone.pk].within(span, lab_zone())),
        reasons=tuple(dict.fromkeys(reasons)),
        lines=tuple(_line(row, span, booked.get(row.pk, []), moments.get(row.pk), now) for row in rows),
    )


def _line(row: Resource, day: Span, booked: list[Booking], at: Moment | None, now: datetime) -> Line:
    shown = [one for one in booked if one.span.overlaps(day) and one.ends_at > now]
    slots = tuple(Slot(one.span, _name(one.member), now in one.span) for one in shown[:MOST])
    return Line(row, len(units_of([row.pk])[row.pk]), slots, len(shown) - len(slots), at)


def _booked(rows: Collection[Resource], window: Span) -> dict[int, list[Booking]]:
    """Standing bookings by resource, each once, by time."""
    resource_of = {unit: pk for pk, units in units_of([row.pk for row in rows]).items() for unit in units}
    found: dict[int, dict[int, Booking]] = defaultdict(dict)
    for claim in standing_claims(list(resource_of), window).select_related("booking__member"):
        found[resource_of[claim.unit_id]][claim.booking_id] = claim.booking
    return {pk: sorted(some.values(), key=lambda one: one.starts_at) for pk, some in found.items()}


def _moments(rows: Collection[Resource], now: datetime) -> dict[int, Moment]:
    pictures: list[dict[str, Any]] = live.resource_snapshots(rows, now=now)
    sessions = UsageSession.objects.filter(resource__in=rows, ended_at=None).select_related("member")
    users = {session.resource_id: _name(session.member) for session in sessions}
    watts = _watts(rows, now)
    return {
        row.pk: Moment(
            state=shown["state"],
            until=_until(shown, now),
            units_free=shown["units_free"],
            user=users.get(row.pk, ""),
            watts=watts.get(row.pk),
        )
        for row, shown in zip(rows, pictures, strict=True)
    }


def _until(shown: dict[str, Any], now: datetime) -> datetime | None:
    """An end a day away says nothing, except when the doors open again."""
    until = datetime.fromtimestamp(shown["until"], dt.UTC) if shown["until"] else None
    return until if until and (shown["state"] == "closed" or until - now < SHORTLY) else None


def _watts(rows: Collection[Resource], now: datetime) -> dict[int, float]:
    """The power that meters measure now; nothing for one that has not spoken lately."""
    meters = Device.objects.filter(resource__in=rows).prefetch_related("channels")
    found: dict[int, float] = {}
    for view in views(meters, now=now):
        for channel in view.channels:
            known = channel.key == "power" and channel.freshness in HEARD
            if known and isinstance(channel.value, int | float):
                pk = view.device.resource_id or 0
                found[pk] = found.get(pk, 0.0) + float(channel.value)
    return found


def _name(member: Member | None) -> str:
    return member.display_name if member and member.shows_name else ""
