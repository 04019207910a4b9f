"""Sessions end with their lease and join the booking that they run into."""

from datetime import timedelta

import pytest

from booking import sweeps
from booking.models import UsageSession
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def laser():
    return factories.resource()


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.mark.parametrize(
    ("fields", "ended_at"),
    [
        ({"lease_until": at(9)}, at(9)),
        ({"lease_until": NOW - timedelta(minutes=1, seconds=1)}, NOW - timedelta(minutes=1, seconds=1)),
        ({"lease_until": NOW}, None),  # the minute's grace
        ({"lease_until": at(9), "busy_since": at(8.5), "heard_at": NOW}, None),  # still at work
        ({"lease_until": at(9), "busy_since": at(9.5)}, None),  # silent since half an hour: it may well be
        (
            {"lease_until": at(9), "busy_since": at(9.49)},
            at(9),
        ),  # whoever is silent for longer is not waited for
        ({"lease_until": None}, None),
        ({"lease_until": at(9), "ended_at": at(8.5)}, at(8.5)),
    ],
)
def test_a_session_ends_with_its_lease_unless_the_machine_works(laser, fields, ended_at):
    UsageSession.objects.create(resource=laser, started_at=at(8), **fields)

    for _ in range(2):
        sweeps.end_sessions(now=NOW)

    assert UsageSession.objects.get().ended_at == ended_at


@pytest.mark.parametrize(
    ("who", "when", "state"),
    [
        ("alice", span(9, 12), "checked_in"),
        ("alice", span(13, 14), "booked"),  # not yet
        ("bob", span(9, 12), "booked"),  # somebody else's
    ],
)
def test_a_walk_up_becomes_the_session_of_its_member_s_booking(laser, alice, who, when, state):
    people = {"alice": alice, "bob": factories.member("bob")}
    booking = factories.booking(people[who], laser, when)
    session = UsageSession.objects.create(resource=laser, member=alice, started_at=at(8.5))

    joined = [sweeps.join_bookings(now=NOW) for _ in range(2)]

    booking.refresh_from_db()
    session.refresh_from_db()
    own = state == "checked_in"
    assert [booking.state, session.booking, joined] == [state, booking if own else None, [int(own), 0]]
