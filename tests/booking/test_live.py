"""Pictures for screens: whole, true now, names apart."""

import pytest

from booking import live
from booking.house import house
from booking.models import Presence, UsageSession
from devices.models import MachineState
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


def picture(resource, now=NOW):
    (found,) = live.resource_snapshots([resource], now=now)
    return found


@pytest.fixture
def alice():
    return factories.member("alice", first_name="Alice", last_name="Martin")


def test_a_free_machine(alice):
    laser = factories.resource(zone=factories.zone("atelier", hours=(9, 20)))
    factories.booking(alice, laser, span(15, 16))

    assert picture(laser) == {
        "slug": "laser-1",
        "zone": "atelier",
        "state": "free",
        "until": at(15).timestamp(),
        "next": at(15).timestamp(),
        "units": 1,
        "units_free": 1,
        "in_use_since": None,
        "ending": None,
        "ends_at": None,
        "at": NOW.timestamp(),
        "machine": None,
        "private": {"user": None, "booked_by": []},
    }


def test_who_uses_and_who_booked_stands_apart(alice):
    laser = factories.resource()
    factories.booking(alice, laser, span(9, 12))
    bob = factories.member("bob")
    UsageSession.objects.create(resource=laser, member=bob, started_at=at(9.5))

    found = picture(laser)

    assert found.pop("private") == {"user": "bob", "booked_by": ["Alice Martin"]}
    assert "bob" not in str(found)
    assert "Alice" not in str(found)
    assert (found["state"], found["in_use_since"]) == ("in_use", at(9.5).timestamp())


@pytest.mark.parametrize(
    ("measured", "busy_since", "state"),
    [(True, None, "idle"), (True, at(9), "in_use"), (False, None, "in_use")],
)
def test_only_a_machine_whose_power_is_known_can_be_idle(measured, busy_since, state):
    laser = factories.resource(busy_above_w=80 if measured else None)
    UsageSession.objects.create(resource=laser, started_at=at(9), busy_since=busy_since)

    assert picture(laser)["state"] == state


def test_an_always_open_machine_has_no_end_in_sight():
    assert picture(factories.resource())["until"] is None


def test_a_closed_machine_says_when_it_opens():
    laser = factories.resource(zone=factories.zone("atelier", hours=(9, 20)))

    found = picture(laser, now=at(21, day=5))  # Saturday night

    assert (found["state"], found["until"]) == ("closed", at(9, day=7).timestamp())


@pytest.mark.parametrize(
    ("devices", "state"),
    [
        ([], "free"),
        ([{"online": False, "status_at": None}], "free"),  # never spoke
        ([{"online": False, "status_at": NOW}], "offline"),
        ([{"online": False, "status_at": NOW}, {"online": True, "status_at": NOW}], "free"),
    ],
)
def test_a_machine_is_offline_when_all_that_speaks_for_it_is(devices, state):
    laser = factories.resource()
    for number, fields in enumerate(devices):
        factories.device(f"plug-{number}", resource=laser, **fields)

    assert picture(laser)["state"] == state


def test_a_claim_that_is_over_or_given_back_shows_nowhere(alice):
    laser = factories.resource()
    factories.booking(alice, laser, span(8, 10))
    factories.booking(alice, laser, span(9, 12), standing=False, state="cancelled")

    assert picture(laser)["state"] == "free"


def test_a_zone_counts_who_is_in(alice):
    zone = factories.zone("fablab", capacity=30)
    Presence.objects.create(member=alice, zone=zone, since=at(9))
    Presence.objects.create(member=factories.member("bob"), zone=zone, since=at(8), until=at(9))

    (found,) = live.zone_snapshots([zone], now=NOW)

    assert found == {
        "zone": "fablab",
        "present": 1,
        "capacity": 30,
        "open": True,
        "at": NOW.timestamp(),
        "private": {"names": ["Alice Martin"]},
    }


def test_all_pictures_cost_the_same_few_queries(alice, django_assert_max_num_queries):
    place = factories.zone("fablab", hours=(9, 20))
    rows = [factories.resource(f"laser-{n}", zone=place) for n in range(12)]
    for row in rows:
        factories.booking(alice, row, span(9, 12))

    house()
    with django_assert_max_num_queries(8):
        live.resource_snapshots(rows, now=NOW)


def test_an_ending_is_shown_with_its_moment_and_a_silent_meter_is_not_believed(alice):
    laser = factories.resource(busy_above_w=80)
    session = UsageSession.objects.create(
        resource=laser, member=alice, started_at=at(8), lease_until=at(10.5), ending="needs_buddy"
    )
    found = picture(laser)
    assert (found["state"], found["ending"], found["ends_at"]) == (
        "idle", "needs_buddy", at(10.5).timestamp(),
    )  # fmt: skip

    session.busy_since = at(9)  # and never heard of again
    session.save()
    assert picture(laser)["state"] == "in_use"


def test_what_the_machine_does_is_told_while_its_meter_is_heard():
    laser = factories.resource()
    MachineState.objects.create(resource=laser, state="idle", since=at(8), heard_at=NOW)

    assert picture(laser)["machine"] == {
        "state": "idle",
        "look": "machine_idle",
        "since": at(8).timestamp(),
    }
    MachineState.objects.update(heard_at=at(9))
    assert picture(laser)["machine"] is None
