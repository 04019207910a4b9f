"""What concerns one member, and who is where."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from booking.models import AccessEvent, Booking, Presence, UsageSession
from lab.models import Member


def coming(member: Member, *, now: datetime) -> QuerySet[Booking]:
    """The member's bookings that are not over, the next first."""
    return _with_units(Booking.objects.filter(member=member, state__in=Booking.LIVE, ends_at__gt=now))


def past(member: Member, *, now: datetime) -> QuerySet[Booking]:
    """Bookings that are over or were given back, the newest first."""
    rows = Booking.objects.filter(member=member).exclude(state__in=Booking.LIVE, ends_at__gt=now)
    return _with_units(rows).order_by("-starts_at")


def running(member: Member | None = None) -> QuerySet[UsageSession]:
    """Open sessions, of one member or of all."""
    rows = UsageSession.objects.filter(ended_at=None).select_related("resource", "member", "booking")
    return rows if member is None else rows.filter(member=member)


def inside() -> QuerySet[Presence]:
    """Who is in which zone, by zone and arrival."""
    return (
        Presence.objects.filter(until=None).select_related("member", "zone").order_by("zone__slug", "since")
    )


def passages() -> QuerySet[AccessEvent]:
    """Passages and their decisions, the newest first."""
    return AccessEvent.objects.select_related("member", "device", "door", "resource", "zone")


def _with_units(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    return rows.prefetch_related("claims__unit__resource__zone")
