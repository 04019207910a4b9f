"""May this badge pass? One verdict: a reader has one light, so it can tell one reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TAP_LIFETIME = timedelta(seconds=10)
CLOCK_LEAD = timedelta(seconds=10)
ASSURANCE = ("uid", "sun", "osdp")
TURNS_BACK = timedelta(minutes=1)  # so soon nobody leaves again: the badge was handed back through the door


class Reason(StrEnum):
    """Why a reader answers as it does; the words are part of the device protocol."""

    WELCOME = "welcome"
    GOODBYE = "goodbye"
    UNKNOWN_BADGE = "unknown_badge"
    BADGE_LOST = "badge_lost"
    BADGE_EXPIRED = "badge_expired"
    BADGE_TOO_WEAK = "badge_too_weak"
    REPLAYED = "replayed"
    STALE_TAP = "stale_tap"
    MEMBER_SUSPENDED = "member_suspended"
    MEMBERSHIP_EXPIRED = "membership_expired"
    NOT_CERTIFIED = "not_certified"
    CERTIFICATION_EXPIRED = "certification_expired"
    NOT_BOOKED = "not_booked"
    BOOKED_BY_OTHER = "booked_by_other"
    LAB_CLOSED = "lab_closed"
    ZONE_FULL = "zone_full"
    ZONE_FORBIDDEN = "zone_forbidden"
    NOT_CHECKED_IN = "not_checked_in"
    NEEDS_BUDDY = "needs_buddy"
    MACHINE_DOWN = "machine_down"
    MACHINE_BUSY = "machine_busy"
    ALREADY_IN = "already_in"
    DEVICE_UNCLAIMED = "device_unclaimed"
    INTERNAL_ERROR = "internal_error"


GRANTING = frozenset({Reason.WELCOME, Reason.GOODBYE})


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """The badge and its member at the moment of the tap."""

    known: bool = True
    lost: bool = False
    valid: bool = True
    assurance: str = "uid"
    suspended: bool = False
    member_until: datetime | None = None
    any_hour: bool = False
    forged: bool = False
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class DoorFacts:
    """A door's zone: `inside` tells that the member's last passage went in, `since` when.

    `way` is what its reader lets: in and out in turn, only in, only out. With `hard` passback nobody who is
    inside comes in again. `forbidden` tells that the zone demands something that the member has not.
    """

    inside: bool = False
    open: bool = True
    present: int = 0
    capacity: int | None = None
    forbidden: bool = False
    way: str = "both"
    hard: bool = False
    since: datetime | None = None

    @property
    def leaves(self) -> bool:
        return self.way == "out" or (self.way == "both" and self.inside)


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """A machine: the certification it wants, what stands in its planning, who uses it now.

    `until` ends what may be used from now: own booking's end, next booking or closing, the first of them.
    `busy` tells that it works right now: then nobody switches it off. `buddy` is false where a second person
    is asked for and nobody is there; `forbidden` tells that its zone demands what the member has not.
    """

    certified: bool = True
    certification_expires: datetime | None = None
    open: bool = True
    present: bool = True
    down: bool = False
    in_use_by: str | None = None
    own_session: bool = False
    booked: str | None = None
    walk_up: bool = True
    until: datetime | None = None
    busy: bool = False
    buddy: bool = True
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class TapFacts:
    """Everything that a verdict may depend on."""

    now: datetime
    tapped_at: datetime
    retained: bool = False
    badge: BadgeFacts = BadgeFacts()
    needs_assurance: str = "uid"
    door: DoorFacts | None = None
    machine: MachineFacts | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on a tap."""

    reason: Reason

    @property
    def granted(self) -> bool:
        return self.reason in GRANTING


def judge_tap(facts: TapFacts) -> Verdict:
    """The first objection, else a welcome or, on the way out, a goodbye."""
    return Verdict(next(_objections(facts), _greeting(facts)))


def all_objections(facts: TapFacts) -> tuple[Reason, ...]:
    """Everything that speaks against it, in the order in which a reader would tell one after the other."""
    return tuple(dict.fromkeys(_objections(facts)))


