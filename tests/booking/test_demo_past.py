"""The demo's week before: people, bookings and sessions are planted, figures are left to the meters."""

import dataclasses
from datetime import timedelta

import pytest

from booking.demo.past import METERS, plant_past
from booking.models import Booking, UsageSession
from devices.machine_time import state_time
from devices.models import MachineState
from devices.queries import store as store_path
from devices.rules.running import State
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from lab.models import Resource
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
PEOPLE = ("ines", "thomas", "karim", "lea", "victor")


@pytest.fixture
def lab(settings, tmp_path):
    settings.CONFIG = dataclasses.replace(settings.CONFIG, state=tmp_path)
    for slug in METERS:
        factories.resource(slug)
    return {name: factories.member(name) for name in PEOPLE}


def test_a_week_is_planted_without_figures(lab):
    past = plant_past(None, members=lab, now=NOW)

    assert set(past) == set(METERS.values())
    sessions = list(UsageSession.objects.select_related("booking"))
    assert sum(len(told["jobs"]) for told in past.values()) == len(sessions) > 30
    assert all(one.energy_wh is None and one.ended_at < NOW for one in sessions)
    booked = [one for one in sessions if one.booking]
    assert all(one.booking.member_id == one.member_id for one in booked)
    assert any(one.ended_at > one.booking.ends_at for one in booked)
    assert any(one.member is None for one in sessions)
    assert set(Booking.objects.values_list("state", flat=True)) == {"done"}


def test_every_hour_of_a_day_is_in_one_state(lab):
    plant_past(None, members=lab, now=NOW)

    saturday = state_time(lab_keys(), span(0, 24, day=-2), now=NOW)

    assert [sum(times.values(), timedelta()) for times in saturday.values()] == [timedelta(days=1)] * 4
    assert all(times[State.BUSY] for times in saturday.values())
    assert not MachineState.objects.filter(until=None).exists()


def lab_keys():
    return list(MachineState.objects.order_by().values_list("resource", flat=True).distinct())


def test_what_was_not_handed_in_yet_is_kept_and_nothing_is_planted_twice(lab):
    past = plant_past(None, members=lab, now=NOW)
    before = UsageSession.objects.count()

    assert plant_past(past, members=lab, now=at(20)) == past
    assert UsageSession.objects.count() == before


def test_what_was_handed_in_is_not_sent_again(lab):
    past = plant_past(None, members=lab, now=NOW)
    store = Store(store_path())
    when = round(at(12, day=-3).timestamp()) * 10**9
    store.write(Batch(readings=[[Reading(name, "power", 8.0, "W", when, True)] for name in past]))
    store.close()

    assert plant_past(past, members=lab, now=at(20)) == {}


def test_a_lab_in_which_something_ran_gets_no_other_past(lab):
    UsageSession.objects.create(resource=Resource.objects.first(), started_at=NOW)

    assert plant_past(None, members=lab, now=NOW) == {}
    assert UsageSession.objects.count() == 1
