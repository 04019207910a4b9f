"""Bookings that nobody came to: what their members say, and what is known of that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from booking.models import AccessEvent, Booking, NoShow, Presence
from booking.queries.listening import readers_at
from booking.queries.people import passages
from booking.queries.requests import asked
from devices.models import Device
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Resource
from lab.spans import Span

CLAIMS = "booking__claims__unit__resource__zone"
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Absence:
    """An objection beside what is known of that day: passages, stays, and the readers as they are now.

    `would_end` is when the booking would have ended.
    """

    missed: NoShow
    resources: tuple[Resource, ...]
    would_end: datetime
    passages: tuple[AccessEvent, ...]
    stays: tuple[Presence, ...]
    readers: tuple[Device, ...]


def contested() -> QuerySet[NoShow]:
    """Objections that nobody has decided about, the oldest first."""
    return NoShow.objects.filter(objected_at__isnull=False, decided_at=None).order_by("objected_at", "pk")


def decided() -> QuerySet[NoShow]:
    """What was decided, the newest first."""
    rows = NoShow.objects.exclude(decided_at=None).order_by("-decided_at", "-pk")
    return rows.select_related("booking", "member", "decided_by").prefetch_related(CLAIMS)


def absences(*, now: datetime) -> list[Absence]:
    """Every open objection with its facts; a fixed number of queries."""
    rows = contested().select_related("booking", "member").prefetch_related(CLAIMS, "booking__changes")
    missed = list(rows[:MOST_SHOWN])
    what = {row.pk: tuple(dict.fromkeys(asked(row.booking))) for row in missed}
    readers = readers_at([one for found in what.values() for one in found])
    events, stays = _events(missed), _stays(missed)
    return [
        Absence(
            missed=row,
            resources=what[row.pk],
            would_end=would_have_ended(row.booking),
            passages=tuple(one for one in events if _theirs(one, row) and one.tapped_at in _day(row)),
            stays=tuple(one for one in stays if _theirs(one, row) and _stay(one, now).overlaps(_day(row))),
            readers=tuple(device for one in what[row.pk] for device in readers.get(one.pk, ())),
        )
        for row in missed
    ]


def would_have_ended(booking: Booking) -> datetime:
    """When a booking that was released would have ended; its changes may be prefetched."""
    released = [one for one in booking.changes.all() if one.what == one.What.RELEASED]
    return datetime.fromisoformat(released[-1].before["ends_at"]) if released else booking.ends_at


def _events(missed: Sequence[NoShow]) -> list[AccessEvent]:
    where = Q(pk=None)
    for row in missed:
        day = _day(row)
        where |= Q(member=row.member_id, tapped_at__gte=day.start, tapped_at__lt=day.end)
    return list(passages().filter(where).order_by("tapped_at", "pk"))


def _stays(missed: Sequence[NoShow]) -> list[Presence]:
    where = Q(pk=None)
    for row in missed:
        day = _day(row)
        since = Q(until=None) | Q(until__gt=day.start)
        where |= Q(since, member=row.member_id, since__lt=day.end)
    return list(Presence.objects.filter(where).select_related("zone").order_by("since", "pk"))


def _theirs(fact: AccessEvent | Presence, row: NoShow) -> bool:
    return fact.member_id == row.member_id


def _day(row: NoShow) -> Span:
    """The lab's day on which the booking began."""
    return day_span(timezone.localdate(row.booking.starts_at), lab_zone())


def _stay(one: Presence, now: datetime) -> Span:
    return Span(one.since, max(one.until or now, one.since + timedelta(seconds=1)))
