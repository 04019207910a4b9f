"""From watts and words to what a machine does: each change is told once, as of when it began."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.machine_time import Standing
from devices.rules.running import Levels, State
from firmware_bridge.profiles.base import Reading
from firmware_bridge.telemetry.known import Known
from firmware_bridge.telemetry.working import SECOND, Change, Working

OFF, IDLE, BUSY = State
LEVELS = Levels(idle_below=50, busy_above=200)
LASER = Known("meter", claimed=True, resource="laser-1", resource_id=7, levels=LEVELS, online=True)
HERE = {"meter-1": LASER, "meter-2": LASER}


def power(value, at, device="meter-1"):
    return Reading(device, "power", value, "W", round(at * SECOND), True)


def changes(watts, *, known=LASER, standing=None, channel="power", step=1):
    working, found = Working(), []
    for number, value in enumerate(watts):
        reading = Reading("meter-1", channel, value, "W", number * step * SECOND, True)
        found += working.hear(known, [reading], standing=standing or {})
    return [(change.state, change.at) for change in found]


def before(state, at=0.0):
    return {7: Standing(state, datetime.fromtimestamp(at, UTC), heard=True)}


def test_a_job_is_told_as_of_when_it_began_and_ended():
    watts = [10.0] * 5 + [500.0] * 100 + [10.0] * 60

    assert changes(watts) == [(IDLE, 0), (BUSY, 5), (IDLE, 105)]


def test_a_machine_that_is_switched_off_is_off():
    assert changes([10.0] * 5 + [0.3] * 30 + [46.0] * 30) == [(IDLE, 0), (OFF, 5), (IDLE, 35)]


def test_a_flicker_is_no_job():
    assert changes([10.0, 500.0, 10.0, 500.0, 100.0] * 10) == [(IDLE, 0)]


def test_between_the_thresholds_nothing_changes():
    assert changes([500.0] * 10 + [100.0] * 100) == [(BUSY, 0)]


def test_a_job_that_runs_while_we_start_is_not_told_again():
    assert changes([500.0] * 10, standing=before(BUSY)) == []
    assert changes([10.0] * 40, standing=before(BUSY)) == [(IDLE, 0)]


def test_a_change_that_had_begun_before_we_were_started_anew_keeps_its_time():
    stored = [(second * SECOND, 10.0) for second in range(100, 115)]
    asked = []

    def recent(*wanted):
        asked.append(wanted[:2])
        return stored

    working = Working(recent)
    found = [*working.hear(LASER, [power(10.0, 118)], standing=before(BUSY, 50))]
    found += working.hear(LASER, [power(10.0, 121)], standing={})

    assert found == [Change(7, IDLE, 100.0, BUSY)]
    assert asked == [("meter-1", "power")]


def test_readings_of_a_time_that_is_over_change_nothing():
    working = Working()

    assert [*working.hear(LASER, [power(10.0, at) for at in range(40)], standing=before(BUSY, 500))] == []


def test_a_meter_that_tells_changes_only_is_believed_in_its_silence():
    working = Working()
    found = [*working.hear(LASER, [power(500.0, 0), power(500.0, 10), power(10.0, 100)], standing={})]
    found += working.tick(119, HERE)
    assert [change.state for change in found] == [BUSY]

    found += working.tick(120, HERE)
    assert found[1:] == [Change(7, IDLE, 100.0, BUSY)]


def test_how_long_it_takes_to_be_believed_is_the_machines_own():
    slow = Levels(50, 200, busy_after=timedelta(seconds=30), idle_after=timedelta(minutes=10))
    known = replace(LASER, levels=slow)
    watts = [10.0] * 10 + [500.0] * 40 + [10.0] * 590 + [500.0] * 10 + [10.0] * 601

    assert changes(watts, known=known) == [(IDLE, 0), (BUSY, 10), (IDLE, 650)]


def test_two_meters_of_one_machine_are_added_up():
    working, found = Working(), []
    for second in range(60):
        for device in ("meter-1", "meter-2"):
            watts = 120.0 if 10 <= second < 30 else 20.0
            found += working.hear(LASER, [power(watts, second, device)], standing={})

    assert [(change.state, change.at) for change in found] == [(IDLE, 0), (BUSY, 10), (IDLE, 30)]


def test_copies_of_a_machine_are_judged_each_by_its_own_meter():
    station, found, working = replace(LASER, units=3), [], Working()
    for second in range(60):
        for number in range(3):
            watts = 500.0 if number == 1 and 10 <= second < 30 else 45.0
            found += working.hear(station, [power(watts, second, f"meter-{number}")], standing={})

    assert [(change.state, change.at) for change in found] == [(IDLE, 0), (BUSY, 10), (IDLE, 30)]


def test_a_meter_that_was_moved_to_another_machine_leaves_this_one_at_rest():
    working = Working()
    found = [*working.hear(LASER, [power(500.0, at) for at in range(5)], standing={})]
    found += working.tick(6, {"meter-1": replace(LASER, resource_id=8)})

    assert found[-1] == Change(7, IDLE, 6, BUSY)


@pytest.mark.parametrize(
    "known",
    [
        None,
        Known("meter", claimed=True),
        Known("meter", resource_id=7, levels=LEVELS),
        Known("meter", claimed=True, resource_id=7),
    ],
)
def test_without_an_adopted_machine_and_its_thresholds_there_is_no_work(known):
    assert changes([500.0] * 20, known=known) == []


def test_other_channels_and_words_are_no_power():
    assert changes([500.0] * 20, channel="voltage") == []
    assert changes(["500"] * 20) == []


@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 400)), max_size=60), st.data())
def test_a_bridge_that_is_started_anew_at_any_time_tells_the_same(steps, data):
    readings, at = [], 1000
    for seconds, watts in steps:
        at += seconds
        readings.append(power(watts, at))
    cut = data.draw(st.integers(0, len(readings)))

    def recent(_device, _channel, first, past):
        return [(each.at, each.value) for each in readings if first <= each.at < past]

    def live(one, part, standing):
        found = []
        for each in part:
            found += one.hear(LASER, [each], standing=standing)
        return found

    whole = live(Working(recent), readings, {})
    first = live(Working(recent), readings[:cut], {})
    standing = before(first[-1].state, first[-1].at) if first else {}

    assert first + live(Working(recent), readings[cut:], standing) == whole


CNC = Known("grbl", claimed=True, resource="cnc-1", resource_id=9, online=True)


class Machine:
    """A machine whose controller speaks; `changes` are those so far."""

    def __init__(self, *, standing=None, known=CNC):
        self.working, self.known, self.standing = Working(), known, standing or {}
        self.changes = []

    def says(self, word, at, *, device="grbl-1", channel="state"):
        reading = Reading(device, channel, word, "", int(at * SECOND), True)
        self.changes += self.working.hear(self.known, [reading], standing=self.standing)

    def nozzle(self, heat, at, *, channel="tool0"):
        reading = Reading("grbl-1", channel, float(heat), "°C", int(at * SECOND), True)
        self.changes += self.working.hear(self.known, [reading], standing=self.standing)

    def passes(self, until, *, known=None):
        facts = {"grbl-1": known or self.known, "plug-1": self.known}
        self.changes += self.working.tick(float(until), facts)

    @property
    def told(self):
        return [(change.state, change.at) for change in self.changes]


@pytest.mark.parametrize("word", ["busy", "printing", "paused", "hot"])
def test_a_controllers_word_is_work_at_once_even_without_thresholds(word):
    machine = Machine()
    machine.says(word, 100)
    machine.says(word, 101)

    assert machine.changes == [Change(9, BUSY, 100.0)]


def test_work_ended_when_the_controller_came_to_rest():
    machine = Machine()
    machine.says("busy", 100)
    machine.says("idle", 200)
    machine.passes(204)
    assert machine.told == [(BUSY, 100.0)]

    machine.passes(206)
    assert machine.told == [(BUSY, 100.0), (IDLE, 200.0)]


def test_a_printer_works_until_its_nozzle_is_cold():
    machine = Machine()
    machine.says("printing", 100)
    machine.nozzle(210, 150)
    machine.says("idle", 200)
    machine.nozzle(120, 260)
    machine.passes(300)
    assert machine.told == [(BUSY, 100.0)]

    machine.nozzle(49, 400)
    machine.passes(406)
    assert machine.told == [(BUSY, 100.0), (IDLE, 400.0)]


def test_a_cold_nozzle_a_bed_and_a_target_say_nothing():
    machine = Machine()
    machine.nozzle(22, 100)
    machine.nozzle(60, 101, channel="bed")
    machine.nozzle(210, 102, channel="tool0_target")
    machine.passes(200)

    assert machine.told == []


def test_a_nozzle_of_which_nobody_tells_any_more_holds_nothing_for_ever():
    machine = Machine()
    machine.nozzle(210, 100)
    machine.passes(350)
    assert machine.told == [(BUSY, 100.0)]

    machine.passes(500)
    assert machine.told == [(BUSY, 100.0), (IDLE, 100.0)]


def test_a_pause_between_two_lines_is_no_end():
    machine = Machine()
    for second in range(100, 200, 4):
        machine.says("busy", second)
        machine.says("idle", second + 2)
        machine.passes(second + 3)

    assert machine.told == [(BUSY, 100.0)]


def test_a_machine_is_busy_while_power_or_controller_says_so():
    machine = Machine(known=replace(CNC, levels=LEVELS))
    machine.says("busy", 100)
    for second in range(100, 160):
        machine.says(500.0 if second < 130 else 10.0, second, device="plug-1", channel="power")
        machine.says("busy" if second < 120 else "idle", second)
        machine.passes(second)

    assert machine.told == [(BUSY, 100.0), (IDLE, 130.0)]


def test_the_word_that_rests_last_ends_the_work():
    machine = Machine(known=replace(CNC, levels=LEVELS))
    for second in range(100, 260):
        machine.says(500.0 if second < 130 else 10.0, second, device="plug-1", channel="power")
        machine.says("busy" if second < 200 else "idle", second)
        machine.passes(second)

    assert machine.told == [(BUSY, 100.0), (IDLE, 200.0)]


def test_about_off_power_knows_best():
    machine = Machine(known=replace(CNC, levels=LEVELS))
    for second in range(100, 160):
        machine.says("idle", second)
        machine.says(0.4, second, device="plug-1", channel="power")

    assert machine.told == [(IDLE, 100.0), (OFF, 100.0)]


def test_other_words_and_channels_say_nothing():
    machine = Machine()
    for word in ("on", "open", "Run", ""):
        machine.says(word, 100)
    machine.says("busy", 101, channel="controller")

    assert machine.changes == []


def test_a_controller_that_is_away_for_a_moment_still_works_and_is_given_up_then():
    machine = Machine()
    machine.says("busy", 100)
    away = replace(CNC, online=False, status_at=200.0)
    machine.passes(255, known=away)
    assert machine.told == [(BUSY, 100.0)]

    machine.passes(261, known=away)
    assert machine.told == [(BUSY, 100.0), (IDLE, 200.0)]


@pytest.mark.parametrize("other", [replace(CNC, resource_id=8), replace(CNC, claimed=False)])
def test_a_controller_that_speaks_for_another_machine_holds_this_one_no_longer(other):
    machine = Machine()
    machine.says("busy", 100)
    machine.passes(150, known=other)

    assert machine.told == [(BUSY, 100.0), (IDLE, 150.0)]


def test_work_that_runs_while_we_start_is_the_controllers_to_tell():
    machine = Machine(standing={9: Standing(BUSY, datetime.fromtimestamp(40, UTC), heard=True)})
    machine.passes(50)
    machine.says("busy", 100)
    assert machine.changes == []

    machine.says("idle", 110)
    machine.passes(120)
    assert machine.told == [(IDLE, 110.0)]


def test_an_old_word_changes_nothing():
    machine = Machine()
    machine.says("idle", 100)
    machine.says("busy", 90)

    assert machine.told == [(IDLE, 100.0)]


def test_who_spoke_is_told_once_with_what_it_does():
    working = Working()
    assert working.heard() == {}
    list(working.hear(LASER, [power(500.0, number) for number in range(9)], standing={}))

    assert working.heard() == {7: BUSY}
    assert working.heard() == {}
