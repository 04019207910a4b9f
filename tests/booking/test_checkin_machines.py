"""A badge meets a machine's reader: a relay on a lease, and a session."""

from datetime import timedelta

import pytest

from booking.house import house
from booking.models import Presence, UsageSession
from booking.rules.taps import Reason
from lab.models import Closure
from tests import factories
from tests.booking.taps import BOBS, SECOND, tap
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def laser():
    """A laser in a zone without doors, with a reader of its own."""
    made = factories.resource(zone=factories.zone("atelier"))
    factories.device("laser-reader", resource=made)
    return made


def enter(who, zone) -> Presence:
    return Presence.objects.create(member=who, zone=zone, since=NOW - timedelta(hours=1))


def test_a_machine_gets_a_relay_for_a_lease_and_a_session_opens(alice, laser):
    decision = tap("laser-reader")

    assert (decision.do, decision.reason, decision.on) == ("relay", Reason.WELCOME, True)
    assert (decision.lease, decision.resource) == (12 * 3600, laser)
    session = UsageSession.objects.get()
    assert (session.resource, session.member, session.booking) == (laser, alice, None)
    assert (session.device.name, session.badge) == ("laser-reader", alice.badges.get())
    assert (session.started_at, session.ended_at) == (NOW, None)
    assert session.lease_until == NOW + timedelta(hours=12)


def test_the_next_tap_switches_the_machine_off(alice, laser):
    tap("laser-reader", "1")
    later = NOW + timedelta(minutes=30)

    decision = tap("laser-reader", "2", now=later)

    assert (decision.do, decision.reason) == ("relay", Reason.GOODBYE)
    assert (decision.on, decision.lease) == (False, 0)
    assert UsageSession.objects.get().ended_at == later


def test_a_running_laser_is_not_switched_off(alice, laser):
    tap("laser-reader", "1")
    UsageSession.objects.update(busy_since=NOW)

    decision = tap("laser-reader", "2")

    assert (decision.do, decision.reason) == ("refuse", Reason.MACHINE_BUSY)
    assert UsageSession.objects.get().ended_at is None


def test_a_badge_after_the_work_began_makes_its_session_theirs(alice, laser):
    began = UsageSession.objects.create(
        resource=laser,
        started_at=NOW - timedelta(minutes=5),
        busy_since=NOW - timedelta(minutes=5),
        heard_at=NOW,
    )

    decision = tap("laser-reader", "1")

    assert (decision.do, decision.reason) == ("relay", Reason.WELCOME)
    session = UsageSession.objects.get()
    assert (session.pk, session.member, session.badge) == (began.pk, alice, alice.badges.get())
    assert (session.started_at, session.busy_since) == (began.started_at, began.busy_since)
    assert session.lease_until == NOW + timedelta(hours=12)
    assert tap("laser-reader", "2").reason == Reason.MACHINE_BUSY  # it is theirs now, and works


def test_a_badge_after_the_work_began_in_one_s_own_booking_comes_to_it(alice, laser):
    booking = factories.booking(alice, laser, span(9.5, 12))
    UsageSession.objects.create(
        resource=laser, member=alice, booking=booking, started_at=at(9.6), busy_since=at(9.6), heard_at=NOW
    )

    assert tap("laser-reader").reason == Reason.WELCOME
    booking.refresh_from_db()
    assert (UsageSession.objects.get().booking, booking.state) == (booking, "checked_in")


def test_work_in_somebody_elses_booking_is_nobody_elses_by_a_tap(alice, bob, laser):
    booking = factories.booking(bob, laser, span(9.5, 12))
    UsageSession.objects.create(
        resource=laser, member=bob, booking=booking, started_at=at(9.6), busy_since=at(9.6), heard_at=NOW
    )

    assert tap("laser-reader").reason == Reason.BOOKED_BY_OTHER
    assert UsageSession.objects.get().member == bob


def test_somebody_elses_session_is_busy(alice, bob, laser):
    tap("laser-reader", "1")

    assert tap("laser-reader", "2", uid=BOBS).reason == Reason.MACHINE_BUSY


@pytest.mark.parametrize(
    ("booked", "until"),
    [
        (span(10, 12), at(12)),  # now
        (span(10 + 1 / 6, 12), at(12)),  # ten minutes early
        (span(9, 10.01), at(10.01)),
    ],
)
def test_the_lease_of_a_booking_ends_with_it(alice, laser, booked, until):
    mine = factories.booking(alice, laser, booked)

    decision = tap("laser-reader")

    assert decision.lease == (until - NOW) // SECOND
    mine.refresh_from_db()
    session = UsageSession.objects.get()
    assert (mine.state, session.booking, session.lease_until) == ("checked_in", mine, until)


