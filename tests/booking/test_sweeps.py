"""What time alone changes: mended by looking at the present, as often as one likes."""

from datetime import timedelta

import pytest

from booking import sweeps
from booking.models import Booking, UsageSession
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
    ("state", "when", "after"),
    [
        ("booked", span(8, 10), "done"),
        ("checked_in", span(8, 10), "done"),
        ("booked", span(9, 10.1), "booked"),
        ("checked_in", span(9, 10.1), "checked_in"),
        ("cancelled", span(8, 9), "cancelled"),
        ("missed", span(8, 9), "missed"),
        ("requested", span(11, 12), "requested"),
    ],
)
def test_a_booking_is_done_once_its_time_is_over(laser, alice, state, when, after):
    factories.booking(alice, laser, when, state=state)

    ended = [sweeps.end_bookings(now=NOW) for _ in range(2)]

    assert Booking.objects.get().state == after
    assert ended == [int(state != after), 0]


@pytest.mark.parametrize(
    ("fields", "ended_at"),
    [
        ({"lease_until": at(9)}, at(9)),
        ({"lease_until": NOW - timedelta(minutes=1, seconds=1)}, NOW - timedelta(minutes=1, seconds=1)),
        ({"lease_until": NOW}, None),  # the minute's grace
        ({"lease_until": at(9), "busy_since": at(8.5)}, None),  # still at work
        ({"lease_until": None}, None),
        ({"lease_until": at(9), "ended_at": at(8.5)}, at(8.5)),
    ],
)
def test_a_session_ends_with_its_lease_unless_the_machine_works(laser, fields, ended_at):
    UsageSession.objects.create(resource=laser, started_at=at(8), **fields)

    for _ in range(2):
        sweeps.end_sessions(now=NOW)

    assert UsageSession.objects.get().ended_at == ended_at


def test_a_picture_is_sent_when_it_changed_and_all_of_them_once_in_a_while(laser, alice):
    pictures = sweeps.Pictures()
    later = [NOW + timedelta(seconds=seconds) for seconds in (0, 1, 2, 3, 61)]

    sent = [pictures.publish(now=later[0]), pictures.publish(now=later[1])]
    factories.booking(alice, laser, span(9, 11))
    sent += [pictures.publish(now=now) for now in later[2:]]

    assert sent == [2, 0, 1, 0, 2]  # a resource and its zone


def test_every_picture_is_sent_again_once_the_bus_was_away(laser):
    pictures = sweeps.Pictures()
    sent = [pictures.publish(now=NOW)]
    pictures.forget()
    sent += [pictures.publish(now=NOW + timedelta(seconds=2))]

    assert sent == [2, 2]


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
