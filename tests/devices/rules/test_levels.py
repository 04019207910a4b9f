"""Thresholds learned from machines as they are: a laser, a printer, a router, a soldering iron."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.rules import clusters
from devices.rules.levels import Minute, Past, Suggestion, Unlearnt, past, suggest
from devices.rules.running import Levels, State
from devices.simulation.physics.cnc import CNC
from devices.simulation.physics.laser import LASER
from devices.simulation.physics.printer import printing
from devices.simulation.physics.solder import SOLDER

MINUTE = 60 * 10**9
MONDAY = round(datetime(2026, 11, 16, tzinfo=UTC).timestamp()) * 10**9


def minute(number, *watts):
    return Minute(MONDAY + number * MINUTE, sum(watts) / len(watts), min(watts), max(watts))


def week(power, *, days=7, every=30):
    """Minutes of a machine whose `power` tells watts at a second of the week, looked at now and then."""
    return [
        minute(number, *(power(60.0 * number + second) for second in range(0, 60, every)))
        for number in range(days * 1440)
    ]


def workshop(kind, *, off=True, jobs=((10, 50), (14, 25), (17, 80))):
    """Switched on from nine to eight, with jobs of so many minutes at these hours."""

    def power(at):
        hour, day = at / 3600 % 24, int(at // 86400)
        if day % 7 == 6 or not 9 <= hour < 20:
            return 0.3 if off else kind.standby + at % 7 / 7
        for start, minutes in jobs:
            job = kind.job(f"{day}/{start}", 60.0 * minutes)
            if 0 <= (into := at - day * 86400 - start * 3600) < job.length:
                return job.power(into)
        return kind.standby + at % 7 / 7

    return week(power)


@pytest.mark.parametrize(
    ("kind", "idle", "busy"),
    [(LASER, (50, 200), (100, 330)), (CNC, (30, 300), (60, 600)), (SOLDER, (3, 30), (6, 60))],
)
@pytest.mark.parametrize("off", [True, False])
def test_a_week_in_a_workshop_teaches_the_thresholds(kind, idle, busy, off):
    found = suggest(minutes := workshop(kind, off=off))

    assert isinstance(found, Suggestion)
    assert idle[0] <= found.idle_below <= idle[1]
    assert max(busy[0], found.idle_below) <= found.busy_above <= busy[1]
    assert (found.off_below is not None) is off
    told = past(minutes, Levels(found.idle_below, found.busy_above, found.off_below))
    assert told.sessions == 6 * 3
    assert (told.times[State.OFF] > timedelta(days=3)) is off


def test_a_printer_whose_bed_is_switched_on_and_off_is_learnt_from_its_weakest_seconds():
    found = suggest(week(lambda at: printing(at, seed="p1").power, days=3, every=10))

    assert isinstance(found, Suggestion)
    assert 14 < found.idle_below < 40
    assert found.idle_below < found.busy_above < 46
    assert found.sure


def test_a_day_is_enough_to_suggest_and_too_short_to_be_sure():
    found = suggest(workshop(LASER)[:1440])

    assert isinstance(found, Suggestion)
    assert not found.sure


def test_half_a_day_is_too_little():
    assert suggest(workshop(LASER)[:700]) is Unlearnt.TOO_LITTLE
    assert suggest([]) is Unlearnt.TOO_LITTLE


@pytest.mark.parametrize("spread", [0.0, 0.02, 0.3])
def test_a_machine_that_always_draws_alike_teaches_nothing(spread):
    rng = random.Random(4)

    assert (
        suggest([minute(n, 100 * rng.lognormvariate(0, spread)) for n in range(3000)]) is Unlearnt.ONE_CROWD
    )


def test_a_few_odd_minutes_are_no_crowd():
    watts = [100.0] * 3000
    watts[500:515] = [900.0] * 15

    assert suggest([minute(n, each) for n, each in enumerate(watts)]) is Unlearnt.ONE_CROWD


def test_crowds_that_touch_are_cut_where_they_meet():
    rng = random.Random(5)
    watts = [rng.lognormvariate(3, 0.25) for _ in range(2000)] + [
        rng.lognormvariate(5, 0.25) for _ in range(1000)
    ]
    found = suggest([minute(n, each * 0.3, each, each * 1.7) for n, each in enumerate(watts)])

    assert isinstance(found, Suggestion)
    assert (found.idle_below / 1.25 < 55 < found.busy_above * 1.25, found.sure) == (True, False)


def test_what_the_week_would_have_been():
    watts = [0.2] * 10 + [30] * 20 + [500] * 15 + [30] * 5 + [500] * 10

    told = past([minute(n, each) for n, each in enumerate(watts)], Levels(100, 200))

    assert told.sessions == 2
    assert [round(told.times[state] / timedelta(minutes=1)) for state in State] == [10, 25, 25]


def test_what_nobody_heard_is_in_no_state():
    minutes = [minute(n, 500) for n in (*range(5), *range(100, 105))]

    told = past(minutes, Levels(100, 200))

    assert (told.sessions, round(told.times[State.BUSY] / timedelta(minutes=1))) == (2, 10)
    assert past([], Levels(100, 200)) == Past(0, dict.fromkeys(State, timedelta()))


@given(st.lists(st.floats(-10, 20_000), max_size=80))
def test_every_value_lies_in_a_bin_and_bins_follow_each_other(watts):
    found = clusters.bins(watts)

    assert sum(each.count for each in found) == len(watts)
    assert all(before.high == pytest.approx(after.low) for before, after in pairwise(found))


@given(st.lists(st.floats(0, 5000), max_size=60), st.floats(0.5, 5000), st.floats(2, 8))
@settings(max_examples=40)
def test_thresholds_are_in_order_whatever_was_measured(noise, level, factor):
    watts = [*noise, *(level * (factor if n % 3 else 1) for n in range(1000))]

    found = suggest([minute(n, each * 0.9, each, each * 1.2) for n, each in enumerate(watts)])

    if isinstance(found, Suggestion):
        assert 0 < (found.off_below or 0.1) <= found.idle_below <= found.busy_above
