"""Badging in beside a totem begins what was booked there and has no reader of its own."""

from __future__ import annotations

from datetime import datetime

from booking.actions.decide import EARLY, arrive
from booking.models import Booking
from booking.queries.arrivals import asked
from booking.queries.listening import readers_at
from booking.refusals import Refused
from lab.models import Member, Zone


def arrive_in(*, member: Member, zone: Zone, now: datetime) -> list[Booking]:
    """Check in for the member's bookings of now in this zone; those that are begun by this."""
    rows = Booking.objects.filter(
        member=member,
        state=Booking.State.BOOKED,
        starts_at__lte=now + EARLY,
        ends_at__gt=now,
        claims__unit__resource__zone=zone,
    )
    begun = []
    for booking in rows.distinct().prefetch_related("claims__unit__resource"):
        here = [row for row in asked(booking) if row.zone_id == zone.pk]
        if len(readers_at(here)) < len(here):
            try:
                begun.append(arrive(booking=booking, now=now, by=member))
            except Refused:  # it was given back in this very moment
                continue
    return begun
