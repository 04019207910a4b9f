"""The lease of a running session follows its booking, and running work is never cut."""

import pytest

from booking import actions, sweeps
from booking.models import UsageSession
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
RUNNING = at(15)


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def laser():
    return factories.resource()


@pytest.fixture
def booking(alice, laser):
    """14:00–16:00, and its member is at it."""
    made = actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)
    return actions.arrive(booking=made, now=at(13.9))


def at_it(booking, *, until=16.0, **fields) -> UsageSession:
    what = booking.claims.get().unit.resource
    return UsageSession.objects.create(
        resource=what,
        member=booking.member,
        booking=booking,
        started_at=at(14),
        lease_until=at(until) if until else None,
        **fields,
    )


def lease(session: UsageSession):
    session.refresh_from_db()
    return session.lease_until


def test_an_extension_renews_the_lease(booking):
    session = at_it(booking)

    actions.extend(booking=booking, minutes=30, by=booking.member, now=RUNNING)

    assert lease(session) == at(16.5)


@pytest.mark.parametrize("until", [15.5, None])
def test_an_extension_lengthens_no_lease_that_something_else_ends(booking, until):
    session = at_it(booking, until=until)

    actions.extend(booking=booking, minutes=30, by=booking.member, now=RUNNING)

    assert lease(session) == (at(until) if until else None)


def test_an_extension_that_is_taken_back_takes_the_lease_back(booking):
    session = at_it(booking)
    actions.extend(booking=booking, minutes=30, by=booking.member, now=at(13.95))

    actions.undo(booking=booking, by=booking.member, now=at(13.97))

    assert lease(session) == at(16)


def test_a_shorter_booking_has_a_shorter_lease(booking):
    session = at_it(booking)

    actions.move(booking=booking, span=span(14, 15.5), by=booking.member, now=RUNNING)

    assert lease(session) == at(15.5)


def finish(booking):
    actions.finish(booking=booking, by=booking.member, now=RUNNING)


def cancel(booking):
    actions.cancel(booking=booking, by=factories.manager(), now=RUNNING)


@pytest.mark.parametrize("act", [finish, cancel])
def test_with_the_booking_the_lease_is_over_and_the_session_ends(booking, act):
    session = at_it(booking)

    act(booking)

    assert lease(session) == RUNNING
    assert sweeps.end_sessions(now=at(15.1)) == 1


@pytest.mark.parametrize("act", [finish, cancel])
def test_running_work_is_not_cut(booking, act):
    session = at_it(booking, busy_since=at(14.5), heard_at=RUNNING)

    act(booking)

    assert lease(session) == RUNNING
    assert sweeps.end_sessions(now=at(15.1)) == 0


def test_a_running_booking_that_goes_to_another_machine_leaves_this_one(booking):
    session, other = at_it(booking), factories.resource("laser-2")
    by = factories.manager()

    actions.move(booking=booking, span=booking.span, resources=[other], by=by, now=RUNNING)

    assert lease(session) == RUNNING


def test_the_sessions_of_others_stay_as_they_are(booking, laser):
    over = at_it(booking, ended_at=at(14.5))
    other = UsageSession.objects.create(
        resource=factories.resource("cnc-1"), started_at=at(14), lease_until=at(16)
    )

    actions.extend(booking=booking, minutes=30, by=booking.member, now=RUNNING)
    finish(booking)

    assert [lease(over), lease(other)] == [at(16), at(16)]
