"""From watts to work: one change each way, with the energy between."""

from dataclasses import replace

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


CNC = Known("grbl", claimed=True, resource="cnc-1", resource_id=9, online=True)


class Machine:
    """A machine whose controller speaks; `changes` are those so far."""

    def __init__(self, *, at_work=frozenset(), known=CNC):
        self.working, self.known, self.at_work = Working(), known, at_work
        self.changes = []

    def says(self, word, at, *, device="grbl-1", channel="state"):
        reading = Reading(device, channel, word, "", int(at * SECOND), True)
        self.changes += self.working.hear(self.known, [reading], at_work=self.at_work)

    def passes(self, until, *, known=None):
        facts = {"grbl-1": known or self.known, "plug-1": self.known}
        self.changes += self.working.tick(float(until), facts)

    @property
    def told(self):
        return [(change.busy, change.at) for change in self.changes]


@pytest.mark.parametrize("word", ["busy", "printing", "paused", "hot"])
def test_a_controllers_word_is_work_at_once_even_without_thresholds(word):
    machine = Machine()
    machine.says(word, 100)
    machine.says(word, 101)

    assert machine.changes == [Change(9, True, 100.0)]


def test_work_ended_when_the_controller_came_to_rest():
    machine = Machine()
    machine.says("busy", 100)
    machine.says("idle", 200)
    machine.passes(204)
    assert machine.told == [(True, 100.0)]

    machine.passes(206)
    assert machine.told == [(True, 100.0), (False, 200.0)]


def test_a_pause_between_two_lines_is_no_end():
    machine = Machine()
    for second in range(100, 200, 4):
        machine.says("busy", second)
        machine.says("idle", second + 2)
        machine.passes(second + 3)

    assert machine.told == [(True, 100.0)]


def test_a_machine_is_busy_while_power_or_controller_says_so():
    machine = Machine(
        known=Known("m", claimed=True, resource_id=9, idle_below_w=50, busy_above_w=200, online=True)
    )
    machine.says("busy", 100)
    for second in range(100, 160):
        machine.says(500.0 if second < 130 else 10.0, second, device="plug-1", channel="power")
        machine.says("busy" if second < 120 else "idle", second)
        machine.passes(second)

    assert machine.told == [(True, 100.0), (False, 150.0)]


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
    assert machine.told == [(True, 100.0)]

    machine.passes(261, known=away)
    assert machine.told == [(True, 100.0), (False, 200.0)]


@pytest.mark.parametrize("other", [replace(CNC, resource_id=8), replace(CNC, claimed=False)])
def test_a_controller_that_speaks_for_another_machine_holds_this_one_no_longer(other):
    machine = Machine()
    machine.says("busy", 100)
    machine.passes(150, known=other)

    assert machine.told == [(True, 100.0), (False, 150.0)]


def test_work_that_runs_while_we_start_is_the_controllers_to_tell():
    machine = Machine(at_work=frozenset({9}))
    machine.passes(50)
    machine.says("busy", 100)
    assert machine.changes == []

    machine.says("idle", 110)
    machine.passes(120)
    assert machine.told == [(False, 110.0)]


def test_an_old_word_changes_nothing():
    machine = Machine()
    machine.says("idle", 100)
    machine.says("busy", 90)

    assert machine.changes == []


def test_who_spoke_is_told_once_with_what_it_does():
    working = Working()
    assert working.heard() == {}
    for number, watts in enumerate([500.0] * 9):
        reading = Reading("meter-1", "power", watts, "W", number * SECOND, True)
        list(working.hear(LASER, [reading], at_work=frozenset()))

    assert working.heard() == {7: True}
    assert working.heard() == {}
