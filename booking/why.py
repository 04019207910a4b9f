"""Why can't I? The facts and the verdict of a tap that nobody made, with all that speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from booking.phrases import refused_text
from booking.queries.taps import Tapped, badge_facts, gathered
from booking.rules.cards import Proof
from booking.rules.taps import ASSURANCE, BadgeFacts, Reason, TapFacts, all_objections
from booking.why_steps import Step, steps_for
from devices.models import Device
from devices.queries import READS
from lab.lab_time import last_moment
from lab.models import Badge, Door, Member, Resource, Zone

LATER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A door, a machine or a zone in which people are counted; none for a reader that speaks for nothing."""

    door: Door | None = None
    resource: Resource | None = None
    name: str = ""
    zone: Zone | None = None

    @property
    def label(self) -> str:
        place = self.door or self.resource or self.zone
        return place.label if place else self.name


@dataclass(frozen=True, slots=True)
class Told:
    """One objection in words, with the steps that end it."""

    reason: Reason
    text: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader would say to this member at this moment: everything, not only the first reason.

    `unread` tells that no reader is there.
    """

    member: Member
    place: Place
    at: datetime
    objections: tuple[Told, ...]
    leaves: bool = False
    unread: bool = False

    @property
    def granted(self) -> bool:
        return not self.objections

    @property
    def words(self) -> str:
        """What a tap would do when nothing speaks against it."""
        if self.unread:
            return _("Nothing speaks against it, and no reader asks here: book it, and it is yours.")
        if self.place.resource is not None and self.leaves:
            return _("It runs in your name: a tap here switches it off.")
        if self.place.resource is not None:
            return _("Nothing speaks against it: a tap switches it on.")
        if self.place.door is None:
            return (
                _("You are counted in here: a tap counts you out.")
                if self.leaves
                else _("Nothing speaks against it: a tap counts you in.")
            )
        if self.leaves:
            return _("Nothing: a tap here is a goodbye.")
        return _("Nothing speaks against it: tap and come in.")


def why(*, member: Member, place: Place, at: datetime, now: datetime) -> Answer:
    """Judge a tap of the member's best badge at that moment, and say how to get there."""
    badge = best_badge(member, at)
    facts = TapFacts(now=at, tapped_at=at, badge=_carried(badge, member, at))
    about = gathered(
        facts, member, place.door, place.resource, place.zone, badge=badge, later=at - now > LATER
    )
    own = about.facts.machine is not None and about.facts.machine.own_session
    told = (
        Told(reason, refused_text(reason, own=own), tuple(steps_for(reason, about, member, at)))
        for reason in all_objections(about.facts)
    )
    return Answer(member, place, at, tuple(told), leaves=_leaves(about), unread=_is_unread(place))


def place_of(device: Device) -> Place:
    """What a reader speaks for, as a tap sees it."""
    if not device.claimed or device.revoked:
        return Place(name=device.name)
    if device.door is not None:
        return Place(door=device.door, name=device.name)
    if device.resource is not None:
        return Place(resource=device.resource, name=device.name)
    return Place(zone=device.zone, name=device.name)


def best_badge(member: Member, at: datetime) -> Badge | None:
    """The badge with which they would come furthest."""
    badges = list(member.badges.all())
    return max(
        badges,
        key=lambda badge: (badge.lost_at is None, badge.valid_at(at), ASSURANCE.index(badge.assurance)),
        default=None,
    )


def _carried(badge: Badge | None, member: Member, at: datetime) -> BadgeFacts:
    if badge is not None and member.is_active:
        badge.member = member
        return badge_facts(badge, Proof(assurance=badge.assurance), at)
    return BadgeFacts(
        known=False,
        suspended=member.suspended,
        member_until=last_moment(member.member_until),
        any_hour=member.any_hour,
        assurance=ASSURANCE[-1],  # of a badge that is not there nothing more can be said
    )


def _is_unread(place: Place) -> bool:
    if place.resource is None:
        return False
    speaking = Device.objects.filter(resource=place.resource, claimed_at__isnull=False, revoked=False)
    return not speaking.filter(READS).exists()


def _leaves(about: Tapped) -> bool:
    door, machine = about.facts.door, about.facts.machine
    return (door is not None and door.leaves) or (machine is not None and machine.own_session)
