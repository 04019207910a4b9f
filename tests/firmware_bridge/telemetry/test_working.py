"""From watts to work: one change each way, with the energy between."""

import pytest

from firmware_bridge.profiles.base import Reading
from firmware_bridge.telemetry.known import Known
from firmware_bridge.telemetry.working import SECOND, Change, Working

LASER = Known("meter", claimed=True, resource="laser-1", resource_id=7, idle_below_w=50, busy_above_w=200)


def changes(watts, *, known=LASER, at_work=frozenset(), channel="power", step=1):
    working, found = Working(), []
    for number, value in enumerate(watts):
        reading = Reading("meter-1", channel, value, "W", number * step * SECOND, True)
        found += working.hear(known, [reading], at_work=at_work)
    return found


def test_a_job_is_told_when_it_begins_and_when_it_ends():
    watts = [10.0] * 5 + [500.0] * 100 + [10.0] * 60

    begin, end = changes(watts)

    assert begin == Change(7, True, 8.0)
    assert (end.busy, end.at) == (False, 125.0)
    assert end.energy_wh == pytest.approx(500 * 97 / 3600 + 10 * 20 / 3600, rel=0.01)


def test_a_flicker_is_no_job():
    assert changes([10.0, 500.0, 10.0, 500.0, 100.0] * 10) == []


def test_between_the_thresholds_nothing_changes():
    assert changes([500.0] * 10 + [100.0] * 100) == [Change(7, True, 3.0)]


def test_a_job_that_runs_while_we_start_is_not_told_again():
    assert changes([500.0] * 10, at_work=frozenset({7})) == []
    assert [change.busy for change in changes([10.0] * 40, at_work=frozenset({7}))] == [False]


def test_nobody_knows_what_a_silence_drew():
    _, end = changes([500.0] * 3 + [10.0] * 3, step=3600)

    assert end.energy_wh == 0.0


@pytest.mark.parametrize(
    "known",
    [
        None,
        Known("meter", claimed=True),
        Known("meter", resource_id=7, idle_below_w=50, busy_above_w=200),
        Known("meter", claimed=True, resource_id=7, idle_below_w=50),
    ],
)
def test_without_an_adopted_machine_and_its_thresholds_there_is_no_work(known):
    assert changes([500.0] * 20, known=known) == []


def test_other_channels_and_words_are_no_power():
    assert changes([500.0] * 20, channel="voltage") == []
    assert changes(["500"] * 20) == []
