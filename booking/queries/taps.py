"""The facts that a verdict on a tap needs, read in as few queries as a reader's patience allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from booking.models import Booking, UsageSession
from booking.queries.assists import Asked, asked_at
from booking.queries.doors import door_facts, presence_facts
from booking.queries.machines import booking_near, machine_facts
from booking.rules.cards import Proof
from booking.rules.leases import Work, work_of
from booking.rules.taps import BadgeFacts, DoorFacts, MachineFacts, TapFacts
from devices.models import Device
from lab.compiled import Compiled, key
from lab.lab_time import last_moment
from lab.models import Badge, Door, Member, Resource, Zone

PLACE = Compiled(lambda: Resource.objects.filter(pk=key("resource")).select_related("zone", "certification"))
RUNNING = Compiled(lambda: UsageSession.objects.order_by().filter(resource=key("resource"), ended_at=None))


@dataclass(frozen=True, slots=True)
class Tapped:
    """The rows that a tap is about, beside the pure facts.

    Without a door and a resource the reader counts who is in its `zone`, if it has one.
    """

    facts: TapFacts
    badge: Badge | None
    member: Member | None
    door: Door | None
    resource: Resource | None
    zone: Zone | None
    booking: Booking | None = None
    session: UsageSession | None = None
    asked: Asked | None = None


def tapped(
    *,
    device: Device,
    badge: Badge | None,
    proof: Proof,
    tapped_at: datetime,
    retained: bool,
    now: datetime,
) -> Tapped:
    """Gather what stands in the database about this badge at this reader, as far as it can matter."""
    door, resource, counted = _place(device)
    known = badge_facts(badge, proof, now)
    facts = TapFacts(now=now, tapped_at=tapped_at, retained=retained, badge=known)
    member = badge.member if badge else None
    if member is None or not known.known:  # nothing else counts then
        facts = replace(
            facts,
            door=DoorFacts() if door or counted else None,
            machine=MachineFacts() if resource else None,
        )
        return Tapped(facts, badge, member, door, resource, _zone(door, resource, counted))
    asked = asked_at(device, resource, member, now)
    return gathered(facts, member, door, resource, counted, badge=badge, asked=asked)


def gathered(
    facts: TapFacts,
    member: Member,
    door: Door | None,
    resource: Resource | None,
    counted: Zone | None = None,
    *,
    badge: Badge | None = None,
    asked: Asked | None = None,
    later: bool = False,
) -> Tapped:
    """The same with what counts of the door, the machine or the `counted` zone for this member.

    With `later` the moment is still to come: who uses the machine now has left it when their lease is over.
    """
    known = Tapped(facts, badge, member, door, resource, _zone(door, resource, counted))
    if door is not None:
        facts = replace(facts, door=door_facts(door, member, facts.now), needs_assurance=door.assurance)
        return replace(known, facts=facts)
    if resource is None:
        entered = presence_facts(counted, member, facts.now) if counted else None
        return replace(known, facts=replace(facts, door=entered))
    facts = replace(facts, needs_assurance=resource.assurance)
    session: UsageSession | None = RUNNING.first(resource=resource.pk)
    if later and session and (session.lease_until is None or session.lease_until <= facts.now):
        session = None
    user = asked.trainee if asked else member
    unclaimed = session is not None and without_badge(session) and session.member_id in {None, user.pk}
    if session and not unclaimed and member.pk in {session.member_id, session.assisted_by_id}:
        own = replace(facts, machine=_own(session, facts.now))  # who switches off needs no booking
        return replace(known, facts=own, session=session)
    booking = booking_near(resource, user, facts.now)
    teacher = asked.award if asked else None
    other = None if unclaimed else session
    machine = machine_facts(resource, user, other, booking, facts.now, teacher=teacher)
    return replace(
        known, facts=replace(facts, machine=machine), booking=booking, session=session, asked=asked
    )


def without_badge(session: UsageSession) -> bool:
    """Was it the machine's own work that opened it? Whoever may use the machine makes it theirs by a tap."""
    return session.badge_id is None and session.lease_until is None


def _own(session: UsageSession, now: datetime) -> MachineFacts:
    busy = work_of(session.busy_since, session.heard_at, now=now) is Work.BUSY
    return MachineFacts(in_use_by="self", own_session=True, busy=busy)


def _zone(door: Door | None, resource: Resource | None, counted: Zone | None) -> Zone | None:
    return door.zone if door else resource.zone if resource else counted


def _place(device: Device) -> tuple[Door | None, Resource | None, Zone | None]:
    """What the device speaks for, if anything: one of the three."""
    if not device.claimed or device.revoked:
        return None, None, None
    if device.door is not None:
        return device.door, None, None
    if device.resource_id is not None:
        return None, PLACE.first(resource=device.resource_id), None
    return None, None, device.zone


def badge_facts(badge: Badge | None, proof: Proof, now: datetime) -> BadgeFacts:
    member = badge.member if badge else None
    if badge is None or member is None or not member.is_active:
        return BadgeFacts(known=False)
    return BadgeFacts(
        lost=badge.lost_at is not None,
        valid=badge.valid_at(now),
        forged=proof.forged,
        replayed=proof.replayed,
        assurance=proof.assurance,
        suspended=member.suspended,
        member_until=last_moment(member.member_until),
        any_hour=member.any_hour,
    )
