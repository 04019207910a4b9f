"""An instructor's badge stands for what a trainee has not learnt yet."""

from datetime import timedelta

import pytest

from booking.models import AccessEvent, UsageSession
from booking.rules.taps import Reason
from tests import factories
from tests.booking.taps import ALICES, BOBS, tap
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def laser():
    made = factories.resource(zone=factories.zone("atelier"), certification=factories.certification())
    factories.device("laser-reader", resource=made)
    return made


@pytest.fixture
def teacher(bob, laser):
    held = factories.award(bob, laser.certification)
    held.instructor = True
    held.save()
    return bob


def assisted(after: int = 10, *, first: str = ALICES):
    tap("laser-reader", "trainee", uid=first)
    return tap("laser-reader", "teacher", uid=BOBS, now=NOW + after * SECOND)


def test_the_trainee_works_under_the_instructor_s_name(alice, teacher, laser):
    decision = assisted()

    assert (decision.do, decision.on, decision.reason) == ("relay", True, Reason.WELCOME)
    session = UsageSession.objects.get()
    assert (session.member, session.assisted_by) == (alice, teacher)
    assert session.badge == alice.badges.get()
    assert list(AccessEvent.objects.order_by("pk").values_list("member__username", "reason")) == [
        ("alice", "not_certified"),
        ("bob", "welcome"),
    ]


def test_the_reader_says_how_it_goes_on(alice, teacher, laser):
    alice.language = "en"
    alice.save()

    assert tap("laser-reader", "1").text == "Certification needed; with an instructor: their badge now"
    assert tap("laser-reader", "2", uid=BOBS).text == "Welcome alice, with bob"


def test_where_nobody_teaches_no_instructor_is_asked_for(alice, laser):
    alice.language = "en"
    alice.save()

    assert tap("laser-reader").text == "Certification needed"


@pytest.mark.parametrize(("after", "whose"), [(29, "alice"), (30, "bob"), (31, "bob")])
def test_after_half_a_minute_the_instructor_works_alone(alice, teacher, laser, after, whose):
    assisted(after)

    session = UsageSession.objects.get()
    assert (session.member.username, session.assisted_by) == (whose, teacher if whose == "alice" else None)


def test_one_who_only_knows_it_teaches_nobody(alice, bob, laser):
    factories.award(bob, laser.certification)

    assisted()

    assert UsageSession.objects.get().member == bob


def test_an_instructor_whose_certification_is_over_teaches_nobody(alice, teacher, laser):
    teacher.awards.update(expires_at=NOW)

    assert assisted().reason == Reason.CERTIFICATION_EXPIRED


def test_everything_else_is_still_asked_of_the_trainee(alice, teacher, laser):
    laser.walk_up = False
    laser.save()

    assert assisted().reason == Reason.NOT_BOOKED


def test_both_have_to_be_in_the_space(alice, teacher, laser):
    factories.device("door", door=factories.door(zone=laser.zone))
    tap("laser-reader", "1")
    assert tap("laser-reader", "2", uid=BOBS).reason == Reason.NOT_CHECKED_IN

    tap("door", "3")
    tap("laser-reader", "4")
    assert tap("laser-reader", "5", uid=BOBS).reason == Reason.NOT_CHECKED_IN
    tap("door", "6", uid=BOBS)
    tap("laser-reader", "7")
    assert tap("laser-reader", "8", uid=BOBS).reason == Reason.WELCOME


def test_an_instructor_is_company_enough(alice, teacher, laser):
    laser.buddy = True
    laser.save()

    assert assisted().reason == Reason.WELCOME


def test_somebody_else_s_tap_between_them_ends_the_question(alice, teacher, laser):
    carol = factories.member("carol")
    factories.badge(carol, "04CA801000")
    tap("laser-reader", "1")
    tap("laser-reader", "2", uid="04DEADBEEF")

    tap("laser-reader", "3", uid=BOBS)

    assert UsageSession.objects.get().member == teacher


@pytest.mark.parametrize("who", [ALICES, BOBS])
def test_either_of_them_ends_it(alice, teacher, laser, who):
    assisted()

    assert tap("laser-reader", "bye", uid=who, now=NOW + 60 * SECOND).reason == Reason.GOODBYE
    assert UsageSession.objects.get().ended_at == NOW + 60 * SECOND


def test_a_lease_ends_with_the_instructor_s_certification(alice, teacher, laser):
    teacher.awards.update(expires_at=NOW + timedelta(hours=1))

    assert assisted(0).lease == 3600
