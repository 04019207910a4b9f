"""The facts that a verdict on a tap needs, read in as few queries as a reader's patience allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.held import standing_claims
from booking.house import Place, house
from booking.models import Booking, Presence, UsageSession
from booking.rules.taps import BadgeFacts, DoorFacts, MachineFacts, TapFacts
from devices.models import Device
from lab.lab_time import lab_zone, last_moment
from lab.models import Badge, Door, Member, Resource, Zone
from lab.spans import Span

EARLY = timedelta(minutes=10)
AHEAD = timedelta(days=1)
LONGEST_LEASE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Tapped:
    """The rows that a tap is about, beside the pure facts."""

    facts: TapFacts
    badge: Badge | None
    member: Member | None
    door: Door | None
    resource: Resource | None
    zone: Zone | None
    booking: Booking | None = None
    session: UsageSession | None = None


def tapped(
    *, device: Device, fingerprint: str | None, tapped_at: datetime, retained: bool, now: datetime
) -> Tapped:
    """Gather what stands in the database about this badge at this reader, as far as it can matter."""
    badge = Badge.objects.select_related("member").filter(fingerprint=fingerprint).first()
    member = badge.member if badge else None
    door, resource = _place(device)
    zone = door.zone if door else resource.zone if resource else None
    known = _badge_facts(badge, now)
    facts = TapFacts(now=now, tapped_at=tapped_at, retained=retained, badge=known)
    if member is None or not known.known:  # nothing else counts then
        facts = replace(
            facts, door=DoorFacts() if door else None, machine=MachineFacts() if resource else None
        )
        return Tapped(facts, badge, member, door, resource, zone)
    if door is not None:
        facts = replace(facts, door=_door_facts(door, member, now))
        return Tapped(facts, badge, member, door, resource, zone)
    if resource is None:
        return Tapped(facts, badge, member, door, resource, zone)
    session = UsageSession.objects.filter(resource=resource, ended_at=None).first()
    if session is not None and session.member_id == member.pk:  # who switches off needs no booking
        own = MachineFacts(in_use_by="self", own_session=True, busy=session.busy_since is not None)
        return Tapped(replace(facts, machine=own), badge, member, door, resource, zone, session=session)
    booking = _booking(resource, member, now)
    facts = replace(facts, machine=_machine_facts(resource, member, session, booking, now))
    return Tapped(facts, badge, member, door, resource, zone, booking, session)


def _place(device: Device) -> tuple[Door | None, Resource | None]:
    """What the device speaks for, if anything."""
    if not device.claimed or device.revoked:
        return None, None
    if device.door is not None or device.resource_id is None:
        return device.door, None
    return None, Resource.objects.select_related("zone", "certification").get(pk=device.resource_id)


def _badge_facts(badge: Badge | None, now: datetime) -> BadgeFacts:
    member = badge.member if badge else None
    if badge is None or member is None or not member.is_active:
        return BadgeFacts(known=False)
    return BadgeFacts(
        lost=badge.lost_at is not None,
        valid=badge.valid_at(now),
        assurance=badge.assurance,
        suspended=member.suspended,
        member_until=last_moment(member.member_until),
        any_hour=member.any_hour,
    )


def _door_facts(door: Door, member: Member, now: datetime) -> DoorFacts:
    inside = list(
        Presence.objects.order_by().filter(zone=door.zone, until=None).values_list("member_id", flat=True)
    )
    if member.pk in inside:
        return DoorFacts(inside=True)  # on the way out nothing else about the zone counts
    return DoorFacts(
        open=member.any_hour or house().zones[door.zone_id].at(now, lab_zone()) is not None,
        present=len(inside),
        capacity=door.zone.capacity,
    )


def _machine_facts(
    resource: Resource,
    member: Member,
    session: UsageSession | None,
    booking: Booking | None,
    now: datetime,
) -> MachineFacts:
    award = member.awards.filter(certification=resource.certification).first()
    place = house().places[resource.pk]
    opened = place.opening.at(now, lab_zone())
    others = _claims_of_others(place, member, now)
    ends = [
        opened.end if opened else None,
        award.expires_at if award else None,
        booking.ends_at if booking else None,
        min((span.start for span in others if span.start > now), default=None),  # what runs ends before
        now + LONGEST_LEASE,
    ]
    return MachineFacts(
        certified=resource.certification is None or bool(award),
        certification_expires=award.expires_at if award else None,
        open=opened is not None,
        present=_present(member, resource.zone),
        down=resource.outages.at(now).exists(),
        in_use_by=None if session is None else "other",
        booked=_holder(place, others, booking, now),
        walk_up=place.rules.walk_up,
        until=min((end for end in ends if end), default=None),
    )


def _booking(resource: Resource, member: Member, now: datetime) -> Booking | None:
    """The member's own booking of the resource that runs now or begins within a few minutes."""
    return (
        Booking.objects.filter(
            member=member,
            state__in=Booking.PROMISED,
            claims__unit__resource=resource,
            claims__standing=True,
            starts_at__lte=now + EARLY,
            ends_at__gt=now,
        )
        .order_by("starts_at")
        .first()
    )


def _claims_of_others(place: Place, member: Member, now: datetime) -> list[Span]:
    """What others hold of it within a day."""
    claims = standing_claims(place.units, Span(now, now + AHEAD)).exclude(booking__member=member)
    return [Span(*times) for times in claims.values_list("blocked_from", "blocked_until")]


def _holder(place: Place, others: list[Span], booking: Booking | None, now: datetime) -> str | None:
    if booking is not None and booking.starts_at <= now:
        return "self"
    if sum(now in span for span in others) >= len(place.units):
        return "other"
    return "self" if booking is not None else None


def _present(member: Member, zone: Zone) -> bool:
    """Did they tap in? Where there is no door to tap at, whoever stands at the machine is present."""
    return member.presences.filter(zone=zone, until=None).exists() or not zone.doors.exists()
