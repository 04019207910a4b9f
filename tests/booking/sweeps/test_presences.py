"""Whoever forgot to badge out leaves after closing, and the record says that nobody saw it."""

import pytest

from booking import sweeps
from booking.models import AccessEvent, Presence, UsageSession
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def fablab():
    return factories.zone("fablab", hours=(9, 20))


@pytest.fixture
def inside(fablab):
    return Presence.objects.create(member=factories.member("alice"), zone=fablab, since=at(10))


@pytest.mark.parametrize(
    ("now", "until"), [(20.4, None), (20.5, 20.5), (34, 20.5)]
)  # also when nobody swept for a night
def test_half_an_hour_after_closing_they_are_out_as_of_then(inside, now, until):
    for _ in range(2):
        sweeps.leave_at_closing(now=at(now))

    inside.refresh_from_db()
    assert inside.until == (at(until) if until else None)
    assert inside.how == ("automatic" if until else "badge")


def test_a_tap_in_the_evening_shows_that_they_were_there(inside):
    laser = factories.resource("laser-1", zone=inside.zone)
    AccessEvent.objects.create(
        device=factories.device("reader"), nonce="a", member=inside.member, resource=laser, reason="welcome",
        granted=True, tapped_at=at(21), decided_at=at(21),
    )  # fmt: skip

    sweeps.leave_at_closing(now=at(23))

    inside.refresh_from_db()
    assert inside.until == at(21.5)


def test_who_works_on_a_machine_is_there(inside):
    laser = factories.resource("laser-1", zone=inside.zone)
    UsageSession.objects.create(resource=laser, member=inside.member, started_at=at(19))

    assert sweeps.leave_at_closing(now=at(23)) == 0


def test_who_may_stay_at_any_hour_stays_twelve_hours_after_the_last_tap(fablab):
    night = factories.member("bob", any_hour=True)
    row = Presence.objects.create(member=night, zone=fablab, since=at(19))

    assert sweeps.leave_at_closing(now=at(30.9)) == 0
    assert sweeps.leave_at_closing(now=at(31)) == 1

    row.refresh_from_db()
    assert (row.until, row.how) == (at(31), "automatic")
