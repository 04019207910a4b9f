"""Readers follow their sessions: longer, shorter, held for the work, off."""

from datetime import timedelta

import pytest

from booking import actions, relays, sweeps
from booking.models import UsageSession
from booking.relays import reported
from booking.rules.taps import Reason
from devices.history import Last
from tests import factories
from tests.booking.taps import tap
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def laser():
    made = factories.resource(zone=factories.zone("atelier"))
    factories.device("laser-reader", resource=made)
    return made


@pytest.fixture
def session(alice, laser) -> UsageSession:
    """Alice works from ten to twelve, and the reader was told so."""
    alice.language = "en"
    alice.save()
    actions.book(member=alice, by=alice, resources=[laser], span=span(10, 12), now=at(8))
    tap("laser-reader")
    return UsageSession.objects.get()


def orders(now, *, relay=1.0, told=None, **channels):
    """What the reader is told when it says this at `now`."""
    said = {
        "laser-reader": {key: Last(value, "", now) for key, value in {"relay": relay, **channels}.items()}
    }
    return relays.orders(ask=lambda names: {name: said[name] for name in names}, now=now, told=told)


def test_a_reader_that_is_right_is_left_in_peace(session):
    assert orders(NOW + MINUTE) == []
    assert orders(NOW + MINUTE, lease=119 * 60.0) == []


def test_an_extended_booking_reaches_the_reader(session, alice):
    actions.extend(booking=session.booking, minutes=30, by=alice, now=NOW)

    (order,) = orders(NOW + MINUTE, lease=119 * 60.0)

    assert (order.device, order.on, order.lease, order.reason) == ("laser-reader", True, 149 * 60, "welcome")
    assert order.text == "Yours until 12:30"
    relays.note_told(order)
    assert orders(NOW + 2 * MINUTE) == []


def test_a_finished_booking_shortens_the_lease_and_then_the_relay_goes_off(session, alice):
    actions.finish(booking=session.booking, by=alice, now=NOW + MINUTE)
    assert orders(NOW + MINUTE, lease=119 * 60.0) == []

    assert sweeps.end_sessions(now=NOW + 3 * MINUTE) == 1

    (order,) = orders(NOW + 3 * MINUTE, lease=117 * 60.0)
    assert (order.on, order.lease, order.text) == (False, 0, "Switched off")


def test_work_past_its_time_is_held_and_the_reader_says_why(session):
    over = at(12)
    UsageSession.objects.update(busy_since=at(11), heard_at=over)
    sweeps.end_sessions(now=over)

    (order,) = orders(over, lease=0.0)

    assert (order.on, order.lease, order.reason) == (True, 300, "machine_busy")
    assert order.text == "Your time is over: off when the work is done"


def test_a_reader_says_at_once_that_the_time_is_over_though_its_lease_was_renewed_a_moment_ago(session):
    over = at(12)
    UsageSession.objects.update(busy_since=at(11), heard_at=over)
    sweeps.end_sessions(now=over)

    (order,) = orders(over, lease=299.0, told={session.pk: Reason.WELCOME})

    assert (order.on, order.lease, order.reason) == (True, 300, "machine_busy")
    assert orders(over, lease=299.0, told={session.pk: order.reason}) == []


def test_what_is_off_is_never_started(session, alice):
    actions.extend(booking=session.booking, minutes=30, by=alice, now=NOW)

    assert orders(NOW + MINUTE, relay=0.0) == []
    assert relays.orders(ask=lambda names: {}, now=NOW + MINUTE) == []


def test_who_tapped_out_is_not_told_twice(session):
    tap("laser-reader", "2", now=NOW + MINUTE)

    assert orders(NOW + 2 * MINUTE) == []


def test_a_reader_with_passages_of_its_own_is_not_switched_off(session):
    UsageSession.objects.update(ended_at=NOW, ending="idle")

    assert orders(NOW + MINUTE, pending=2.0) == []
    assert [order.on for order in orders(NOW + MINUTE, pending=0.0)] == [False]


def ended(now, **values):
    """Whether the session has ended when the reader says this at `now`."""
    said = {key: Last(value, "", now) for key, value in values.items()}
    relays.end_switched_off(ask=lambda names: {"laser-reader": said}, now=now)
    return UsageSession.objects.get().ended_at


def test_a_session_ends_with_what_the_reader_says(session):
    assert ended(NOW + 30 * timedelta(seconds=1), relay=0.0) is None
    assert ended(NOW + MINUTE, relay=1.0) is None
    assert ended(NOW + MINUTE, relay=0.0, pending=1.0) is None

    assert ended(NOW + MINUTE, relay=0.0) == NOW + MINUTE
    assert ended(NOW + 3 * MINUTE, relay=0.0) == NOW + MINUTE


@pytest.mark.parametrize("lease", [1e300, -1e300])
def test_a_lease_that_nobody_can_mean_stops_no_other_reader(lease):
    said = reported({"relay": Last(1.0, "", NOW), "lease": Last(lease, "s", NOW)})

    assert NOW <= said.until <= NOW + timedelta(days=7)


def test_without_sessions_no_reader_is_looked_at(laser):
    assert relays.orders(ask=lambda names: pytest.fail("asked"), now=NOW) == []


@pytest.mark.parametrize(
    ("value", "on"),
    [(1.0, True), (0.0, False), ("on", True), ("ON", True), ("true", True), ("off", False), ("", False)],
)
def test_a_relay_says_in_many_ways_that_it_is_on(value, on):
    assert reported({"relay": Last(value, "", NOW)}).on is on
