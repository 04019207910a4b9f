"""Where calendars are found: secret addresses that the database alone can't tell, and lasting names."""

from __future__ import annotations

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from booking.models import Booking, Feed, Origin
from lab.models import Closure

NOBODY = Feed(pk=0, nonce="nobody's")  # an address that means nothing costs the same work
DIGITS = 18


def secret_of(feed: Feed) -> str:
    """What stands in the feed's address; made from the lab's key each time, kept nowhere."""
    seal = Signer(salt="booking.calendars", algorithm="sha256").signature(f"{feed.pk}:{feed.nonce}")
    return f"{feed.pk}-{seal}"


def feed_of(secret: str) -> Feed | None:
    """The feed with this secret; None when there is none, or no longer."""
    number = secret.partition("-")[0]
    pk = int(number) if number.isascii() and number.isdigit() and len(number) <= DIGITS else 0
    feed = Feed.objects.select_related("member", "resource__zone", "zone").filter(pk=pk).first()
    known = constant_time_compare(secret, secret_of(feed or NOBODY))
    return feed if feed and known and feed.revoked_at is None and feed.member.is_active else None


def booking_uid(booking: int, origin: str | None = None) -> str:
    """What every calendar knows a booking by, for ever."""
    return f"booking-{booking}@{origin or Origin.current()}"


def closure_uid(closure: Closure, origin: str) -> str:
    return f"closure-{closure.pk}@{origin}"


def booking_path(booking: Booking | int) -> str:
    return f"/bookings/{booking if isinstance(booking, int) else booking.pk}/"
