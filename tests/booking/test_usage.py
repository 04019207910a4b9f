"""Sessions that the machine's own power opens and closes."""

from datetime import timedelta

import pytest

from booking.models import UsageSession
from booking.usage import observe
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
    observe(resource_id=laser.pk, busy=True, at=at(10))
    observe(resource_id=laser.pk, busy=False, at=at(11), energy_wh=250)

    session = UsageSession.objects.get()
    assert (session.started_at, session.ended_at) == (at(10), at(11))
    assert (session.member, session.booking, session.energy_wh) == (None, None, 250)


def test_it_belongs_to_whoever_booked_that_hour(laser, alice):
    mine = factories.booking(alice, laser, span(9, 11))
    factories.booking(factories.member("bob"), laser, span(9, 11), standing=False, state="cancelled")

    observe(resource_id=laser.pk, busy=True, at=at(10))

    session = UsageSession.objects.get()
    assert (session.member, session.booking) == (alice, mine)


def test_to_be_told_twice_changes_nothing(laser):
    for minute in range(3):
        observe(resource_id=laser.pk, busy=True, at=at(10) + timedelta(minutes=minute))

    session = UsageSession.objects.get()
    assert (session.started_at, session.busy_since) == (at(10), at(10))


def test_rest_without_a_session_is_nothing(laser):
    observe(resource_id=laser.pk, busy=False, at=NOW)

    assert not UsageSession.objects.exists()


def test_a_session_of_a_badge_outlives_the_pauses_of_the_work(laser, alice):
    session = badged(laser, alice, lease_until=at(12))

    observe(resource_id=laser.pk, busy=True, at=at(10))
    session.refresh_from_db()
    assert session.busy_since == at(10)

    observe(resource_id=laser.pk, busy=False, at=at(11), energy_wh=100)
    session.refresh_from_db()
    assert (session.busy_since, session.ended_at, session.energy_wh) == (None, None, 100)


def test_past_its_lease_a_session_of_a_badge_ends_with_the_work(laser, alice):
    session = badged(laser, alice, lease_until=at(10), busy_since=at(9.5))

    observe(resource_id=laser.pk, busy=False, at=at(10.5))

    session.refresh_from_db()
    assert session.ended_at == at(10.5)


def test_a_clock_that_lies_never_ends_a_session_before_it_began(laser):
    observe(resource_id=laser.pk, busy=True, at=at(10))
    observe(resource_id=laser.pk, busy=False, at=at(9))

    session = UsageSession.objects.get()
    assert session.ended_at == session.started_at == at(10)
