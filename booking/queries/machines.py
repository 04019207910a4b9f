"""The facts of a tap at a machine: what its user may, what stands in its planning, who uses it now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from booking.held import standing_claims
from booking.house import Place, house
from booking.models import Booking, Hit, Presence, UsageSession
from booking.queries.demands import unmet
from booking.queries.kept import kept_open
from booking.rules.leases import LONGEST_LEASE, Ends, lease_end
from booking.rules.taps import MachineFacts
from lab.compiled import Compiled, key, moment
from lab.lab_time import lab_zone
from lab.models import Award, Member, Resource, Zone
from lab.spans import Span

EARLY = timedelta(minutes=10)
AHEAD = timedelta(days=1)

AWARD = Compiled(
    lambda: Award.objects.filter(member=key("member"), certification=key("certification")).order_by("pk")
)
NEAR = Compiled(
    lambda: Booking.objects.filter(
        member=key("member"),
        state__in=Booking.PROMISED,
        claims__unit__resource=key("resource"),
        claims__standing=True,
        starts_at__lte=moment("soon"),
        ends_at__gt=moment("now"),
    ).order_by("starts_at")[:1]
)
INSIDE = Compiled(
    lambda: (
        Presence.objects.order_by()
        .filter(member=key("member"), zone=key("zone"), until=None)
        .values_list("pk")
    )
)


def machine_facts(
    resource: Resource,
    member: Member,
    session: UsageSession | None,
    booking: Booking | None,
    now: datetime,
    *,
    teacher: Award | None = None,
) -> MachineFacts:
    """Of a machine that is not theirs already; a `teacher` lends the certification and is company."""
    award = teacher or AWARD.first(member=member.pk, certification=resource.certification_id or 0)
    place = house().places[resource.pk]
    opened = place.opening.at(now, lab_zone())
    others = claims_of_others(place, member, now)
    expires = award.expires_at if award else None
    return MachineFacts(
        certified=resource.certification is None or bool(award),
        certification_expires=expires,
        open=opened is not None or (booking is not None and kept_open(booking, now)),
        present=present(member, resource.zone) and (not teacher or present(teacher.member, resource.zone)),
        down=_down(resource, booking, now),
        in_use_by=None if session is None else "other",
        booked=_holder(place, others, booking, now),
        walk_up=place.rules.walk_up,
        until=lease_end(
            Ends(
                booking.ends_at if booking else None,
                next_start(others, now),
                closing(place, opened, booking),
                expires,
            ),
            longest=now + LONGEST_LEASE,
        ),
        buddy=not resource.buddy or teacher is not None or has_company(member, resource.zone),
        forbidden=bool(unmet(resource.zone, member, now)),
    )


def _down(resource: Resource, booking: Booking | None, now: datetime) -> bool:
    """Out of order, and nobody decided that this booking takes place all the same."""
    if not any(
        starts <= now and (ends is None or now < ends)
        for starts, ends in house().outages.get(resource.pk, ())
    ):
        return False
    down = resource.outages.at(now)
    if booking is not None:
        down = down.exclude(hits__in=booking.hits.filter(decision=Hit.Decision.KEPT))
    return down.exists()


def booking_near(resource: Resource, member: Member, now: datetime) -> Booking | None:
    """The member's own booking of the resource that runs now or begins within a few minutes."""
    found: Booking | None = NEAR.first(member=member.pk, resource=resource.pk, soon=now + EARLY, now=now)
    return found


def claims_of_others(place: Place, member: Member, now: datetime) -> list[Span]:
    """What others hold of it within a day."""
    claims = standing_claims(place.units, Span(now, now + AHEAD)).exclude(booking__member=member)
    return [Span(*times) for times in claims.values_list("blocked_from", "blocked_until")]


def next_start(others: Iterable[Span], now: datetime) -> datetime | None:
    """When somebody else's time begins: what runs ends before."""
    return min((span.start for span in others if span.start > now), default=None)


def closing(place: Place, opened: Span | None, booking: Booking | None) -> datetime | None:
    """When the doors end it; a booking that may run on through closed hours is not ended by them."""
    if opened is None or (booking is not None and place.rules.overnight):
        return None
    if booking is not None and opened.end < booking.ends_at and kept_open(booking, opened.end):
        return None
    return opened.end


def present(member: Member, zone: Zone) -> bool:
    """Did they tap in? Where there is no door to tap at, whoever stands at the machine is present."""
    return bool(INSIDE.rows(member=member.pk, zone=zone.pk)) or not zone.doors.exists()


def has_company(member: Member, zone: Zone) -> bool:
    """Is somebody else known to be in the zone?"""
    return Presence.objects.filter(zone=zone, until=None).exclude(member=member).exists()


def _holder(place: Place, others: list[Span], booking: Booking | None, now: datetime) -> str | None:
    if booking is not None and booking.starts_at <= now:
        return "self"
    if sum(now in span for span in others) >= len(place.units):
        return "other"
    return "self" if booking is not None else None
