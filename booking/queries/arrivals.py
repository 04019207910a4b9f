"""Who came to the booking whose time has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from booking.models import AccessEvent, Booking, Presence, UsageSession
from booking.queries.listening import readers_at
from lab.models import Resource
from lab.spans import Span

EARLY = timedelta(minutes=15)  # whoever taps so long before their time has come to it
MOMENT = timedelta(seconds=1)
Seen = dict[tuple[int, str, int], list[Span]]  # a member, "at" a resource or "in" a zone


def begun(*, now: datetime) -> list[Booking]:
    """Bookings whose time has come, or is over already, and that nobody has begun."""
    rows = Booking.objects.filter(state=Booking.State.BOOKED, starts_at__lte=now)
    return list(rows.select_related("member").prefetch_related("claims__unit__resource__zone"))


def asked(booking: Booking) -> list[Resource]:
    """What was booked, each resource once; the claims with their resources should be prefetched."""
    shown = (claim for claim in booking.claims.all() if not claim.superseded and not claim.linked)
    return list(dict.fromkeys(claim.unit.resource for claim in shown))


def came(bookings: Sequence[Booking], *, now: datetime) -> set[int]:
    """Keys of the bookings whose member came.

    A tap at the resource counts, granted or not, and work at it; where it has no reader, being in its zone.
    """
    if not bookings:
        return set()
    wanted = {booking.pk: asked(booking) for booking in bookings}
    resources = list({row for rows in wanted.values() for row in rows})
    with_reader, seen = readers_at(resources), _seen(bookings, resources, now)
    found = set(UsageSession.objects.filter(booking__in=wanted).values_list("booking_id", flat=True))
    for booking in bookings:
        there = Span(booking.starts_at, max(min(booking.ends_at, now), booking.starts_at + MOMENT))
        near = there.grown(before=EARLY, after=timedelta(0))
        for row in wanted[booking.pk]:
            at_it = seen[booking.member_id, "at", row.pk]
            in_zone = [] if row.pk in with_reader else seen[booking.member_id, "in", row.zone_id]
            if any(map(near.overlaps, at_it)) or any(map(there.overlaps, in_zone)):
                found.add(booking.pk)
    return found


def _seen(bookings: Sequence[Booking], resources: Sequence[Resource], now: datetime) -> Seen:
    """Where and when the members of these bookings were seen of late."""
    since = min(booking.starts_at for booking in bookings) - EARLY
    lately = {"member__in": {booking.member_id for booking in bookings}}
    at_them = lately | {"resource__in": resources}
    found: Seen = defaultdict(list)

    def note(rows: Iterator[tuple[int, int, datetime, datetime | None]], how: str) -> None:
        for member, place, start, end in rows:
            found[member, how, place].append(Span(start, max(end or now, start + MOMENT)))

    sessions = UsageSession.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since), **at_them)
    note(sessions.values_list("member_id", "resource_id", "started_at", "ended_at").iterator(), "at")
    taps = AccessEvent.objects.filter(decided_at__gt=since, **at_them).order_by()
    note(taps.values_list("member_id", "resource_id", "decided_at", "decided_at").iterator(), "at")
    presences = Presence.objects.filter(Q(until=None) | Q(until__gt=since), **lately)
    note(presences.values_list("member_id", "zone_id", "since", "until").iterator(), "in")
    return found