def _greeting(facts: TapFacts) -> Reason:
    leaves = (facts.door is not None and facts.door.leaves) or (
        facts.machine is not None and facts.machine.own_session
    )
    return Reason.GOODBYE if leaves else Reason.WELCOME


def _objections(facts: TapFacts) -> Iterator[Reason]:
    if facts.door is None and facts.machine is None:
        yield Reason.DEVICE_UNCLAIMED
    age = facts.now - facts.tapped_at
    if facts.retained or age > TAP_LIFETIME or age < -CLOCK_LEAD:
        yield Reason.STALE_TAP  # a broker may deliver an old tap after an outage
    yield from _against_badge(facts)
    if facts.door is not None and not facts.door.leaves:
        yield from _against_entry(facts.door, facts.badge)
    if facts.door is not None and _turns_back(facts.door, facts.now):
        yield Reason.ALREADY_IN
    if facts.machine is not None and not facts.machine.own_session:
        yield from _against_start(facts.machine, facts.now)
    if facts.machine is not None and facts.machine.own_session and facts.machine.busy:
        yield Reason.MACHINE_BUSY  # a hot printer or a running laser is never cut mid-job


def _against_badge(facts: TapFacts) -> Iterator[Reason]:
    badge = facts.badge
    if not badge.known:
        yield Reason.UNKNOWN_BADGE
    if badge.lost:
        yield Reason.BADGE_LOST
    if not badge.valid:
        yield Reason.BADGE_EXPIRED
    if badge.forged:
        yield Reason.BADGE_TOO_WEAK
    if badge.replayed:
        yield Reason.REPLAYED
    if ASSURANCE.index(badge.assurance) < ASSURANCE.index(facts.needs_assurance):
        yield Reason.BADGE_TOO_WEAK
    if badge.suspended and not _leaves(facts):
        yield Reason.MEMBER_SUSPENDED
    if badge.member_until is not None and facts.now >= badge.member_until and not _leaves(facts):
        yield Reason.MEMBERSHIP_EXPIRED


def _leaves(facts: TapFacts) -> bool:
    # Whoever is inside may always go out and switch off, whatever became of their rights meanwhile.
    return _greeting(facts) is Reason.GOODBYE


def _turns_back(door: DoorFacts, now: datetime) -> bool:
    """Would a badge let somebody in whose owner is inside already?"""
    if not door.hard or not door.inside or door.way == "out":
        return False
    return door.way == "in" or (door.since is not None and now - door.since < TURNS_BACK)


def _against_entry(door: DoorFacts, badge: BadgeFacts) -> Iterator[Reason]:
    if door.forbidden:
        yield Reason.ZONE_FORBIDDEN
    if not door.open and not badge.any_hour:
        yield Reason.LAB_CLOSED
    if not door.inside and door.capacity is not None and door.present >= door.capacity:
        yield Reason.ZONE_FULL


def _against_start(machine: MachineFacts, now: datetime) -> Iterator[Reason]:
    yield from _against_user(machine, now)
    if machine.booked == "other":
        yield Reason.BOOKED_BY_OTHER
    if machine.booked is None and not machine.walk_up:
        yield Reason.NOT_BOOKED
    if not machine.open:
        yield Reason.LAB_CLOSED
    if not machine.present:
        yield Reason.NOT_CHECKED_IN
    if not machine.buddy:
        yield Reason.NEEDS_BUDDY
    if machine.down:
        yield Reason.MACHINE_DOWN
    if machine.in_use_by == "other":
        yield Reason.MACHINE_BUSY


def _against_user(machine: MachineFacts, now: datetime) -> Iterator[Reason]:
    if not machine.certified:
        yield Reason.NOT_CERTIFIED
    if machine.certification_expires is not None and machine.certification_expires <= now:
        yield Reason.CERTIFICATION_EXPIRED
    if machine.forbidden:
        yield Reason.ZONE_FORBIDDEN
