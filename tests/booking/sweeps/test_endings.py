"""What ends a session that nobody taps out of: a friend who leaves, rest, time; never a job."""

from datetime import timedelta

import pytest

from booking import sweeps
from booking.models import Notice, Presence, UsageSession
from booking.usage import hear, observe
from devices.rules.running import State
from lab.models import Closure
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def zone():
    made = factories.zone("fablab")
    factories.door(zone=made)
    return made


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def bob():
    return factories.member("bob")


@pytest.fixture
def laser(zone):
    return factories.resource(zone=zone, certification=factories.certification())


def enter(who, zone) -> Presence:
    return Presence.objects.create(member=who, zone=zone, since=at(8))


def session(laser, who, **fields) -> UsageSession:
    defaults = {"started_at": at(9), "lease_until": at(12)}
    return UsageSession.objects.create(resource=laser, member=who, **(defaults | fields))


def after(minutes: float, row: UsageSession) -> UsageSession:
    sweeps.end_sessions(now=NOW + minutes * MINUTE)
    row.refresh_from_db()
    return row


def said(row: UsageSession) -> tuple:
    return row.ending, row.lease_until, row.ended_at


def certified(who, laser) -> None:
    factories.award(who, laser.certification)


def test_when_the_second_person_leaves_the_machine_goes_off_after_a_warning(alice, bob, laser, zone):
    laser.buddy = True
    laser.save()
    certified(alice, laser)
    enter(alice, zone)
    company, row = enter(bob, zone), session(laser, alice)
    whole = after(0, row).lease_until

    company.until = NOW
    company.save()

    assert said(after(0, row)) == ("needs_buddy", NOW + 2 * MINUTE, None)
    assert said(after(3, row)) == ("needs_buddy", NOW + 2 * MINUTE, None)
    assert said(after(3.1, row)) == ("needs_buddy", NOW + 2 * MINUTE, NOW + 2 * MINUTE)
    assert whole > NOW + 2 * MINUTE


def test_who_comes_back_in_time_ends_the_ending(alice, bob, laser, zone):
    laser.buddy = True
    laser.save()
    certified(alice, laser)
    row = session(laser, alice)
    assert after(0, row).ending == "needs_buddy"

    enter(bob, zone)

    assert said(after(1, row)) == ("", at(21), None)  # twelve hours from its start


def test_a_job_that_runs_outlives_the_friend(alice, laser):
    laser.buddy = True
    laser.save()
    certified(alice, laser)
    row = session(laser, alice, busy_since=at(9.5), heard_at=NOW)
    after(0, row)
    hear(resource_ids=[laser.pk], at=NOW + 20 * MINUTE)

    assert after(20, row).ended_at is None
    observe(resource_id=laser.pk, state=State.IDLE, at=NOW + 25 * MINUTE)
    assert after(26, row).ended_at is not None


def test_an_assisted_session_ends_when_the_instructor_leaves(alice, bob, laser, zone):
    certified(bob, laser)
    enter(alice, zone)
    teacher = enter(bob, zone)
    row = session(laser, alice, assisted_by=bob)
    assert after(0, row).ending == ""

    teacher.until = NOW
    teacher.save()

    assert said(after(0, row))[:2] == ("not_certified", NOW + 2 * MINUTE)
    assert after(4, row).ended_at == NOW + 2 * MINUTE


def test_a_certification_that_is_taken_back_ends_the_session(alice, laser):
    certified(alice, laser)
    row = session(laser, alice)
    assert after(0, row).ending == ""

    alice.awards.all().delete()

    assert after(0, row).ending == "not_certified"


@pytest.mark.parametrize(("heard", "ended"), [(True, True), (False, False)])
def test_what_a_meter_sees_idle_is_badged_out(alice, laser, heard, ended):
    laser.idle_minutes, laser.certification = 15, None
    laser.save()
    row = session(laser, alice, rested_at=NOW, heard_at=NOW)

    assert after(14, row).ended_at is None
    if heard:
        hear(resource_ids=[laser.pk], at=NOW + 15 * MINUTE)

    after(15, row)
    assert (row.ending, row.ended_at) == (("idle", NOW + 15 * MINUTE) if ended else ("", None))


