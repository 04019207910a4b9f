"""Whom outages and closures hit: worked out from what is claimed, and what was noted of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Q, QuerySet, prefetch_related_objects

from booking.held import held_rows
from booking.house import house
from booking.models import Booking, Claim, Hit, Policy
from booking.rules.hits import closure_hits, reach
from lab.models import Closure, Outage, Resource, Zone
from lab.spans import Span, merged

AT_ONCE = 500  # keys a statement
Touch = tuple[int, int]  # a booking and the resource by which it is touched


@dataclass(frozen=True, slots=True)
class Cause:
    """An outage or a closure that is not over: the time it takes, from which resources."""

    row: Outage | Closure
    span: Span
    resources: frozenset[int]

    @property
    def is_closure(self) -> bool:
        return isinstance(self.row, Closure)


def causes(*, now: datetime) -> list[Cause]:
    """Every outage and closure that is not over."""
    rows = Outage.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now)).select_related("resource")
    closures = Closure.objects.filter(ends_at__gt=now).select_related("zone")
    days = Policy.current().outage_days
    return [
        *(_outage(row, now, days) for row in rows.order_by("starts_at", "pk")),
        *shut(closures.order_by("starts_at", "pk")),
    ]


def shut(closures: Iterable[Closure]) -> list[Cause]:
    """What closures take, those too that are not saved yet."""
    by_zone: dict[int | None, set[int]] = defaultdict(set)
    for pk, zone in Resource.objects.values_list("pk", "zone_id"):
        by_zone[zone].add(pk)
        by_zone[None].add(pk)
    return [Cause(row, Span(row.starts_at, row.ends_at), frozenset(by_zone[row.zone_id])) for row in closures]


def hit_by(found: Sequence[Cause], *, now: datetime) -> list[list[Booking]]:
    """For each cause the live bookings, not over yet, that it hits, the first to begin first.

    A closure hits what was asked for; an outage also what is claimed with it, as a kit.
    """
    asking = _asking(now)
    touched = [_touched(cause, asking, now) for cause in found]
    rows = _live({booking for each in touched for booking, _resource in each}, now)
    return [
        sorted(
            {rows[pk] for pk, resource in each if pk in rows and _hits(cause, rows[pk].span, resource)},
            key=lambda booking: (booking.starts_at, booking.pk),
        )
        for cause, each in zip(found, touched, strict=True)
    ]


def closed_out(closure: Closure, *, now: datetime) -> list[Booking]:
    """The bookings that a closure hits, whether it is saved yet or not."""
    found = hit_by(shut([closure]), now=now)[0] if closure.ends_at > now else []
    prefetch_related_objects(found, "claims__unit__resource")
    return found


def would_hit(spans: Iterable[Span], *, zone: Zone | None, now: datetime) -> int:
    """How many bookings closures would hit that do not exist yet, in this zone or anywhere."""
    closed = [Closure(zone=zone, starts_at=each.start, ends_at=each.end) for each in merged(spans)]
    coming = shut(row for row in closed if row.ends_at > now)
    return len({booking.pk for each in hit_by(coming, now=now) for booking in each})


def undecided(*, now: datetime) -> QuerySet[Hit]:
    """Hits that somebody has to decide about, the first to begin first."""
    rows = Hit.objects.filter(decision="", booking__state__in=Booking.LIVE, booking__ends_at__gt=now)
    rows = rows.filter(Q(outage__isnull=False) | Q(closure__isnull=False))
    return rows.order_by("booking__starts_at", "pk")


def of_bookings(bookings: Iterable[Booking], *, now: datetime) -> dict[int, list[Hit]]:
    """Undecided hits by booking, with what hits."""
    found: dict[int, list[Hit]] = defaultdict(list)
    rows = undecided(now=now).filter(booking__in=[booking.pk for booking in bookings])
    for hit in rows.select_related("outage__resource", "closure__zone"):
        found[hit.booking_id].append(hit)
    return found


def _outage(row: Outage, now: datetime, days: int) -> Cause:
    span = reach(row.starts_at, row.ends_at, now=now, days=days)
    return Cause(row, span, frozenset({row.resource_id}))


def _hits(cause: Cause, booked: Span, resource: int) -> bool:
    if not cause.is_closure:
        return booked.overlaps(cause.span)
    return closure_hits(booked, cause.span, overnight=house().places[resource].rules.overnight)


def _touched(cause: Cause, asking: Sequence[Claim], now: datetime) -> set[Touch]:
    """Bookings whose claims touch what the cause takes; those that ask only claim nothing that stands."""
    places = house().places
    units = {unit: pk for pk in cause.resources for unit in places[pk].units}
    window = Span(max(cause.span.start, now), cause.span.end)
    rows = held_rows(units, window) if units else []
    linked = _linked([row.claim for row in rows]) if cause.is_closure else frozenset()
    asks = [row for row in asking if row.unit_id in units and not (cause.is_closure and row.linked)]
    return {
        *((row.booking, units[row.unit]) for row in rows if row.claim not in linked),
        *((row.booking_id, units[row.unit_id]) for row in asks),
    }


def _asking(now: datetime) -> list[Claim]:
    rows = Claim.objects.filter(
        booking__state=Booking.State.REQUESTED, booking__ends_at__gt=now, superseded=False
    )
    return list(rows)


def _linked(claims: Collection[int]) -> frozenset[int]:
    """Those of the claims that were not asked for."""
    found: set[int] = set()
    for part in _parts(claims):
        found.update(Claim.objects.filter(pk__in=part, linked=True).values_list("pk", flat=True))
    return frozenset(found)


def _live(bookings: Collection[int], now: datetime) -> dict[int, Booking]:
    found: dict[int, Booking] = {}
    for part in _parts(bookings):
        rows = Booking.objects.filter(pk__in=part, state__in=Booking.LIVE, ends_at__gt=now)
        found |= {row.pk: row for row in rows.select_related("member")}
    return found


def _parts(keys: Collection[int]) -> Iterator[list[int]]:
    left = iter(sorted(keys))
    while part := list(islice(left, AT_ONCE)):
        yield part
