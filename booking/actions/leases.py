"""A session's lease follows its booking: longer with it, over with it; running work is never cut."""

from __future__ import annotations

from datetime import datetime

from booking.models import Booking, UsageSession


def keep_leases(booking: Booking, *, ended_at: datetime, now: datetime) -> None:
    """Bring the leases of the booking's running sessions in step; `ended_at` is the end that they knew.

    A lease that something else ends before (closing, a certification) keeps that end.
    """
    running = UsageSession.objects.filter(booking=booking, ended_at=None)
    promised = booking.state in Booking.PROMISED
    claims = booking.claims.filter(standing=True) if promised else booking.claims.none()
    stays = running.filter(resource__in=claims.values("unit__resource"))
    stays.filter(lease_until__gte=min(ended_at, booking.ends_at)).update(lease_until=booking.ends_at)
    running.exclude(pk__in=stays.values("pk")).filter(lease_until__gt=now).update(lease_until=now)
