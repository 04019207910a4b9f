"""The verdict on a tap: one reason, the first that holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.taps import (
    BadgeFacts,
    DoorFacts,
    MachineFacts,
    Reason,
    TapFacts,
    Verdict,
    all_objections,
    judge_tap,
)

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LONG_AGO = NOW - timedelta(days=1)


def door(
    badge: BadgeFacts | None = None, *, age: timedelta = SECOND, retained: bool = False, **facts
) -> TapFacts:
    return TapFacts(NOW, NOW - age, retained, badge or BadgeFacts(), door=DoorFacts(**facts))


def machine(badge: BadgeFacts | None = None, **facts) -> TapFacts:
    return TapFacts(NOW, NOW - SECOND, badge=badge or BadgeFacts(), machine=MachineFacts(**facts))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (door(), Reason.WELCOME),
        (door(inside=True), Reason.GOODBYE),
        (machine(), Reason.WELCOME),
        (machine(own_session=True, in_use_by="self"), Reason.GOODBYE),
        (TapFacts(NOW, NOW), Reason.DEVICE_UNCLAIMED),
        (door(retained=True), Reason.STALE_TAP),
        (door(age=10 * SECOND), Reason.WELCOME),
        (door(age=10.001 * SECOND), Reason.STALE_TAP),
        (door(age=-10 * SECOND), Reason.WELCOME),
        (door(age=-10.001 * SECOND), Reason.STALE_TAP),
        (door(BadgeFacts(known=False)), Reason.UNKNOWN_BADGE),
        (door(BadgeFacts(lost=True)), Reason.BADGE_LOST),
        (door(BadgeFacts(valid=False)), Reason.BADGE_EXPIRED),
        (door(BadgeFacts(forged=True)), Reason.BADGE_TOO_WEAK),
        (door(BadgeFacts(replayed=True), inside=True), Reason.REPLAYED),
        (replace(door(), needs_assurance="sun"), Reason.BADGE_TOO_WEAK),
        (replace(door(BadgeFacts(assurance="osdp")), needs_assurance="sun"), Reason.WELCOME),
        (door(BadgeFacts(suspended=True)), Reason.MEMBER_SUSPENDED),
        (door(BadgeFacts(member_until=NOW)), Reason.MEMBERSHIP_EXPIRED),
        (door(BadgeFacts(member_until=NOW + SECOND)), Reason.WELCOME),
        (door(open=False), Reason.LAB_CLOSED),
        (door(BadgeFacts(any_hour=True), open=False), Reason.WELCOME),
        (door(present=3, capacity=3), Reason.ZONE_FULL),
        (door(present=2, capacity=3), Reason.WELCOME),
        (door(present=99, capacity=None), Reason.WELCOME),
        (door(forbidden=True), Reason.ZONE_FORBIDDEN),
        (door(forbidden=True, way="out"), Reason.GOODBYE),
        (door(way="out"), Reason.GOODBYE),
        (door(way="in", inside=True), Reason.WELCOME),
        (door(way="in", inside=True, present=3, capacity=3), Reason.WELCOME),
        (door(way="in", inside=True, hard=True), Reason.ALREADY_IN),
        (door(way="in", hard=True), Reason.WELCOME),
        (door(inside=True, hard=True, since=NOW - 59 * SECOND), Reason.ALREADY_IN),
        (door(inside=True, hard=True, since=NOW - 60 * SECOND), Reason.GOODBYE),
        (door(inside=True, since=NOW), Reason.GOODBYE),
        (machine(forbidden=True), Reason.ZONE_FORBIDDEN),
        (machine(buddy=False), Reason.NEEDS_BUDDY),
        (machine(certified=False), Reason.NOT_CERTIFIED),
        (machine(certification_expires=NOW), Reason.CERTIFICATION_EXPIRED),
        (machine(certification_expires=NOW + SECOND), Reason.WELCOME),
        (machine(booked="other"), Reason.BOOKED_BY_OTHER),
        (machine(walk_up=False), Reason.NOT_BOOKED),
        (machine(walk_up=False, booked="self"), Reason.WELCOME),
        (machine(open=False), Reason.LAB_CLOSED),
        (machine(present=False), Reason.NOT_CHECKED_IN),
        (machine(down=True), Reason.MACHINE_DOWN),
        (machine(in_use_by="other"), Reason.MACHINE_BUSY),
        (machine(own_session=True, in_use_by="self", busy=True), Reason.MACHINE_BUSY),
    ],
)
def test_every_reason_has_its_case(facts, reason):
    assert judge_tap(facts) == Verdict(reason)


GONE_WRONG = BadgeFacts(suspended=True, member_until=LONG_AGO)


@pytest.mark.parametrize(
    "facts",
    [
        door(GONE_WRONG, inside=True, open=False, present=9, capacity=3),
        machine(GONE_WRONG, own_session=True, in_use_by="self", certified=False, open=False, down=True),
    ],
)
def test_whoever_is_in_may_go_out_whatever_became_of_their_rights(facts):
    assert judge_tap(facts) == Verdict(Reason.GOODBYE)


@pytest.mark.parametrize("badge", [BadgeFacts(known=False), BadgeFacts(lost=True), BadgeFacts(valid=False)])
def test_a_badge_that_proves_nobody_does_not_even_open_on_the_way_out(badge):
    assert not judge_tap(door(badge, inside=True)).granted


def test_the_first_objection_wins():
    everything = TapFacts(
        NOW,
        LONG_AGO,
        retained=True,
        needs_assurance="osdp",
        badge=BadgeFacts(False, True, False, "uid", True, LONG_AGO),
        machine=MachineFacts(False, LONG_AGO, False, False, True, "other", False, "other", False),
    )
    mend = [
        (Reason.STALE_TAP, {"tapped_at": NOW, "retained": False}),
        (Reason.UNKNOWN_BADGE, {"badge": BadgeFacts(True, True, False, "uid", True, LONG_AGO)}),
        (Reason.BADGE_LOST, {"badge": BadgeFacts(True, False, False, "uid", True, LONG_AGO)}),
        (Reason.BADGE_EXPIRED, {"badge": BadgeFacts(True, False, True, "uid", True, LONG_AGO)}),
        (Reason.BADGE_TOO_WEAK, {"needs_assurance": "uid"}),
        (Reason.MEMBER_SUSPENDED, {"badge": BadgeFacts(member_until=LONG_AGO)}),
        (Reason.MEMBERSHIP_EXPIRED, {"badge": BadgeFacts()}),
        (Reason.NOT_CERTIFIED, {"machine": replace(everything.machine, certified=True)}),
    ]

    heard = []
    for _reason, cure in mend:
        heard.append(judge_tap(everything).reason)
        everything = replace(everything, **cure)

    assert heard == [reason for reason, _cure in mend]
    assert judge_tap(everything).reason == Reason.CERTIFICATION_EXPIRED


flags = st.booleans()
levels, past = st.sampled_from(["uid", "sun", "osdp"]), st.none() | st.just(LONG_AGO)
badges = st.builds(BadgeFacts, flags, flags, flags, levels, flags, past)
ways, moments = st.sampled_from(["both", "in", "out"]), st.none() | st.sampled_from([LONG_AGO, NOW])
doors = st.builds(
    DoorFacts, flags, flags, st.integers(0, 3), st.none() | st.integers(0, 3), flags, ways, flags, moments
)
holders = st.sampled_from([None, "self", "other"])
machines = st.builds(
    MachineFacts, flags, past, flags, flags, flags, holders, flags, holders, flags, past, flags, flags, flags
)


@given(badges, st.none() | doors, st.none() | machines, st.integers(-30, 30), flags)
def test_only_a_known_fresh_badge_at_a_claimed_reader_is_ever_granted(badge, door_, machine_, age, retained):
    verdict = judge_tap(TapFacts(NOW, NOW - age * SECOND, retained, badge, door=door_, machine=machine_))

    if verdict.granted:
        assert door_ is not None or machine_ is not None
        assert not retained
        assert abs(age) <= 10
        assert badge.known
        assert badge.valid
        assert not badge.lost
    assert verdict.granted == (verdict.reason in {Reason.WELCOME, Reason.GOODBYE})


taps = st.builds(
    TapFacts,
    st.just(NOW),
    st.sampled_from([NOW, LONG_AGO]),
    flags,
    badges,
    levels,
    st.none() | doors,
    st.none() | machines,
)


@given(taps)
def test_the_first_of_all_objections_is_the_one_that_a_reader_tells(facts):
    told = all_objections(facts)

    assert judge_tap(facts).granted == (not told)
    assert not told or judge_tap(facts).reason == told[0]
    assert len(set(told)) == len(told)


@given(badges, doors)
def test_nobody_is_kept_inside_by_hours_crowds_or_lost_rights(badge, door_):
    facts = TapFacts(NOW, NOW, badge=badge, door=replace(door_, inside=True, way="both", hard=False))

    proofs = {Reason.UNKNOWN_BADGE, Reason.BADGE_LOST, Reason.BADGE_EXPIRED, Reason.BADGE_TOO_WEAK}
    assert set(all_objections(facts)) <= proofs | {Reason.REPLAYED}


@given(machines)
def test_a_machine_that_works_is_switched_off_by_nobody(machine_):
    facts = TapFacts(NOW, NOW, machine=replace(machine_, own_session=True, busy=True))

    assert judge_tap(facts).reason == Reason.MACHINE_BUSY
