"""Why can't I: every objection of the reader's own verdict, and the steps that end it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from booking.models import AccessEvent, Presence, UsageSession
from booking.rules.taps import Reason
from booking.why import Place, why
from lab.models import Outage, Programme, Training
from tests import factories
from tests.booking.taps import ALICES, BOBS, tap
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    who = factories.member("alice", language="en")
    factories.badge(who, ALICES)
    return who


@pytest.fixture
def bob():
    return factories.member("bob")


@pytest.fixture
def zone():
    return factories.zone("fablab", hours=(9, 20))


@pytest.fixture
def door(zone):
    made = factories.door(zone=zone)
    factories.device("door-1", door=made)
    return made


@pytest.fixture
def laser(zone, door):
    made = factories.resource(zone=zone, certification=factories.certification(), buddy=True, walk_up=False)
    factories.device("reader-laser", resource=made)
    return made


def reasons(answer) -> list[str]:
    return [told.reason for told in answer.objections]


def asked(member, place: Place, when=NOW):
    with translation.override("en"):
        return why(member=member, place=place, at=when, now=NOW)


def test_all_objections_come_in_the_order_in_which_a_reader_would_tell_them(alice, laser):
    Outage.objects.create(resource=laser, starts_at=at(8))

    answer = asked(alice, Place(resource=laser))

    assert reasons(answer) == ["not_certified", "not_booked", "not_checked_in", "needs_buddy", "machine_down"]
    assert tap("reader-laser").reason == reasons(answer)[0]


def test_each_has_its_steps_with_times_and_pages(alice, laser):
    training = Training.objects.create(certification=laser.certification, starts_at=at(14, day=1), seats=1)
    steps = {
        told.reason: [(s.text, s.url) for s in told.steps]
        for told in asked(alice, Place(resource=laser)).objections
    }

    assert steps[Reason.NOT_CERTIFIED] == [
        ("Training for “laser training”: tomorrow at 14:00.", "/certifications/laser/")
    ]
    assert steps[Reason.NOT_BOOKED] == [
        ("Book it; it is free today at 10:00.", "/find/?resource=laser-1&minutes=60")
    ]
    assert steps[Reason.NOT_CHECKED_IN] == [("Tap in at the door first: door-fablab.", "")]
    assert steps[Reason.NEEDS_BUDDY] == [
        ("Ask somebody to stay: a second member has to be tapped in at Fablab.", "")
    ]
    training.taken.create(member=factories.member("bob"), number=1)
    first = asked(alice, Place(resource=laser)).objections[0].steps[0]
    assert (
        first.text
        == "Ask a lab manager for a training for “laser training”; none with a free seat is planned."
    )


def test_an_instructor_may_stand_for_what_one_has_not_learnt(alice, laser):
    held = factories.award(factories.member("bob"), laser.certification)
    held.instructor = True
    held.save()

    last = asked(alice, Place(resource=laser)).objections[0].steps[-1]

    assert last.text == "Or work with an instructor: tap your badge, then theirs within half a minute."


def test_a_space_says_all_that_it_demands_and_when_it_opens(alice, zone, door):
    zone.programme = Programme.objects.create(slug="residency", name="Résidence")
    zone.role, zone.capacity = "manager", 0
    zone.save()

    answer = asked(alice, Place(door=door), at(21))

    assert reasons(answer) == ["zone_forbidden", "lab_closed", "zone_full"]
    assert [step.text for told in answer.objections for step in told.steps] == [
        "Fablab is kept for “Résidence”; ask a lab manager to join.",
        "Fablab is for those who steer the lab.",
        "Come back when it opens: tomorrow at 09:00.",
        "Wait until somebody leaves; places taken: 0 of 0.",
    ]


def test_without_a_badge_the_first_step_is_one(zone, door):
    assert reasons(asked(factories.member("bob"), Place(door=door))) == ["unknown_badge"]


def test_of_many_badges_the_best_one_counts(alice, door):
    alice.badges.update(lost_at=NOW)
    factories.badge(alice, "04FFFFFF", valid_until=NOW - timedelta(days=1))

    assert reasons(asked(alice, Place(door=door))) == ["badge_expired"]
    factories.badge(alice, "04EEEEEE")
    assert asked(alice, Place(door=door)).granted


def test_who_uses_it_now_is_in_nobody_s_way_later(alice, zone):
    laser = factories.resource(zone=zone)
    UsageSession.objects.create(
        resource=laser, member=factories.member("bob"), started_at=at(9), lease_until=at(11)
    )
    Presence.objects.create(member=alice, zone=zone, since=at(9))

    assert reasons(asked(alice, Place(resource=laser))) == ["machine_busy"]
    assert [step.text for step in asked(alice, Place(resource=laser)).objections[0].steps] == [
        "Wait; it is in use until 11:00.",
        "Book it; it is free today at 11:00.",
    ]
    assert asked(alice, Place(resource=laser), at(11)).granted


def test_work_of_one_s_own_is_waited_for_and_never_cut(alice, zone):
    laser = factories.resource(zone=zone)
    UsageSession.objects.create(
        resource=laser, member=alice, started_at=at(9), lease_until=at(11), busy_since=NOW, heard_at=NOW
    )

    (told,) = asked(alice, Place(resource=laser)).objections

    assert (told.reason, told.text) == ("machine_busy", "At work: tap when it is done")
    assert [step.text for step in told.steps] == [
        "It works in your name, and nobody cuts it: tap again when its work is done."
    ]


@pytest.mark.parametrize(
    ("way", "first"),
    [
        ("both", "You came in just now; to leave again, tap after 10:01."),
        ("in", "You are inside already; leave by the exit first."),
    ],
)
def test_who_is_inside_already_reads_how_to_come_out(alice, zone, door, way, first):
    door.way, door.hard_passback = way, True
    door.save()
    Presence.objects.create(member=alice, zone=zone, since=NOW - timedelta(seconds=10))

    (told,) = asked(alice, Place(door=door)).objections

    assert (told.reason, told.steps[0].text) == ("already_in", first)


def test_what_a_tap_would_do_is_said_of_each_place(alice, zone, door):
    laser, desk = factories.resource(zone=zone), factories.resource("desk", zone=zone)
    hall = factories.zone("hall")
    factories.device("reader-laser", resource=laser)

    def words(**place):
        with translation.override("en"):
            return asked(alice, Place(**place)).words

    assert words(door=door) == "Nothing speaks against it: tap and come in."
    assert words(zone=hall) == "Nothing speaks against it: a tap counts you in."
    Presence.objects.create(member=alice, zone=zone, since=at(9))
    Presence.objects.create(member=alice, zone=hall, since=at(9))

    assert words(door=door) == "Nothing: a tap here is a goodbye."
    assert words(zone=hall) == "You are counted in here: a tap counts you out."
    assert words(resource=laser) == "Nothing speaks against it: a tap switches it on."
    assert words(resource=desk) == (
        "Nothing speaks against it, and no reader asks here: book it, and it is yours."
    )
    tap("reader-laser")
    assert words(resource=laser) == "It runs in your name: a tap here switches it off."


def test_a_reader_beside_a_totem_can_be_asked_about(alice, door, zone):
    factories.device("badge-hall", zone=zone, profile="presence-reader")

    page = sign_in(alice).get("/why/?place=zone:fablab")

    assert page.context["answer"].place.label == zone.label


def test_nothing_is_written_by_asking(alice, laser):
    asked(alice, Place(resource=laser))

    assert not AccessEvent.objects.exists()
    assert not UsageSession.objects.exists()


def told(*args: str) -> tuple[list[str], int]:
    out = StringIO()
    try:
        call_command("why", *args, stdout=out)
    except SystemExit as ended:
        return out.getvalue().splitlines(), int(ended.code)
    return out.getvalue().splitlines(), 0


def test_the_command_says_it_in_the_member_s_language(alice, door):
    lines, status = told("--member", "alice", "--device", "door-1", "--at", "2026-05-04T21:00")

    assert status == 1
    assert lines[1] == "✗ lab_closed: The lab is closed"
    assert "09:00" in lines[2]
    assert told("--member", "alice", "--device", "door-1", "--at", "2026-05-04T10:00+02:00")[1] == 0


def test_the_command_knows_a_reader_that_is_not_in_service(alice):
    factories.device("new", claimed=False)

    assert "device_unclaimed" in "\n".join(told("--member", "alice", "--device", "new")[0])


@pytest.mark.parametrize(
    "wrong",
    [
        ["--member", "nobody", "--device", "door-1"],
        ["--member", "alice", "--device", "nothing"],
        ["--member", "alice", "--device", "door-1", "--at", "soon"],
        ["--member", "alice", "--device", "door-1", "--at", "9999-12-31T23:59"],
    ],
)
def test_the_command_names_what_is_wrong(alice, door, wrong):
    with pytest.raises(CommandError):
        call_command("why", *wrong)


def test_the_page_answers_for_oneself_and_a_manager_for_anybody(alice, bob, door):
    boss = factories.manager()

    page = sign_in(alice).get("/why/?place=door:door-fablab&at=2026-05-04T21:00&member=bob")
    assert page.context["answer"].member == alice
    assert 'data-reason="lab_closed"' in page.content.decode()

    page = sign_in(boss).get("/why/?place=door:door-fablab&member=bob")
    assert page.context["answer"].member == bob


@pytest.mark.parametrize("asks", ["place=door:nowhere", "place=", "place=door:door-fablab&at=never"])
def test_a_question_about_nothing_is_no_answer(alice, door, asks):
    page = sign_in(alice).get(f"/why/?{asks}")

    assert (page.status_code, page.context["answer"]) == (422, None)


def test_a_refused_passage_and_the_resource_lead_to_the_answer(alice, laser):
    tap("reader-laser")
    client = sign_in(alice)

    assert '/why/?place=resource:laser-1"' in client.get("/me/").content.decode()
    assert '/why/?place=resource:laser-1"' in client.get("/resources/laser-1/").content.decode()
    tap("door-1", "2")
    assert "/why/" not in client.get("/me/").content.decode()


def test_once_an_instructor_let_it_begin_no_refusal_is_left_on_one_s_page(alice, bob, laser):
    factories.badge(bob, BOBS)
    held = factories.award(bob, laser.certification)
    held.instructor = True
    held.save()
    laser.walk_up, laser.buddy = True, False
    laser.save()
    for who in (alice, bob):
        Presence.objects.create(member=who, zone=laser.zone, since=at(9))
    tap("reader-laser", "trainee")
    assert sign_in(alice).get("/me/").context["refused"].words == "Certification needed"

    tap("reader-laser", "teacher", uid=BOBS, now=NOW + timedelta(seconds=10))

    assert UsageSession.objects.get().member == alice
    assert sign_in(alice).get("/me/").context["refused"] is None
