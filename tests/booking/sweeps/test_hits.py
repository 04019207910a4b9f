"""The sweep of hits: it looks when something changed, and once in a while as days come near."""

from datetime import timedelta

import pytest

from booking import actions
from booking.models import Hit, Notice
from booking.sweeps import Hits
from lab.models import Outage
from tests import factories
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def laser():
    return factories.resource()


def book(who, what, when):
    return actions.book(member=who, by=who, resources=[what], span=when, now=NOW)


def test_it_looks_again_when_something_goes_out_of_order_or_is_booked(laser):
    alice, sweep = factories.member("alice"), Hits()
    book(alice, laser, span(14, 15))
    assert [sweep.sweep(now=NOW), sweep.sweep(now=NOW)] == [0, 0]

    Outage.objects.create(resource=laser, starts_at=NOW)
    assert [sweep.sweep(now=NOW), sweep.sweep(now=NOW)] == [1, 0]

    Outage.objects.all().delete()
    assert sweep.sweep(now=NOW) == 0
    assert not Hit.objects.exists()


def test_days_that_come_near_are_seen_without_any_change(laser):
    sweep = Hits()
    book(factories.member("alice"), laser, span(14, 15, day=9))
    Outage.objects.create(resource=laser, starts_at=NOW)

    found = [sweep.sweep(now=NOW + timedelta(days=days)) for days in (0, 1, 2, 3, 4)]
    assert found == [0, 0, 0, 1, 0]
    assert Notice.objects.filter(kind="outage").count() == 1


def test_a_clock_that_was_set_back_does_not_keep_it_from_looking(laser):
    sweep = Hits()
    Outage.objects.create(resource=laser, starts_at=NOW)
    sweep.sweep(now=NOW + timedelta(days=30))
    factories.booking(factories.member("alice"), laser, span(14, 15))

    assert sweep.sweep(now=NOW) == 1
