"""Readers' lists follow the lab: who may pass where and when, and a new version for each change only."""

from datetime import date, timedelta

import pytest

from booking import allowlists
from devices.enrolment import issue_credential
from devices.models import AllowList
from lab.models import Closure, Member, Outage, Programme
from tests import factories
from tests.booking.readers import TERMS, alone, badge, issued, learn
from tests.booking.taps import ALICES, BOBS, tap
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def alice():
    who = factories.member("alice")
    badge(who, ALICES)
    return who


@pytest.fixture
def bob():
    who = factories.member("bob")
    badge(who, BOBS)
    return who


@pytest.fixture
def zone():
    return factories.zone("fablab", hours=(9, 20))


@pytest.fixture
def door(alice, zone):
    return factories.device("door-1", profile="door-reader", door=factories.door(zone=zone))


@pytest.fixture
def machine(alice, zone):
    return factories.device("reader-1", profile="machine-reader", resource=factories.resource(zone=zone))


def known() -> AllowList:
    return AllowList.objects.get()


def test_a_member_passes_in_opening_hours_and_another_at_any_hour(door, alice):
    boss = factories.member("boss", any_hour=True)
    badge(boss, BOBS)

    assert [alone("door-1", uid, now=at(19)) for uid in (ALICES, BOBS)] == ["welcome", "welcome"]
    assert [alone("door-1", uid, now=at(21)) for uid in (ALICES, BOBS)] == ["lab_closed", "welcome"]
    assert alone("door-1", ALICES, now=at(10, day=1)) == "welcome"


def test_a_closure_counts(door):
    Closure.objects.create(starts_at=at(14), ends_at=at(15), reason="exercice")

    assert [alone("door-1", ALICES, now=at(hour)) for hour in (13.9, 14, 15)] == [
        "welcome",
        "lab_closed",
        "welcome",
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda who: who.badges.update(lost_at=NOW),
        lambda who: who.badges.update(member=None),
        lambda who: type(who).objects.update(suspended=True),
        lambda who: type(who).objects.update(is_active=False),
    ],
)
def test_who_may_not_come_is_not_on_the_list(door, alice, change):
    change(alice)

    assert alone("door-1", ALICES) == "unknown_badge"


def test_a_badge_and_a_membership_end_when_they_end(door, alice):
    alice.badges.update(valid_until=at(12))
    assert [alone("door-1", ALICES, now=at(hour)) for hour in (11, 12)] == ["welcome", "badge_expired"]

    alice.badges.update(valid_until=None)
    type(alice).objects.update(member_until=date(2026, 5, 4))
    assert [alone("door-1", ALICES, now=at(10, day=day)) for day in (0, 1)] == ["welcome", "badge_expired"]


def test_a_badge_that_no_reader_has_seen_yet_stands_on_no_list_until_one_has(door):
    factories.badge(factories.member("bob"), BOBS)
    assert alone("door-1", BOBS) == "unknown_badge"

    learn(BOBS)

    assert alone("door-1", BOBS) == "welcome"


def test_a_machine_knows_who_is_certified_and_until_when(machine, alice, bob):
    skill = factories.certification()
    type(machine.resource).objects.update(certification=skill)
    factories.award(alice, skill, expires_at=at(12))

    assert [alone("reader-1", ALICES, now=at(hour)) for hour in (11, 12)] == ["welcome", "badge_expired"]
    assert alone("reader-1", BOBS) == "not_certified"


def test_a_machine_belongs_to_whoever_booked_it(machine, alice, bob):
    factories.booking(bob, machine.resource, span(11, 12))

    assert [alone("reader-1", ALICES, now=at(hour)) for hour in (10.5, 11.5, 12.5)] == [
        "welcome",
        "booked_by_other",
        "welcome",
    ]
    assert alone("reader-1", BOBS, now=at(11.5)) == "welcome"


def test_a_machine_that_needs_a_booking_starts_for_no_other(machine, alice, bob):
    type(machine.resource).objects.update(walk_up=False)
    factories.booking(alice, machine.resource, span(11, 12))

    assert [alone("reader-1", uid, now=at(11.5)) for uid in (ALICES, BOBS)] == ["welcome", "not_booked"]
    assert alone("reader-1", ALICES, now=at(10.5)) == "not_booked"


def test_a_machine_that_is_down_starts_for_nobody(machine):
    Outage.objects.create(resource=machine.resource, starts_at=at(11))

    assert [alone("reader-1", ALICES, now=at(hour)) for hour in (10.5, 11)] == ["welcome", "booked_by_other"]