@pytest.mark.parametrize(
    ("setting", "until"),
    [
        ("next booking", at(11)),
        ("closing", at(20)),
        ("certification", at(10.5)),
        ("nothing", at(22)),
    ],
)
def test_a_lease_ends_with_the_first_thing_that_ends_it(alice, bob, setting, until):
    place = factories.zone("atelier", hours=(9, 20) if setting == "closing" else None)
    laser = factories.resource(zone=place, certification=factories.certification())
    factories.device("laser-reader", resource=laser)
    expires = until if setting == "certification" else None
    factories.award(alice, laser.certification, expires_at=expires)
    if setting == "next booking":
        factories.booking(bob, laser, span(11, 12))

    assert tap("laser-reader").lease == (until - NOW) // SECOND


def test_somebody_elses_hour_is_theirs_from_set_up_to_clean_up(alice, bob, laser):
    theirs = factories.booking(bob, laser, span(12, 13))
    theirs.claims.update(blocked_from=at(11.5), blocked_until=at(13.5))

    hours = (11, 11.75, 12.5, 13.25, 13.5)
    heard = [tap("laser-reader", f"a{hour}", now=at(hour)) for hour in hours]
    UsageSession.objects.update(ended_at=at(14))

    assert [answer.reason for answer in heard[:4]] == [
        "welcome",
        "goodbye",
        "booked_by_other",
        "booked_by_other",
    ]
    assert heard[0].lease == 1800


def test_a_free_unit_is_free_whoever_booked_the_other(alice, bob):
    desk = factories.resource("desk", zone=factories.zone("atelier"), units=2, walk_up=True)
    factories.device("desk-reader", resource=desk)
    factories.booking(bob, desk, span(9, 12), unit=1)

    assert tap("desk-reader").reason == Reason.WELCOME


@pytest.mark.parametrize(
    ("mine", "reason"),
    [(None, Reason.NOT_BOOKED), (span(12, 13), Reason.NOT_BOOKED), (span(9, 11), Reason.WELCOME)],
)
def test_a_machine_without_walk_up_wants_a_booking(alice, laser, mine, reason):
    laser.walk_up = False
    laser.save()
    if mine:
        factories.booking(alice, laser, mine)

    assert tap("laser-reader").reason == reason


@pytest.mark.parametrize(
    ("expires", "reason"),
    [
        ("never given", Reason.NOT_CERTIFIED),
        (at(9), Reason.CERTIFICATION_EXPIRED),
        (at(11), Reason.WELCOME),
        (None, Reason.WELCOME),
    ],
)
def test_a_machine_asks_for_its_certification(alice, laser, expires, reason):
    laser.certification = factories.certification()
    laser.save()
    if expires != "never given":
        factories.award(alice, laser.certification, expires_at=expires)

    assert tap("laser-reader").reason == reason


@pytest.mark.parametrize(("ends_at", "reason"), [(None, Reason.MACHINE_DOWN), (NOW, Reason.WELCOME)])
def test_a_machine_that_is_down_stays_off(alice, laser, ends_at, reason):
    laser.outages.create(starts_at=at(8), ends_at=ends_at)

    assert tap("laser-reader").reason == reason


@pytest.mark.parametrize(("decision", "reason"), [("kept", Reason.WELCOME), ("", Reason.MACHINE_DOWN)])
def test_a_machine_that_is_down_starts_for_a_booking_that_was_kept(alice, laser, decision, reason):
    outage = laser.outages.create(starts_at=at(8))
    mine = factories.booking(alice, laser, span(9, 12))
    mine.hits.create(outage=outage, decision=decision, decided_at=NOW if decision else None)

    assert tap("laser-reader").reason == reason


@pytest.mark.parametrize(
    ("decision", "hour", "answer"),
    [
        ("kept", 11, (Reason.WELCOME, at(12))),
        ("kept", 9.5, (Reason.WELCOME, at(12))),
        ("", 11, (Reason.LAB_CLOSED, None)),
        ("", 9.5, (Reason.WELCOME, at(10))),
    ],
)
def test_a_closure_ends_no_booking_that_was_kept(alice, laser, decision, hour, answer):
    closure = Closure.objects.create(zone=laser.zone, starts_at=at(10), ends_at=at(16))
    mine = factories.booking(alice, laser, span(9, 12))
    mine.hits.create(closure=closure, decision=decision, decided_at=NOW if decision else None)

    decision = tap("laser-reader", now=at(hour))

    session = UsageSession.objects.first()
    assert (decision.reason, session and session.lease_until) == answer


def test_behind_a_door_one_taps_in_first(alice, laser):
    factories.door(zone=laser.zone)

    assert tap("laser-reader", "1").reason == Reason.NOT_CHECKED_IN
    enter(alice, laser.zone)
    assert tap("laser-reader", "2").reason == Reason.WELCOME


def test_a_reader_waits_for_few_queries(alice, laser, django_assert_max_num_queries):
    factories.booking(alice, laser, span(9, 12))

    house()
    with django_assert_max_num_queries(26):
        tap("laser-reader")
