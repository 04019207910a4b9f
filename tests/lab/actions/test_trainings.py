"""Seats: one a member, never more than there are; awards for those who came."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction

from lab.actions.awards import award
from lab.actions.trainings import NoSeat, TooLate, award_attendees, give_up_seat, move_together, take_seat
from lab.models import Award, Seat, Training
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(days=1)


@pytest.fixture
def training() -> Training:
    return Training.objects.create(certification=factories.certification(), starts_at=NOW, seats=2)


def test_seats_are_numbered_and_end(training):
    alice, bob, carol = (factories.member(name) for name in ("alice", "bob", "carol"))

    assert [take_seat(training=training, member=who, now=EARLIER).number for who in (alice, bob)] == [1, 2]
    with pytest.raises(NoSeat):
        take_seat(training=training, member=carol, now=EARLIER)
    assert give_up_seat(training=training, member=alice, now=EARLIER)
    assert take_seat(training=training, member=carol, now=EARLIER).number == 1


def test_one_has_one_seat_however_often_one_asks(training):
    alice = factories.member()
    first = take_seat(training=training, member=alice, now=EARLIER)

    assert take_seat(training=training, member=alice, now=EARLIER) == first
    assert Seat.objects.count() == 1


def test_after_it_began_nobody_comes_or_goes(training):
    alice = factories.member()

    with pytest.raises(TooLate):
        take_seat(training=training, member=alice, now=NOW)
    with pytest.raises(TooLate):
        give_up_seat(training=training, member=alice, now=NOW)


def test_the_database_lets_nobody_sit_on_anothers_seat(training):
    training.taken.create(member=factories.member("alice"), number=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        training.taken.create(member=factories.member("bob"), number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        training.taken.create(member=factories.member("carol"), number=0)


def test_fewer_seats_leave_no_hidden_ones(training):
    training.taken.create(member=factories.member("alice"), number=2)
    training.taken.create(member=factories.member("bob"), number=5)
    move_together(training)

    assert list(training.taken.values_list("member__username", "number")) == [("alice", 1), ("bob", 2)]


def test_those_who_came_hold_the_certification(training):
    charlie, alice, bob = factories.manager(), factories.member("alice"), factories.member("bob")
    factories.award(bob, training.certification, expires_at=NOW)
    until = NOW + timedelta(days=365)
    award_attendees(training=training, members=[alice, bob], by=charlie, now=NOW, expires_at=until)

    assert set(Award.objects.values_list("member", "awarded_by", "awarded_at", "expires_at")) == {
        (alice.pk, charlie.pk, NOW, until),
        (bob.pk, charlie.pk, NOW, until),
    }
    assert LogEntry.objects.count() == 2


def test_a_renewal_without_an_end_takes_the_old_end_away():
    charlie, alice, skill = factories.manager(), factories.member("alice"), factories.certification()
    factories.award(alice, skill, expires_at=NOW)
    award(member=alice, certification=skill, by=charlie, now=NOW)

    assert Award.objects.get().expires_at is None
