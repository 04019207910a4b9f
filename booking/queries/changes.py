"""What may still be done with a booking: how far it can go on, and who comes by badge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from booking.models import Booking
from booking.queries.wishes import against, wish_facts
from booking.rules.wishes import Code, blocking
from devices.models import Device
from lab.models import Resource
from lab.spans import Span

STEPS = (15, 30, 60, 120)  # minutes
READERS = ("machine-reader", "rdm6300-reader", "wiegand-reader", "osdp-reader")


def extensions(booking: Booking, resources: list[Resource], *, now: datetime) -> list[int]:
    """By how many minutes the booking could end later; nothing when somebody is next or it closes."""
    if booking.state not in (Booking.State.REQUESTED, *Booking.PROMISED) or booking.ends_at <= now:
        return []
    window = Span(booking.starts_at, booking.ends_at + timedelta(minutes=STEPS[-1]))
    facts = wish_facts(member=booking.member, resources=resources, window=window, now=now, besides=booking)
    asks_anyway = booking.state == Booking.State.REQUESTED
    found = []
    for minutes in STEPS:
        longer = Span(booking.starts_at, booking.ends_at + timedelta(minutes=minutes))
        said = against(longer, facts, besides=booking)
        asks = any(one.code is Code.NEEDS_APPROVAL for one in said)
        if not blocking(said) and (asks_anyway or not asks):
            found.append(minutes)
    return found


def has_reader(resources: Iterable[Resource]) -> bool:
    """Whether some badge reader stands at one of them, so that coming is told by tapping."""
    readers = Device.objects.filter(resource__in=list(resources), claimed_at__isnull=False, revoked=False)
    return readers.filter(profile__in=READERS).exists()