@pytest.mark.parametrize(
    ("what", "until"), [("booking", at(11)), ("closing", at(20)), ("outside", at(10)), ("nothing", at(21))]
)
def test_a_lease_is_the_first_of_what_ends_it_whatever_came_since(alice, bob, what, until):
    hours = {"closing": (9, 20), "outside": (7, 9)}.get(what)
    laser = factories.resource(zone=factories.zone("atelier", hours=hours))
    row = session(laser, alice, lease_until=at(23))
    if what == "booking":
        factories.booking(bob, laser, span(11, 12))

    assert after(0, row).lease_until == until
    assert after(0, row).lease_until == until


def test_a_booking_that_runs_overnight_is_not_ended_by_the_doors(alice):
    laser = factories.resource(zone=factories.zone("atelier", hours=(9, 20)), overnight=True)
    booking = factories.booking(alice, laser, span(9, 34), state="checked_in")
    row = session(laser, alice, booking=booking, lease_until=at(20))

    assert after(0, row).lease_until == at(34)


def test_who_is_next_hears_once_that_the_machine_still_works(alice, bob, laser):
    factories.booking(bob, laser, span(10, 12))
    row = session(laser, alice, lease_until=at(10), busy_since=at(9.5), heard_at=NOW)

    told = [sweeps.warn_next(now=NOW + n * MINUTE) for n in range(3)]

    assert told == [1, 0, 0]
    notice = Notice.objects.get()
    assert (notice.member, notice.kind) == (bob, "still_busy")
    row.refresh_from_db()
    assert row.ended_at is None


@pytest.mark.parametrize(("mine", "told"), [(span(8, 10), 1), (span(8, 10.5), 0), (None, 1)])
def test_work_that_nobody_badged_in_for_makes_the_next_one_wait_past_its_booking(
    alice, bob, laser, mine, told
):
    booking = factories.booking(alice, laser, mine) if mine else None
    factories.booking(bob, laser, span(10 if told else 10.5, 13))
    UsageSession.objects.create(
        resource=laser, booking=booking, started_at=at(9), busy_since=at(9), heard_at=NOW
    )

    assert sweeps.warn_next(now=NOW) == told


def test_whose_work_is_done_makes_nobody_wait(alice, bob, laser):
    factories.booking(bob, laser, span(10, 12))
    session(laser, alice, lease_until=at(10))

    assert sweeps.warn_next(now=NOW) == 0


def test_the_queries_do_not_grow_with_the_sessions(alice, zone, django_assert_max_num_queries):
    for number in range(12):
        machine = factories.resource(f"laser-{number}", zone=zone, buddy=True)
        session(machine, alice, lease_until=at(10.5), ending="needs_buddy", ending_at=at(10.5))
    enter(factories.member("carol"), zone)
    sweeps.end_sessions(now=NOW)

    with django_assert_max_num_queries(8):
        sweeps.end_sessions(now=NOW)


@pytest.mark.parametrize(
    ("grace", "minutes", "state"),
    [(15, 14, "checked_in"), (15, 15, "done"), (None, 50, "checked_in")],
)
def test_who_badged_out_and_does_not_come_back_gives_the_rest_to_others(alice, laser, grace, minutes, state):
    laser.grace_minutes = grace
    laser.save()
    booking = factories.booking(alice, laser, span(9, 12), state="checked_in")
    session(laser, alice, booking=booking, ended_at=NOW)

    sweeps.finish_left(now=NOW + minutes * MINUTE)

    booking.refresh_from_db()
    assert booking.state == state
    assert booking.claims.get().blocked_until == (NOW + minutes * MINUTE if state == "done" else at(12))


def test_who_is_at_it_again_has_not_left(alice, laser):
    laser.grace_minutes = 15
    laser.save()
    booking = factories.booking(alice, laser, span(9, 12), state="checked_in")
    session(laser, alice, booking=booking, ended_at=at(9.2))
    session(laser, alice, booking=booking, started_at=at(9.5))

    assert sweeps.finish_left(now=NOW) == 0


@pytest.mark.parametrize(("decision", "until"), [("kept", at(12)), ("", NOW)])
def test_a_closure_ends_no_session_of_a_booking_that_was_kept(laser, zone, alice, decision, until):
    enter(alice, zone)
    certified(alice, laser)
    closure = Closure.objects.create(zone=zone, starts_at=at(9.9), ends_at=at(16))
    booking = factories.booking(alice, laser, span(9, 12), state="checked_in")
    booking.hits.create(closure=closure, decision=decision, decided_at=NOW if decision else None)

    row = after(0, session(laser, alice, booking=booking))

    assert row.lease_until == until
