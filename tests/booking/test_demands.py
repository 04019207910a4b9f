"""What spaces, doors and machines demand beyond a badge: skill, cohort, role, proof, company."""

from datetime import timedelta

import pytest

from booking.models import Presence
from booking.rules.taps import Reason
from lab.models import Member, Programme
from tests import factories
from tests.booking.taps import ALICES, BOBS, tap
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def zone():
    return factories.zone("lab-chimie")


@pytest.fixture
def door(zone):
    made = factories.door("door-1", zone=zone)
    factories.device("door-1", door=made)
    return made


@pytest.fixture
def laser(zone):
    made = factories.resource(zone=zone, buddy=True)
    factories.device("laser-reader", resource=made)
    return made


def demand(zone, **fields) -> None:
    for name, value in fields.items():
        setattr(zone, name, value)
    zone.save()


def enter(who, zone) -> Presence:
    return Presence.objects.create(member=who, zone=zone, since=NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("expires", "reason"),
    [
        ("never given", Reason.ZONE_FORBIDDEN),
        (NOW, Reason.ZONE_FORBIDDEN),
        (NOW + DAY, Reason.WELCOME),
        (None, Reason.WELCOME),
    ],
)
def test_a_space_may_demand_a_certification(alice, door, zone, expires, reason):
    demand(zone, certification=factories.certification("chemistry"))
    if expires != "never given":
        factories.award(alice, zone.certification, expires_at=expires)

    assert tap("door-1").reason == reason


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ({}, Reason.WELCOME),
        ({"ends_on": NOW.date()}, Reason.WELCOME),
        ({"ends_on": (NOW - DAY).date()}, Reason.ZONE_FORBIDDEN),
        ({"starts_on": (NOW + DAY).date()}, Reason.ZONE_FORBIDDEN),
    ],
)
def test_a_space_may_be_kept_for_a_programme_within_its_days(alice, bob, door, zone, days, reason):
    demand(zone, programme=Programme.objects.create(slug="residency", name="Résidence", **days))
    zone.programme.members.add(alice)

    assert [tap("door-1", "1").reason, tap("door-1", "2", uid=BOBS).reason] == [
        reason,
        Reason.ZONE_FORBIDDEN,
    ]


@pytest.mark.parametrize(
    ("role", "reason"),
    [("maker", Reason.ZONE_FORBIDDEN), ("manager", Reason.WELCOME), ("admin", Reason.WELCOME)],
)
def test_a_space_may_be_for_those_who_steer_the_lab(alice, door, zone, role, reason):
    Member.objects.update(role=role)
    demand(zone, role="manager")

    assert tap("door-1").reason == reason


def test_where_no_door_asks_the_machine_asks_for_what_its_space_demands(alice, zone):
    factories.device("reader", resource=factories.resource(zone=zone))
    demand(zone, role="manager")

    assert tap("reader").reason == Reason.ZONE_FORBIDDEN


@pytest.mark.parametrize("place", ["door-1", "laser-reader"])
def test_a_number_that_can_be_copied_is_too_weak_for_some(alice, door, laser, place):
    for guarded in (door, laser):
        guarded.assurance = "sun"
        guarded.save()

    assert tap(place).reason == Reason.BADGE_TOO_WEAK


def test_an_entrance_lets_in_and_an_exit_out(alice, door, zone):
    door.way = "in"
    door.save()
    factories.device("exit", door=factories.door("exit", zone=zone, way="out"))

    heard = [tap(place, str(n)).reason for n, place in enumerate(["exit", "door-1", "door-1", "exit"])]

    assert heard == ["goodbye", "welcome", "welcome", "goodbye"]
    assert Presence.objects.get().until == NOW


def test_nobody_lends_a_badge_back_through_a_hard_door(alice, door):
    door.hard_passback = True
    door.save()
    seconds = (0, 20, 61)

    heard = [tap("door-1", str(s), now=NOW + timedelta(seconds=s)).reason for s in seconds]

    assert heard == ["welcome", "already_in", "goodbye"]


def test_a_dangerous_machine_wants_a_second_person_in_its_space(alice, bob, laser, door, zone):
    enter(alice, zone)

    assert tap("laser-reader", "1").reason == Reason.NEEDS_BUDDY
    enter(bob, factories.zone("elsewhere"))
    assert tap("laser-reader", "2").reason == Reason.NEEDS_BUDDY
    enter(bob, zone)
    assert tap("laser-reader", "3", uid=ALICES).reason == Reason.WELCOME
