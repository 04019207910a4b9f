"""Who has just badged in or out beside a totem, and what waits for them; known for some seconds only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.models import AccessEvent, Booking
from booking.queries.arrivals import asked
from booking.queries.listening import readers_at
from booking.rules.taps import Reason
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Member, Resource, Zone
from lab.spans import Span

SHOWN = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Next:
    """Their next booking of today: `begun` by this tap or before, or by the reader `at` the resource."""

    resources: tuple[Resource, ...]
    span: Span
    begun: bool
    at_reader: bool
    elsewhere: Zone | None


@dataclass(frozen=True, slots=True)
class Greeting:
    """`name` is empty where they did not agree to it; `seconds` it may stand there."""

    name: str
    comes: bool
    language: str
    seconds: float
    next: Next | None = None


def greeting(zone: Zone, *, now: datetime) -> Greeting | None:
    """The newest passage at the zone's own reader, while it is news."""
    event = (
        AccessEvent.objects.filter(
            zone=zone,
            door=None,
            resource=None,
            granted=True,
            offline=False,
            member__isnull=False,
            decided_at__gt=now - SHOWN,
            decided_at__lte=now,
        )
        .select_related("member")
        .first()
    )
    if event is None or event.member is None:
        return None
    comes, member = event.reason == Reason.WELCOME, event.member
    return Greeting(
        name=member.first_name if member.shows_name else "",
        comes=comes,
        language=member.language,
        seconds=(event.decided_at + SHOWN - now).total_seconds(),
        next=_next(member, zone, now) if comes else None,
    )


def _next(member: Member, zone: Zone, now: datetime) -> Next | None:
    today = day_span(now.astimezone(lab_zone()).date(), lab_zone())
    rows = Booking.objects.filter(
        member=member, state__in=Booking.PROMISED, ends_at__gt=now, starts_at__lt=today.end
    )
    booking = rows.order_by("starts_at", "pk").prefetch_related("claims__unit__resource__zone").first()
    if booking is None:
        return None
    resources = asked(booking)
    away = [row.zone for row in resources if row.zone_id != zone.pk]
    return Next(
        resources=tuple(resources),
        span=booking.span,
        begun=booking.state == Booking.State.CHECKED_IN,
        at_reader=bool(readers_at(resources)),
        elsewhere=away[0] if away and len(away) == len(resources) else None,
    )
