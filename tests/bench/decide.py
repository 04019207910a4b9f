"""The pure verdict on a tap, beside the bare comparisons that it is made of."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from booking.rules.taps import (
    ASSURANCE,
    CLOCK_LEAD,
    TAP_LIFETIME,
    BadgeFacts,
    DoorFacts,
    MachineFacts,
    Reason,
    TapFacts,
    judge_tap,
)
from tests.bench._lab import percentile, timed

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
ROUNDS, WARM = 12_000, 2_000
GOAL = 20.0  # µs
BADGE = BadgeFacts(assurance="sun", member_until=LATER)
ANSWERS = {
    "door, in": (TapFacts(NOW, NOW, badge=BADGE, door=DoorFacts(capacity=40, hard=True)), Reason.WELCOME),
    "door, out": (TapFacts(NOW, NOW, badge=BADGE, door=DoorFacts(inside=True)), Reason.GOODBYE),
    "machine": (
        TapFacts(
            NOW,
            NOW,
            badge=BADGE,
            needs_assurance="sun",
            machine=MachineFacts(certification_expires=LATER, booked="self", until=LATER),
        ),
        Reason.WELCOME,
    ),
    "machine, no": (
        TapFacts(NOW, NOW, badge=BADGE, machine=MachineFacts(in_use_by="other")),
        Reason.MACHINE_BUSY,
    ),
}


def run() -> Iterator[dict]:
    for name, (facts, reason) in ANSWERS.items():
        if judge_tap(facts).reason is not reason or _bare(facts) is not reason:
            raise AssertionError(f"{name}: {judge_tap(facts)}")
        ours = _microseconds(lambda facts=facts: judge_tap(facts))
        bare = _microseconds(lambda facts=facts: _bare(facts))
        for what, part in (("p50", 0.50), ("p99", 0.99)):
            value, limit = percentile(ours, part), percentile(bare, part)
            yield {
                "name": f"decide {name} {what}",
                "value": round(value, 2),
                "unit": "µs",
                "limit": round(limit, 2),
                "ratio": round(value / limit, 2),
                "detail": {"goal_us": GOAL, "limit": "the same comparisons, bare"},
            }


def _microseconds(act: Callable[[], object]) -> list[float]:
    return [took * 1e6 for took in timed(lambda _number: act(), range(ROUNDS))[WARM:]]


def _bare(f: TapFacts) -> Reason:
    """What a verdict can't do without, for these cases."""
    badge, age = f.badge, f.now - f.tapped_at
    if f.retained or age > TAP_LIFETIME or age < -CLOCK_LEAD:
        return Reason.STALE_TAP
    if not badge.known or badge.lost or not badge.valid or badge.forged or badge.replayed:
        return Reason.UNKNOWN_BADGE
    if ASSURANCE.index(badge.assurance) < ASSURANCE.index(f.needs_assurance):
        return Reason.BADGE_TOO_WEAK
    if badge.suspended or (badge.member_until is not None and f.now >= badge.member_until):
        return Reason.MEMBER_SUSPENDED
    if f.door is not None:
        return _bare_door(f.door, badge)
    return _bare_machine(f.machine or MachineFacts(certified=False), f.now)


def _bare_door(door: DoorFacts, badge: BadgeFacts) -> Reason:
    full = door.capacity is not None and door.present >= door.capacity
    if door.way == "out" or (door.way == "both" and door.inside):
        return Reason.GOODBYE
    if door.forbidden or not (door.open or badge.any_hour) or full:
        return Reason.ZONE_FULL
    return Reason.ALREADY_IN if door.hard and door.inside else Reason.WELCOME


def _bare_machine(machine: MachineFacts, now: datetime) -> Reason:
    if not machine.certified or machine.forbidden:
        return Reason.NOT_CERTIFIED
    if machine.certification_expires is not None and machine.certification_expires <= now:
        return Reason.CERTIFICATION_EXPIRED
    if machine.booked == "other" or (machine.booked is None and not machine.walk_up) or not machine.open:
        return Reason.NOT_BOOKED
    if not machine.present or not machine.buddy or machine.down:
        return Reason.NEEDS_BUDDY
    return Reason.MACHINE_BUSY if machine.in_use_by == "other" else Reason.WELCOME
