"""Busy or idle from power: two thresholds and a dwell."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rules.running import (
    BUSY_DWELL,
    IDLE_DWELL,
    Levels,
    Running,
    State,
    rested,
    settle,
    together,
    told,
)

ZERO = datetime(2026, 5, 4, 10, tzinfo=UTC)


LEVELS = Levels(idle_below=20, busy_above=80)
OFF, IDLE, BUSY = State


def follow(readings: list[tuple[float, float]], start: Running | None = None) -> Running:
    """The state after (seconds, watts), with 20 W for idle and 80 W for busy."""
    state = start or Running(IDLE, ZERO)
    for seconds, watts in readings:
        state = settle(state, watts, ZERO + timedelta(seconds=seconds), LEVELS)
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
    assert follow([(5, 100), (6, 100)]) == Running(IDLE, ZERO, BUSY, ZERO + timedelta(seconds=5))


def test_a_state_holds_as_of_when_the_power_began_to_say_so():
    assert follow([(5, 100), (8, 100)]) == Running(BUSY, ZERO + timedelta(seconds=5))


@pytest.mark.parametrize(
    ("readings", "state", "since"),
    [
        ([(0, 0.5)], OFF, 0),
        ([(0, 10)], IDLE, 0),
        ([(0, 300)], None, None),  # busy only once it is sure
        ([(0, 300), (3, 300)], BUSY, 0),
        ([(0, 0.5), (10, 2.9), (99, 2.9)], OFF, 0),  # on again only when it clearly is
        ([(0, 0.5), (10, 3.1), (29, 3.1)], OFF, 0),
        ([(0, 0.5), (10, 3.1), (30, 3.1)], IDLE, 10),
        ([(0, 10), (10, 0.5), (30, 0.5)], OFF, 10),
        ([(0, 10), (10, 0.5), (20, 10), (30, 0.5), (40, 0.5)], IDLE, 0),
        ([(0, 300), (3, 300), (10, 10), (29, 0.5), (30, 0.5)], IDLE, 10),  # first at rest, then off
        ([(0, 300), (3, 300), (10, 10), (30, 0.5), (31, 0.5), (51, 0.5)], OFF, 31),
        ([(0, 300), (3, 300), (10, 0), (30, 0)], OFF, 10),
        ([(0, 0), (5, 10), (6, 300), (9, 300)], BUSY, 6),
    ],
)
def test_a_machine_is_off_idle_or_busy(readings, state, since):
    found = follow(readings, Running())

    assert (found.state, found.since) == (state, None if since is None else ZERO + timedelta(seconds=since))


def test_off_is_what_was_set_else_a_little():
    assert Levels(20, 80).off == 2
    assert Levels(4, 80).off == 1
    assert Levels(20, 80, off_below=0).off == 0


def test_both_waits_are_the_machines_own():
    levels = Levels(20, 80, busy_after=timedelta(), idle_after=timedelta(minutes=5))
    busy = settle(Running(IDLE, ZERO), 100, ZERO, levels)
    falling = settle(busy, 0, ZERO + timedelta(minutes=1), levels)

    assert busy == Running(BUSY, ZERO)
    assert settle(falling, 0, ZERO + timedelta(minutes=5), levels).state is BUSY
    assert settle(falling, 0, ZERO + timedelta(minutes=6), levels).state is OFF


watts = st.floats(0, 200)


@given(st.lists(st.tuples(st.floats(0.1, 5), watts), max_size=60), st.sampled_from(State))
def test_the_state_never_flips_faster_than_its_dwell(steps, start):
    state, at, flipped = Running(start, ZERO), ZERO, ZERO - IDLE_DWELL
    for seconds, power in steps:
        at += timedelta(seconds=seconds)
        new = settle(state, power, at, LEVELS)
        if new.state != state.state:
            assert at - flipped >= (BUSY_DWELL if new.busy else IDLE_DWELL)
            assert flipped <= (new.since or at)
            flipped = at
        state = new


@given(st.lists(st.floats(20, 80), max_size=20), st.sampled_from([IDLE, BUSY]))
def test_between_the_thresholds_nothing_changes(between, state):
    readings = [(n * 60.0, power) for n, power in enumerate(between)]

    assert follow(readings, Running(state, ZERO)) == Running(state, ZERO)


def moment(seconds):
    return ZERO + timedelta(seconds=seconds)


def test_a_controllers_word_counts_at_once_and_its_rest_after_a_while():
    busy = told(Running(), "busy", ZERO)
    resting = told(busy, "idle", moment(10))

    assert busy == Running(BUSY, ZERO)
    assert rested(resting, moment(14), gone_since=None) == (resting, None)
    assert rested(resting, moment(15), gone_since=None) == (Running(IDLE, moment(10)), moment(10))
    assert told(resting, "busy", moment(12)) == busy
    assert told(busy, "moon", ZERO) == busy


@pytest.mark.parametrize(("word", "state"), [("idle", IDLE), ("failed", IDLE), ("off", OFF)])
def test_a_controller_says_how_it_rests(word, state):
    resting = told(told(Running(), "busy", ZERO), word, moment(10))

    assert told(Running(), word, ZERO) == Running(state, ZERO)
    assert rested(resting, moment(60), gone_since=None)[0] == Running(state, moment(10))


def test_a_controller_that_is_away_is_believed_for_a_minute():
    busy = told(Running(), "printing", ZERO)

    assert rested(busy, moment(69), gone_since=moment(10)) == (busy, None)
    assert rested(busy, moment(70), gone_since=moment(10)) == (Running(IDLE, moment(10)), moment(10))


@pytest.mark.parametrize(
    ("power", "words", "state"),
    [
        ([], [], None),
        ([IDLE], [BUSY], BUSY),
        ([BUSY], [IDLE], BUSY),
        ([OFF], [IDLE], OFF),
        ([IDLE], [OFF], IDLE),
        ([OFF, IDLE], [], IDLE),
        ([None], [OFF], OFF),
    ],
)
def test_any_of_them_says_busy_and_power_says_off(power, words, state):
    meters, controllers = ([Running(each, ZERO) for each in group] for group in (power, words))

    assert together(meters, controllers).state is state
