"""What readers decided alone: audited in order and once; presences and sessions follow it."""

from datetime import timedelta

import pytest

from booking.models import AccessEvent, Booking, Presence, UsageSession
from booking.offline import OfflineEvent, note
from booking.rules.cards import Card
from lab.fingerprints import fingerprint
from tests import factories
from tests.booking.taps import ALICES, BOBS, tap
from tests.factories import NOW, PEPPER, at

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
THEN = NOW - 5 * HOUR


@pytest.fixture
def door(alice, bob):
    return factories.device("door-1", door=factories.door())


@pytest.fixture
def machine(alice, bob):
    return factories.device("reader-1", resource=factories.resource("laser-1"))


def event(nonce, when, *, uid=ALICES, granted=True, reason="welcome", **more):
    card = Card(fingerprint(uid, pepper=PEPPER))
    return OfflineEvent(card, nonce, when, granted, reason, **more)


def told(*events, device="door-1"):
    return note(device=device, events=events, now=NOW)


def audit():
    rows = AccessEvent.objects.order_by("decided_at", "nonce")
    return list(rows.values_list("nonce", "reason", "granted"))


def presences():
    rows = Presence.objects.order_by("since", "pk")
    return list(rows.values_list("member__username", "since", "until"))


def sessions():
    rows = UsageSession.objects.order_by("started_at")
    return list(rows.values_list("member__username", "started_at", "ended_at", "lease_until"))


def test_passages_are_told_apart_into_coming_and_going_in_the_order_of_their_times(door):
    told(event("3", THEN + 2 * HOUR), event("1", THEN), event("2", THEN + HOUR, uid=BOBS))

    assert audit() == [("1", "welcome", True), ("2", "welcome", True), ("3", "goodbye", True)]
    assert presences() == [("alice", THEN, THEN + 2 * HOUR), ("bob", THEN + HOUR, None)]


def test_the_same_events_again_change_nothing(door):
    events = [event("1", THEN), event("2", THEN + HOUR)]
    assert told(*events) == 2

    assert told(*events) == 0
    assert told(*events, event("3", THEN + 2 * HOUR)) == 1
    assert presences() == [("alice", THEN, THEN + HOUR), ("alice", THEN + 2 * HOUR, None)]


def test_batches_follow_each_other(door):
    told(event("1", THEN))
    told(event("2", THEN + HOUR))

    assert presences() == [("alice", THEN, THEN + HOUR)]


def test_who_was_in_when_the_server_went_away_goes(door):
    tap("door-1", "0", now=THEN - HOUR)

    told(event("1", THEN))

    assert presences() == [("alice", THEN - HOUR, THEN)]


def test_refusals_and_unknown_badges_are_audited_and_move_nobody(door):
    told(
        event("1", THEN, granted=False, reason="lab_closed"),
        event("2", THEN + MINUTE, uid="04FFFFFF", granted=False, reason="unknown_badge"),
        OfflineEvent(Card(None), "3", THEN + HOUR, True, "nonsense"),
    )

    assert audit() == [
        ("1", "lab_closed", False),
        ("2", "unknown_badge", False),
        ("3", "internal_error", True),
    ]
    assert presences() == []


def test_a_passage_before_something_newer_stays_in_the_audit_only(door):
    tap("door-1", "0", now=NOW - HOUR)

    told(event("1", THEN))

    assert ("1", "welcome", True) in audit()
    assert presences() == [("alice", NOW - HOUR, None)]


def test_a_passage_whose_time_was_lost_stays_in_the_audit_only(door):
    told(event("1", THEN, sure=False))

    assert audit() == [("1", "welcome", True)]
    assert presences() == []


def test_what_the_server_decided_in_time_is_not_written_twice(door):
    tap("door-1", "1", now=THEN)

    assert told(event("1", THEN)) == 0
    assert audit() == [("1", "welcome", True)]
    assert presences() == [("alice", THEN, None)]


def test_a_reader_that_did_otherwise_than_the_server_said_too_late_has_a_line_of_its_own(door):
    tap("door-1", "1", now=THEN, tapped_at=THEN - MINUTE)

    for _ in range(2):
        told(event("1", THEN))

    assert audit() == [("1", "stale_tap", False), ("1/alone", "welcome", True)]
    assert presences() == [("alice", THEN, None)]


def test_a_session_runs_from_tap_to_tap(machine):
    told(
        event("1", THEN, lease=4 * HOUR),
        event("2", THEN + HOUR, reason="goodbye"),
        event("3", THEN + 2 * HOUR, uid=BOBS, lease=4 * HOUR),
        device="reader-1",
    )

    assert sessions() == [
        ("alice", THEN, THEN + HOUR, THEN + 4 * HOUR),
        ("bob", THEN + 2 * HOUR, None, THEN + 6 * HOUR),
    ]


def test_a_session_that_the_server_began_ends_with_the_tap_that_it_missed(machine):
    tap("reader-1", "0", now=THEN - HOUR)

    told(event("1", THEN, reason="goodbye"), device="reader-1")

    assert [row[:3] for row in sessions()] == [("alice", THEN - HOUR, THEN)]


def test_who_starts_after_somebody_s_lease_ended_ends_that_session(machine):
    tap("reader-1", "0", uid=BOBS, now=THEN - HOUR)

    told(event("1", THEN, lease=HOUR), device="reader-1")

    assert [row[:3] for row in sessions()] == [("bob", THEN - HOUR, THEN), ("alice", THEN, None)]


def test_a_session_before_a_newer_one_ended_before_it(machine):
    tap("reader-1", "0", uid=BOBS, now=NOW - HOUR)

    told(event("1", THEN, lease=12 * HOUR), device="reader-1")

    assert [row[:3] for row in sessions()] == [("alice", THEN, NOW - HOUR), ("bob", NOW - HOUR, None)]


def test_use_that_power_told_of_first_gets_its_name(machine):
    UsageSession.objects.create(resource=machine.resource, started_at=THEN + MINUTE)

    told(event("1", THEN, lease=HOUR), device="reader-1")

    assert sessions() == [("alice", THEN, None, THEN + HOUR)]


def test_the_booking_of_then_is_begun(machine, alice):
    booked = factories.booking(alice, machine.resource, factories.span(4.5, 8))

    told(event("1", at(5), lease=HOUR), device="reader-1")

    booked.refresh_from_db()
    assert booked.state == Booking.State.CHECKED_IN
    assert UsageSession.objects.get().booking == booked


def test_a_reader_that_nobody_knows_is_noted_too(alice):
    told(event("1", THEN), device="stranger")

    assert audit() == [("1", "welcome", True)]
    assert presences() == []


def test_a_reader_that_only_counts_moves_nobody_afterwards(alice):
    hall = factories.zone("hall")
    factories.device("badge-hall", zone=hall, profile="presence-reader")

    told(event("1", THEN), device="badge-hall")

    assert AccessEvent.objects.get().zone == hall
    assert presences() == []
