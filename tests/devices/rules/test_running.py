"""Busy or idle from power: two thresholds and a dwell."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rules.running import BUSY_DWELL, IDLE_DWELL, Running, rested, settle, told

ZERO = datetime(2026, 5, 4, 10, tzinfo=UTC)


def follow(readings: list[tuple[float, float]], start: Running | None = None) -> Running:
    """The state after (seconds, watts), with 20 W for idle and 80 W for busy."""
    state = start or Running()
    for seconds, watts in readings:
        state = settle(state, watts, ZERO + timedelta(seconds=seconds), idle_below=20, busy_above=80)
    return state


@pytest.mark.parametrize(
    ("readings", "busy"),
    [
        ([(0, 100)], False),
        ([(0, 100), (2.9, 100)], False),
        ([(0, 100), (3, 100)], True),
        ([(0, 100), (2, 50), (4, 100)], False),  # a flicker starts no session
        ([(0, 80), (3, 80)], False),
        ([(0, 100), (3, 100), (4, 5), (23, 5)], True),
        ([(0, 100), (3, 100), (4, 5), (24, 5)], False),
        ([(0, 100), (3, 100), (4, 5), (14, 50), (24, 5)], True),  # a pause of the job ends none
        ([(0, 100), (3, 100), (4, 20), (99, 20)], True),
    ],
)
def test_a_machine_is_busy_once_its_power_has_settled(readings, busy):
    assert follow(readings).busy is busy


def test_the_wait_begins_with_the_first_reading_that_says_otherwise():
    assert follow([(5, 100), (6, 100)]) == Running(busy=False, leaning_since=ZERO + timedelta(seconds=5))


watts = st.floats(0, 200)


@given(st.lists(st.tuples(st.floats(0.1, 5), watts), max_size=60), st.booleans())
def test_the_state_never_flips_faster_than_its_dwell(steps, busy):
    state, at, flipped = Running(busy), ZERO, ZERO - IDLE_DWELL
    for seconds, power in steps:
        at += timedelta(seconds=seconds)
        new = settle(state, power, at, idle_below=20, busy_above=80)
        if new.busy != state.busy:
            assert at - flipped >= (BUSY_DWELL if new.busy else IDLE_DWELL)
            flipped = at
        state = new


@given(st.lists(st.floats(20, 80), max_size=20), st.booleans())
def test_between_the_thresholds_nothing_changes(between, busy):
    readings = [(n * 60.0, power) for n, power in enumerate(between)]

    assert follow(readings, Running(busy)) == Running(busy)


def test_a_controllers_word_counts_at_once_and_its_rest_after_a_while():
    busy = told(Running(), "busy", ZERO)
    resting = told(busy, "idle", ZERO + timedelta(seconds=10))

    assert busy == Running(busy=True)
    assert rested(resting, ZERO + timedelta(seconds=14), gone_since=None) == (resting, None)
    assert rested(resting, ZERO + timedelta(seconds=15), gone_since=None) == (
        Running(),
        ZERO + timedelta(seconds=10),
    )
    assert told(resting, "busy", ZERO + timedelta(seconds=12)) == Running(busy=True)
    assert told(busy, "moon", ZERO) == busy


def test_a_controller_that_is_away_is_believed_for_a_minute():
    busy = told(Running(), "printing", ZERO)

    assert rested(busy, ZERO + timedelta(seconds=69), gone_since=ZERO + timedelta(seconds=10)) == (busy, None)
    assert rested(busy, ZERO + timedelta(seconds=70), gone_since=ZERO + timedelta(seconds=10)) == (
        Running(),
        ZERO + timedelta(seconds=10),
    )
