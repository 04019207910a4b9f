"""Energy of a resource from the store: of any span, from what is kept of it, by whoever spoke for it then."""

import dataclasses
from datetime import datetime

import pytest

from devices.actions import adopt
from devices.energy import Energy, drawn, readings
from devices.queries import store as store_path
from devices.rules.energy import How
from devices.swaps import replace
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.keeping import Terms
from lab.spans import Span
from tests import factories
from tests.factories import at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings, tmp_path):
    settings.CONFIG = dataclasses.replace(settings.CONFIG, state=tmp_path)
    store = Store(store_path())
    yield store
    store.close()


@pytest.fixture
def laser(store):
    return factories.resource()


def ns(moment: datetime) -> int:
    return round(moment.timestamp()) * 10**9


def told(store, device, channel, points):
    """Points are (hour, value)."""
    batch = [[Reading(device, channel, float(value), "", ns(at(hour)), True)] for hour, value in points]
    store.write(Batch(readings=batch))


def every_minute(start, end, watts):
    return [(start + minute / 60, watts) for minute in range(round((end - start) * 60) + 1)]


def test_without_a_meter_nobody_knows(laser):
    assert drawn(laser.pk, span(9, 10)) is None
    assert readings(laser.pk, span(9, 10)) == 0


def test_a_counter_tells_and_power_only_where_there_is_none(store, laser):
    factories.device("plug-1", resource=laser)
    told(store, "plug-1", "power", every_minute(8, 12, 300))
    assert drawn(laser.pk, span(9, 11)) == Energy(600, How.POWER)

    told(store, "plug-1", "energy", [(8, 1000), (10, 1500), (12, 1600)])
    assert drawn(laser.pk, span(9, 11)) == Energy(300, How.COUNTER)


def test_two_meters_of_one_machine_are_added_up(store, laser):
    for name, watts in (("tube", 500), ("chiller", 200)):
        factories.device(name, resource=laser)
        told(store, name, "power", every_minute(9, 10, watts))

    assert drawn(laser.pk, span(9, 10)) == Energy(700, How.POWER)


def test_a_late_reading_is_another_number_of_readings_and_another_energy(store, laser):
    factories.device("plug-1", resource=laser)
    told(store, "plug-1", "energy", [(9, 1000), (11, 1200)])
    before = readings(laser.pk, span(9, 10)), drawn(laser.pk, span(9, 10)).wh

    told(store, "plug-1", "energy", [(10, 1180)])

    assert before == (2, 100)
    assert (readings(laser.pk, span(9, 10)), drawn(laser.pk, span(9, 10)).wh) == (3, 180)


@pytest.mark.parametrize("terms", [Terms(0, 0, 0), Terms(1, 0, 0), Terms(1, 2, 0)])
def test_what_is_rolled_up_or_kept_no_more_in_detail_tells_as_much(store, laser, terms):
    factories.device("plug-1", resource=laser)
    told(store, "plug-1", "power", every_minute(0, 24, 300))
    store.tidy(ns(at(24, day=3)), terms=terms, budget=60)

    assert drawn(laser.pk, span(3, 4)).wh == pytest.approx(300)
    assert drawn(laser.pk, span(2, 22)).wh == pytest.approx(20 * 300)


def test_a_counter_of_which_only_minutes_are_left_tells_its_growth(store, laser):
    factories.device("plug-1", resource=laser)
    told(store, "plug-1", "energy", [(minute / 60, 5 * minute) for minute in range(24 * 60)])
    store.tidy(ns(at(24, day=3)), terms=Terms(1, 0, 0), budget=60)

    assert drawn(laser.pk, span(3, 4)) == Energy(pytest.approx(300), How.COUNTER)


def test_new_hardware_goes_on_where_the_old_one_ended(store, laser):
    old = factories.device("old", resource=laser, placed_at=at(0))
    new = factories.device("new", claimed=False)
    told(store, "old", "energy", [(8, 5000), (9, 5100), (10, 5200)])
    told(store, "new", "energy", [(10, 0), (11, 300)])
    replace(old=old, new=new, by=factories.manager(), now=at(10))

    assert drawn(laser.pk, span(8, 11)) == Energy(500, How.COUNTER)


def test_a_meter_that_was_moved_here_brings_nothing_of_what_it_measured_elsewhere(store, laser):
    plug = factories.device("plug-1", resource=factories.resource("laser-2"))
    told(store, "plug-1", "power", every_minute(8, 12, 600))
    adopt(device=plug, by=factories.manager(), now=at(11), resource=laser)

    assert drawn(laser.pk, span(8, 10.5)) is None
    assert drawn(laser.pk, Span(at(10.5), at(12))).wh == pytest.approx(600)
