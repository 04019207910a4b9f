"""Sessions get the energy and the time at work that the store tells, however late it learns them."""

import dataclasses
from datetime import timedelta

import pytest

from booking.models import UsageSession
from booking.sweeps.energy import FRESH, LATE, Energy, settle_sessions
from devices.models import MachineState
from devices.queries import store as store_path
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.keeping import Terms
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings, tmp_path):
    settings.CONFIG = dataclasses.replace(settings.CONFIG, state=tmp_path)
    store = Store(store_path())
    yield store
    store.close()


@pytest.fixture
def laser(store):
    laser = factories.resource()
    factories.device("plug-1", resource=laser)
    return laser


def draws(store, start, end, watts):
    minutes = range(round(start * 60), round(end * 60) + 1)
    stamps = [round(at(0).timestamp() + 60 * minute) * 10**9 for minute in minutes]
    store.write(Batch(readings=[[Reading("plug-1", "power", watts, "W", stamp, True)] for stamp in stamps]))


def session(laser, start=9, end=10):
    return UsageSession.objects.create(
        resource=laser, started_at=at(start), ended_at=None if end is None else at(end)
    )


def settled(now):
    changed = settle_sessions(UsageSession.objects.all(), now=now)
    row = UsageSession.objects.get()
    return changed, row.energy_wh, row.busy_seconds


def test_a_session_that_runs_shows_what_it_has_drawn_so_far(store, laser):
    session(laser, end=None)
    draws(store, 9, 11, 300.0)

    assert settled(at(10)) == (1, pytest.approx(300), None)
    assert settled(at(11)) == (1, pytest.approx(600), None)


def test_to_settle_twice_changes_nothing(store, laser):
    session(laser)
    draws(store, 9, 10, 300.0)

    assert [settled(at(12))[0] for _ in range(3)] == [1, 0, 0]


def test_what_was_known_stays_when_only_hours_are_left_of_it(store, laser):
    """An hour's mean would say that a job of twenty minutes drew as much as its neighbours."""
    session(laser, start=9, end=9.5)
    draws(store, 9, 9.5, 900.0)
    draws(store, 9.6, 10.5, 0.0)
    assert settled(at(12))[1] == pytest.approx(450)

    store.tidy(round(at(0, day=4).timestamp()) * 10**9, terms=Terms(1, 1, 0), budget=10)
    draws(store, 8.9, 8.99, 10.0)  # another number of readings

    assert settled(at(12))[:2] == (0, pytest.approx(450))


def test_a_session_of_which_only_hours_are_left_has_at_least_those(store, laser):
    session(laser, start=9, end=11)
    draws(store, 8, 12, 300.0)
    store.tidy(round(at(0, day=4).timestamp()) * 10**9, terms=Terms(1, 1, 0), budget=10)

    assert settled(at(12))[1] == pytest.approx(600)


def test_readings_that_come_after_the_end_put_it_right(store, laser):
    session(laser)
    draws(store, 9, 9.5, 300.0)
    assert settled(at(10)) == (1, pytest.approx(150), None)

    draws(store, 9.5, 10, 300.0)

    assert settled(at(36)) == (1, pytest.approx(300), None)


def test_what_was_known_stays_when_its_meter_is_gone(store, laser):
    row = session(laser)
    UsageSession.objects.filter(pk=row.pk).update(energy_wh=120.5)
    laser.devices.update(resource=None)

    assert settled(at(12)) == (0, 120.5, None)


def test_time_at_work_is_that_of_the_machine_within_the_session(store, laser):
    session(laser)
    for state, start, end in (("busy", 8, 9.25), ("idle", 9.25, 9.5), ("busy", 9.5, 11)):
        MachineState.objects.create(
            resource=laser, state=state, since=at(start), until=at(end), heard_at=at(end)
        )

    assert settled(at(12)) == (1, None, 45 * 60)


@pytest.mark.parametrize(("ago", "changed"), [(timedelta(minutes=1), 1), (LATE + FRESH, 0)])
def test_the_sweep_looks_at_the_last_days(store, laser, ago, changed):
    session(laser)
    draws(store, 9, 10, 300.0)
    energy = Energy()

    assert energy.sweep(now=at(10) + ago) == changed
    assert energy.sweep(now=at(10) + ago) == 0  # too soon