def test_a_stale_list_starts_no_machine_and_still_opens_doors(door, machine, alice):
    type(alice).objects.update(any_hour=True)

    assert alone("reader-1", ALICES, now=NOW + 12 * HOUR) == "internal_error"
    assert [alone("door-1", ALICES, now=NOW + hours * HOUR) for hours in (12, 71, 72)] == [
        "welcome",
        "welcome",
        "internal_error",
    ]


def test_whom_the_list_lets_in_the_server_lets_in_at_that_moment(door, alice, bob):
    for uid in (ALICES, BOBS, "04FFFFFF"):
        for hour in (9.5, 19.5, 20.5):
            asked = tap("door-1", f"{uid}-{hour}", uid=uid, now=at(hour))
            assert asked.reason in (alone("door-1", uid, now=at(hour), listed=at(9)), "goodbye")


def test_the_same_facts_are_the_same_list(door):
    first = issued("door-1")

    assert issued("door-1", now=NOW + HOUR) == first
    assert (known().version, known().entries) == (1, 1)


def test_each_change_is_a_new_version(door, alice):
    versions = [issued("door-1").version]
    alice.badges.update(lost_at=NOW)
    versions.append(issued("door-1").version)
    issue_credential(device=door, now=NOW)
    versions.append(issued("door-1").version)
    type(door).objects.update(claimed_at=None)
    versions.append(issued("door-1").version)

    assert versions == [1, 2, 3, 4]
    assert alone("door-1", ALICES) == "device_unclaimed"


def test_a_list_that_grows_old_is_renewed(door):
    first = issued("door-1")

    second = issued("door-1", now=NOW + 6 * HOUR)

    assert (first.version, second.version) == (1, 2)
    assert known().expires_at == NOW + 78 * HOUR


def test_a_booking_elsewhere_changes_no_list(door, machine, bob):
    first = issued("door-1"), issued("reader-1")
    factories.booking(bob, factories.resource("laser-2"), span(11, 12))

    assert (issued("door-1"), issued("reader-1")) == first


def test_a_reader_that_is_ahead_of_a_restored_backup_gets_a_newer_list(door):
    issued("door-1")
    allowlists.note_told(device="door-1", version=40, refusal="old version", now=NOW)

    assert issued("door-1").version == 41


def test_two_that_issue_at_once_give_one_number_to_one_list(door, alice):
    issued("door-1")
    facts = allowlists.facts(TERMS, now=NOW)
    alice.badges.update(lost_at=NOW)
    assert issued("door-1").version == 2

    late = allowlists.issue(device=facts.devices[0], facts=facts, terms=TERMS, now=NOW + 7 * HOUR)

    assert late is None
    assert known().version == 2


def test_facts_are_equal_until_something_counts(door, alice):
    before = allowlists.facts(TERMS, now=NOW)
    tap("door-1", now=NOW)
    assert allowlists.facts(TERMS, now=NOW + timedelta(minutes=9)) == before

    alice.badges.update(lost_at=NOW)
    assert allowlists.facts(TERMS, now=NOW) != before


def test_meters_and_sensors_get_no_list(door, machine):
    factories.device("meter-1", profile="power-meter", resource=machine.resource)
    factories.device("air-1", profile="room-sensor", zone=machine.resource.zone)
    factories.device("new-1", claimed=False)

    assert [one.name for one in allowlists.facts(TERMS, now=NOW).devices] == ["door-1", "reader-1"]


def test_the_facts_of_fifty_readers_cost_no_more_queries_than_those_of_two(
    machine, alice, django_assert_max_num_queries
):
    for number in range(50):
        machine_ = factories.resource(f"cnc-{number}", zone=machine.resource.zone)
        factories.device(f"reader-cnc-{number}", profile="machine-reader", resource=machine_)

    with django_assert_max_num_queries(20):
        assert len(allowlists.facts(TERMS, now=NOW).devices) == 51


def test_only_who_has_what_the_zone_demands_is_on_its_door_s_list(door, alice, bob, zone):
    zone.certification = factories.certification("chemistry")
    zone.save()
    factories.award(alice, zone.certification, expires_at=at(12))

    heard = [alone("door-1", ALICES), alone("door-1", ALICES, now=at(12)), alone("door-1", BOBS)]

    assert heard == ["welcome", "badge_expired", "unknown_badge"]


def test_a_programme_lets_its_members_in_within_its_days(door, alice, bob, zone):
    zone.programme = Programme.objects.create(slug="residency", name="Résidence", ends_on=NOW.date())
    zone.save()
    zone.programme.members.add(alice)

    heard = [alone("door-1", uid) for uid in (ALICES, BOBS)]

    assert heard == ["welcome", "unknown_badge"]
    assert alone("door-1", ALICES, now=at(9, day=1)) == "badge_expired"


