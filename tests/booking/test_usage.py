"""Sessions that the machine's own power opens and closes."""

from datetime import timedelta

import pytest

from booking.models import UsageSession
from booking.usage import observe
from devices.models import MachineState
from devices.rules.running import State
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def laser():
    return factories.resource()


@pytest.fixture
def alice():
    return factories.member("alice")


def badged(laser, alice, **fields) -> UsageSession:
    return UsageSession.objects.create(
        resource=laser, member=alice, badge=factories.badge(alice), started_at=at(9), **fields
    )


def test_work_without_a_tap_is_a_session_of_its_own(laser):
    observe(resource_id=laser.pk, state=State.BUSY, at=at(10))
    observe(resource_id=laser.pk, state=State.IDLE, at=at(11))

    session = UsageSession.objects.get()
    assert (session.started_at, session.ended_at) == (at(10), at(11))
    assert (session.member, session.booking) == (None, None)


def test_it_belongs_to_whoever_booked_that_hour(laser, alice):
    mine = factories.booking(alice, laser, span(9, 11))
    factories.booking(factories.member("bob"), laser, span(9, 11), standing=False, state="cancelled")

    observe(resource_id=laser.pk, state=State.BUSY, at=at(10))

    session = UsageSession.objects.get()
    assert (session.member, session.booking) == (alice, mine)


def test_to_be_told_twice_changes_nothing(laser):
    for minute in range(3):
        observe(resource_id=laser.pk, state=State.BUSY, at=at(10) + timedelta(minutes=minute))

    session = UsageSession.objects.get()
    assert (session.started_at, session.busy_since) == (at(10), at(10))


def test_rest_without_a_session_is_nothing(laser):
    observe(resource_id=laser.pk, state=State.IDLE, at=NOW)

    assert not UsageSession.objects.exists()


def test_a_session_of_a_badge_outlives_the_pauses_of_the_work(laser, alice):
    session = badged(laser, alice, lease_until=at(12))

    observe(resource_id=laser.pk, state=State.BUSY, at=at(10))
    session.refresh_from_db()
    assert session.busy_since == at(10)

    observe(resource_id=laser.pk, state=State.IDLE, at=at(11))
    session.refresh_from_db()
    assert (session.busy_since, session.rested_at, session.ended_at) == (None, at(11), None)


def test_past_its_lease_a_session_of_a_badge_ends_with_the_work(laser, alice):
    session = badged(laser, alice, lease_until=at(10), busy_since=at(9.5))

    observe(resource_id=laser.pk, state=State.IDLE, at=at(10.5))

    session.refresh_from_db()
    assert session.ended_at == at(10.5)


def test_a_clock_that_lies_never_ends_a_session_before_it_began(laser):
    observe(resource_id=laser.pk, state=State.BUSY, at=at(10))
    observe(resource_id=laser.pk, state=State.IDLE, at=at(9))

    session = UsageSession.objects.get()
    assert session.ended_at == session.started_at == at(10)


def test_off_and_idle_are_the_machines_state_and_no_session(laser):
    for state, hour in ((State.OFF, 8), (State.IDLE, 9), (State.OFF, 10)):
        observe(resource_id=laser.pk, state=state, at=at(hour))

    assert not UsageSession.objects.exists()
    assert MachineState.objects.get(until=None).state == "off"


def test_work_that_was_sure_only_after_somebody_tapped_out_begins_after_that(laser, alice):
    badged(laser, alice, ended_at=at(10))

    observe(resource_id=laser.pk, state=State.BUSY, at=at(9.9))

    assert UsageSession.objects.get(ended_at=None).started_at == at(10)


def test_of_several_copies_nobody_knows_whose_work_it_is(alice):
    station = factories.resource("solder-1", units=2)
    mine = factories.booking(alice, station, span(9, 11))
    other = factories.booking(factories.member("bob"), station, span(10, 12), unit=2)

    observe(resource_id=station.pk, state=State.BUSY, at=at(10.5))
    first = UsageSession.objects.get()
    observe(resource_id=station.pk, state=State.IDLE, at=at(11))
    observe(resource_id=station.pk, state=State.BUSY, at=at(11.5))

    assert (first.booking, UsageSession.objects.get(ended_at=None).booking) == (None, other)
    assert mine.pk != other.pk


def test_work_while_a_badge_is_in_leaves_whose_it_is(laser, alice):
    bob = factories.member("bob")
    session = badged(laser, bob)
    factories.booking(alice, laser, span(9, 11))

    observe(resource_id=laser.pk, state=State.BUSY, at=at(10))

    assert UsageSession.objects.get() == session
    assert UsageSession.objects.get().member == bob
