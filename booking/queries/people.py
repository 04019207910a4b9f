"""What concerns one member, and who is where."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from booking.models import AccessEvent, Booking, Presence, UsageSession
from lab.models import Member

MOST_PROPOSED = 8


def coming(member: Member, *, now: datetime) -> QuerySet[Booking]:
    """The member's bookings that are not over, the next first."""
    return _with_units(Booking.objects.filter(member=member, state__in=Booking.LIVE, ends_at__gt=now))


def past(member: Member, *, now: datetime) -> QuerySet[Booking]:
    """Bookings that are over or were given back, the newest first."""
    rows = Booking.objects.filter(member=member).exclude(state__in=Booking.LIVE, ends_at__gt=now)
    return _with_units(rows).select_related("no_show").order_by("-starts_at")


def running(member: Member | None = None) -> QuerySet[UsageSession]:
    """Open sessions, of one member or of all."""
    rows = UsageSession.objects.filter(ended_at=None).select_related(
        "resource", "member", "booking", "assisted_by"
    )
    return rows if member is None else rows.filter(member=member)


def taught(instructor: Member) -> QuerySet[UsageSession]:
    """Open sessions of trainees for whom their badge stands."""
    return running().filter(assisted_by=instructor)


def inside() -> QuerySet[Presence]:
    """Who is in which zone, by zone and arrival."""
    return (
        Presence.objects.filter(until=None).select_related("member", "zone").order_by("zone__slug", "since")
    )


def passages() -> QuerySet[AccessEvent]:
    """Passages and their decisions, the newest first."""
    return AccessEvent.objects.select_related("member", "device", "door", "resource", "zone")


def called(name: str) -> Member | None:
    """The active member with exactly this user name or mail address."""
    text = name.strip()
    if not text:
        return None
    rows = Member.objects.filter(is_active=True)
    found = list(rows.filter(Q(username__iexact=text) | Q(email__iexact=text))[:2])
    return found[0] if len(found) == 1 else None


def like(text: str) -> QuerySet[Member]:
    """Active members whose user name, name or mail address contains the text, a few."""
    full = Concat("first_name", Value(" "), "last_name")
    rows = Member.objects.filter(is_active=True).alias(full=full)
    asked = text.strip()
    wanted = Q(full__icontains=asked) | Q(username__icontains=asked) | Q(email__icontains=asked)
    return rows.filter(wanted).order_by("last_name", "first_name", "username")[:MOST_PROPOSED]


def _with_units(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    return rows.prefetch_related("claims__unit__resource__zone")