def test_a_space_for_managers_knows_managers_only(door, alice, bob, zone):
    Member.objects.filter(pk=bob.pk).update(role=Member.Role.ADMIN)
    zone.role = Member.Role.MANAGER
    zone.save()

    assert [alone("door-1", uid) for uid in (ALICES, BOBS)] == ["unknown_badge", "welcome"]


@pytest.mark.parametrize(
    ("demand", "reason"), [({"buddy": True}, "needs_buddy"), ({"assurance": "sun"}, "badge_too_weak")]
)
def test_what_a_reader_can_not_see_by_itself_lets_nobody_start_a_machine(machine, demand, reason):
    assert alone("reader-1", ALICES) == "welcome"
    for name, value in demand.items():
        setattr(machine.resource, name, value)
    machine.resource.save()

    assert alone("reader-1", ALICES) == reason


def test_a_door_that_wants_more_than_a_number_stays_shut_to_a_reader_alone(door):
    door.door.assurance = "sun"
    door.door.save()

    assert alone("door-1", ALICES) == "badge_too_weak"


def keep(booking, **cause):
    booking.hits.create(decision="kept", decided_at=NOW, **cause)


@pytest.mark.parametrize("walk_up", [True, False])
def test_a_booking_that_was_kept_through_an_outage_starts_the_machine_for_its_member(
    machine, alice, bob, walk_up
):
    type(machine.resource).objects.update(walk_up=walk_up)
    mine = factories.booking(alice, machine.resource, span(11, 12))
    keep(mine, outage=Outage.objects.create(resource=machine.resource, starts_at=at(9)))

    def answers(hour):
        return [alone("reader-1", uid, now=at(hour)) == "welcome" for uid in (ALICES, BOBS)]

    assert [answers(hour) for hour in (10.5, 10.9, 11.5, 12.5)] == [
        [False, False],
        [True, False],
        [True, False],
        [False, False],
    ]


def test_another_outage_holds_for_a_booking_that_was_kept_through_one(machine, alice):
    mine = factories.booking(alice, machine.resource, span(11, 12))
    keep(mine, outage=Outage.objects.create(resource=machine.resource, starts_at=at(9)))
    Outage.objects.create(resource=machine.resource, starts_at=at(11.5))

    assert [alone("reader-1", ALICES, now=at(hour)) == "welcome" for hour in (11.2, 11.7)] == [True, False]


def test_a_booking_that_was_kept_through_a_closure_opens_door_and_machine(door, machine, zone, alice, bob):
    mine = factories.booking(alice, machine.resource, span(11, 12))
    keep(mine, closure=Closure.objects.create(zone=zone, starts_at=at(10), ends_at=at(16)))

    def answers(reader, hour):
        return [alone(reader, uid, now=at(hour)) for uid in (ALICES, BOBS)]

    assert [answers("door-1", hour) for hour in (10.5, 10.9, 12.5)] == [
        ["lab_closed", "lab_closed"],
        ["welcome", "lab_closed"],
        ["lab_closed", "lab_closed"],
    ]
    assert [answers("reader-1", hour)[0] for hour in (10.5, 11.5)] == ["lab_closed", "welcome"]
    assert answers("reader-1", 11.5)[1] != "welcome"


def test_a_decision_about_a_booking_is_a_new_list(machine, alice):
    mine = factories.booking(alice, machine.resource, span(11, 12))
    outage = Outage.objects.create(resource=machine.resource, starts_at=at(9))
    before, known_before = issued("reader-1"), allowlists.facts(TERMS, now=NOW)

    keep(mine, outage=outage)

    assert allowlists.facts(TERMS, now=NOW) != known_before
    assert issued("reader-1").version == before.version + 1


def test_what_a_kept_booking_lets_the_reader_do_the_server_does_too(door, machine, zone, alice):
    mine = factories.booking(alice, machine.resource, span(11, 12))
    keep(mine, closure=Closure.objects.create(zone=zone, starts_at=at(10), ends_at=at(16)))
    taps = [("door-1", 10.5), ("door-1", 10.9), ("reader-1", 11.6)]

    told = [
        (tap(reader, f"n-{hour}", now=at(hour)).reason, alone(reader, ALICES, now=at(hour)))
        for reader, hour in taps
    ]

    assert told == [("lab_closed",) * 2, ("welcome",) * 2, ("welcome",) * 2]
