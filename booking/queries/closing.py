"""Closures to come, and the bookings that they hit."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from booking.models import Booking
from lab.models import Closure


def hit_by(closure: Closure, *, now: datetime) -> QuerySet[Booking]:
    """Bookings, not over yet, that a closure falls on."""
    where = Q() if closure.zone_id is None else Q(claims__unit__resource__zone=closure.zone_id)
    return (
        Booking.objects.filter(
            where,
            state__in=Booking.LIVE,
            claims__superseded=False,
            claims__linked=False,
            starts_at__lt=closure.ends_at,
            ends_at__gt=max(closure.starts_at, now),
        )
        .order_by("starts_at")
        .distinct()
    )
