"""What a tap asks the database: a reader waits for it, so it asks nothing that can't matter."""

import pytest

from booking.rules.cards import Card
from booking.rules.taps import Reason
from tests import factories
from tests.booking.taps import ALICES, tap

pytestmark = pytest.mark.django_db
STRANGERS = "04FFFFFFFFFFFF"


@pytest.fixture
def alice():
    who = factories.member("alice", any_hour=True)
    factories.badge(who, ALICES)
    return who


@pytest.fixture
def door():
    return factories.device("door-reader", door=factories.door())


def test_a_door_asks_for_reader_badge_and_presence_and_writes_two_rows(
    alice, door, django_assert_num_queries
):
    with django_assert_num_queries(7):  # two of them are the savepoint of the test's own transaction
        assert tap("door-reader", "1").reason == Reason.WELCOME
    with django_assert_num_queries(7):
        assert tap("door-reader", "2").reason == Reason.GOODBYE


def test_a_strange_badge_costs_no_more_than_itself(
    door, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_num_queries(4):
        assert tap("door-reader", "1", card=Card(None)).reason == Reason.UNKNOWN_BADGE
    with django_assert_max_num_queries(16):  # its code is made and kept
        assert tap("door-reader", "2", uid=STRANGERS).reason == Reason.UNKNOWN_BADGE
    with django_assert_num_queries(7):
        assert tap("door-reader", "3", uid=STRANGERS).reason == Reason.UNKNOWN_BADGE


def test_who_switches_a_machine_off_is_asked_nothing_about_switching_it_on(
    alice, django_assert_max_num_queries
):
    factories.device("laser-reader", resource=factories.resource("laser-1"))
    assert tap("laser-reader", "1").reason == Reason.WELCOME

    with django_assert_max_num_queries(9):
        assert tap("laser-reader", "2").reason == Reason.GOODBYE
