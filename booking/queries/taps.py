"""The facts that a verdict on a tap needs, read in as few queries as a reader's patience allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from booking.models import Booking, Claim, Presence, UsageSession
from booking.rules.taps import BadgeFacts, DoorFacts, MachineFacts, TapFacts
from devices.models import Device
from lab.lab_time import lab_zone, last_moment
from lab.models import Badge, Door, Member, Resource, Zone

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
    """Gather what stands in the database about this badge at this reader."""
    badge = Badge.objects.select_related("member").filter(fingerprint=fingerprint).first()
    member = badge.member if badge else None
    door, resource = (device.door, device.resource) if device.claimed and not device.revoked else (None, None)
    zone = door.zone if door else resource.zone if resource else None
    booking = _booking(resource, member, now)
    session = UsageSession.objects.filter(resource=resource, ended_at=None).first() if resource else None
    facts = TapFacts(
        now=now,
        tapped_at=tapped_at,
        retained=retained,
        badge=_badge_facts(badge, now),
        door=_door_facts(door, member, now) if door else None,
        machine=_machine_facts(resource, member, session, booking, now) if resource else None,
    )
    return Tapped(facts, badge, member, door, resource, zone, booking, session)


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


def _door_facts(door: Door, member: Member | None, now: datetime) -> DoorFacts:
    inside = list(Presence.objects.filter(zone=door.zone, until=None).values_list("member_id", flat=True))
    if member is not None and member.pk in inside:
        return DoorFacts(inside=True)  # on the way out nothing else about the zone counts
    return DoorFacts(
        open=door.zone.opening().at(now, lab_zone()) is not None,
        present=len(inside),
        capacity=door.zone.capacity,
    )


def _machine_facts(
    resource: Resource,
    member: Member | None,
    session: UsageSession | None,
    booking: Booking | None,
    now: datetime,
) -> MachineFacts:
    award = member and member.awards.filter(certification=resource.certification).first()
    opened = resource.zone.opening(always=resource.always_open).at(now, lab_zone())
    own = session is not None and member is not None and session.member_id == member.pk
    ends = [
        opened.end if opened else None,
        award.expires_at if award else None,
        booking.ends_at if booking else None,
        _next_start(resource, member, now),
        now + LONGEST_LEASE,
    ]
    return MachineFacts(
        certified=resource.certification is None or bool(award),
        certification_expires=award.expires_at if award else None,
        open=opened is not None,
        present=member is not None and _present(member, resource.zone),
        down=resource.outages.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now).exists(),
        in_use_by=None if session is None else "self" if own else "other",
        own_session=own,
        booked=_holder(resource, member, booking, now),
        walk_up=resource.walk_up,
        until=min((end for end in ends if end), default=None),
        busy=own and session is not None and session.busy_since is not None,
    )


def _booking(resource: Resource | None, member: Member | None, now: datetime) -> Booking | None:
    """The member's own booking of the resource that runs now or begins within a few minutes."""
    if resource is None or member is None:
        return None
    return (
        Booking.objects.filter(
            member=member,
            state__in=Booking.LIVE,
            claims__unit__resource=resource,
            claims__standing=True,
            starts_at__lte=now + EARLY,
            ends_at__gt=now,
        )
        .order_by("starts_at")
        .first()
    )


def _holder(resource: Resource, member: Member | None, booking: Booking | None, now: datetime) -> str | None:
    if booking is not None and booking.starts_at <= now:
        return "self"
    held = Claim.objects.filter(
        unit__resource=resource, standing=True, blocked_from__lte=now, blocked_until__gt=now
    ).exclude(booking__member=member)
    if held.count() >= resource.units.count():
        return "other"
    return "self" if booking is not None else None


def _present(member: Member, zone: Zone) -> bool:
    """Did they tap in? Where there is no door to tap at, whoever stands at the machine is present."""
    return member.presences.filter(zone=zone, until=None).exists() or not zone.doors.exists()


def _next_start(resource: Resource, member: Member | None, now: datetime) -> datetime | None:
    """When somebody else's claim begins: what runs now has to end before."""
    others = Claim.objects.filter(
        unit__resource=resource, standing=True, blocked_from__gt=now, blocked_from__lt=now + AHEAD
    ).exclude(booking__member=member)
    return others.order_by("blocked_from").values_list("blocked_from", flat=True).first()
