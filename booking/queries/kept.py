"""Bookings that take place in spite of a closure or an outage, because a manager decided so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from booking.models import Booking, Hit
from booking.rules.allowlist import EARLY, Kept
from lab.models import Member, Outage, Zone
from lab.spans import Span

KEPT = Hit.objects.filter(decision=Hit.Decision.KEPT, booking__state__in=Booking.PROMISED)
FAR = timedelta(days=36_500)  # an outage that nobody has ended yet
Stays = Mapping[int, Mapping[int, tuple[Span, ...]]]  # zone → member → when they may come though it is closed


def kept_open(booking: Booking, moment: datetime) -> bool:
    """Does it take place in spite of a closure that holds then?"""
    return KEPT.filter(booking=booking, closure__starts_at__lte=moment, closure__ends_at__gt=moment).exists()


def expected(member: Member, zone: Zone, now: datetime) -> bool:
    """Is the member awaited in a zone that is closed, for something booked there?"""
    return KEPT.filter(
        closure__starts_at__lte=now,
        closure__ends_at__gt=now,
        booking__member=member,
        booking__starts_at__lte=now + EARLY,
        booking__ends_at__gt=now,
        booking__claims__standing=True,
        booking__claims__unit__resource__zone=zone,
    ).exists()


def stays(zones: Collection[int], *, since: datetime) -> Stays:
    """Who is awaited in these zones while they are closed, from then on."""
    rows = KEPT.filter(
        closure__isnull=False,
        booking__ends_at__gt=since,
        booking__claims__standing=True,
        booking__claims__unit__resource__zone__in=zones,
    )
    found: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    told = rows.values_list(
        "booking__claims__unit__resource__zone",
        "booking__member",
        "booking__starts_at",
        "booking__ends_at",
        "closure__starts_at",
        "closure__ends_at",
    )
    for zone, member, starts, ends, closes, opens in told.distinct().order_by("pk"):
        span = Span(starts - EARLY, ends).common(Span(closes, opens))
        if span:
            found[zone][member].append(span)
    return {
        zone: {member: tuple(spans) for member, spans in members.items()} for zone, members in found.items()
    }


def kept(bookings: Mapping[int, Booking], resource_of: Mapping[int, int]) -> dict[int, list[Kept]]:
    """By resource: those of these bookings that were kept. `resource_of` are the bookings' resources."""
    hits: dict[int, list[Hit]] = defaultdict(list)
    for hit in KEPT.filter(booking__in=bookings).select_related("closure").order_by("pk"):
        hits[hit.booking_id].append(hit)
    if not hits:
        return {}
    outages = _outages({resource_of[pk] for pk in hits})
    found: dict[int, list[Kept]] = defaultdict(list)
    for pk, its in hits.items():
        booking, resource = bookings[pk], resource_of[pk]
        closed = tuple(Span(hit.closure.starts_at, hit.closure.ends_at) for hit in its if hit.closure)
        aside = {hit.outage_id for hit in its}
        down = tuple(span for outage, span in outages[resource] if outage not in aside)
        found[resource].append(Kept(booking.member_id, booking.span, closed, down))
    return found


def _outages(resources: Iterable[int]) -> dict[int, list[tuple[int, Span]]]:
    found: dict[int, list[tuple[int, Span]]] = defaultdict(list)
    for row in Outage.objects.filter(resource__in=resources).order_by("pk"):
        found[row.resource_id].append((row.pk, Span(row.starts_at, row.ends_at or row.starts_at + FAR)))
    return found
