"""Alarms out of readings and the clock: what is raised, what is cleared, and when."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rules.alarms import MINUTE, SECOND, Condition, Phase, State, Terms, hear, measure, observe, tick

HOT = Terms(Condition.ABOVE, limit=30.0, clear=28.0, hold=5 * MINUTE, rest=2 * MINUTE)
SPIKE = Terms(Condition.ABOVE, limit=30.0)
CALM = State()


def told(terms, readings, *, until=None, state=CALM):
    """What the readings `(minute, value)` and the clock bring, as (raised, minute)."""
    turns = ()
    for at, value in readings:
        state, more = hear(terms, state, round(at * MINUTE), value)
        turns += more
    if until is not None:
        state, more = tick(terms, state, round(until * MINUTE))
        turns += more
    return [(turn.raised, turn.at / MINUTE) for turn in turns]


def test_a_limit_raises_once_it_was_passed_for_long_enough_and_clears_below_its_own_value():
    warm = [(0, 25.0), (1, 31.0), (4, 32.0), (6, 31.0), (7, 29.0), (9, 27.0), (10, 27.5), (12, 27.0)]

    assert told(HOT, warm) == [(True, 6.0), (False, 11.0)]


def test_the_clock_alone_raises_what_the_last_value_began():
    assert told(HOT, [(1, 31.0)], until=5.9) == []
    assert told(HOT, [(1, 31.0)], until=6) == [(True, 6.0)]


def test_a_spike_between_two_looks_is_an_alarm_where_no_length_is_asked_for():
    assert told(SPIKE, [(0, 20.0), (0.01, 40.0), (0.02, 20.0)]) == [(True, 0.01), (False, 0.02)]


def test_between_both_limits_nothing_begins_and_nothing_ends():
    assert told(SPIKE, [(0, 29.0), (1, 31.0), (2, 30.5)]) == [(True, 1.0)]
    assert told(replace(SPIKE, clear=28.0), [(0, 31.0), (1, 29.0), (2, 28.0)]) == [(True, 0.0), (False, 2.0)]


def test_a_gap_takes_the_timer_back_and_leaves_what_was_raised():
    slow = replace(HOT, holds=2 * MINUTE)

    assert told(slow, [(0, 31.0), (4, 31.0), (6, 31.0), (8, 31.0), (9, 31.0)]) == [(True, 9.0)]
    assert told(slow, [(0, 31.0), (2, 31.0), (4, 31.0), (5, 31.0)], until=60) == [(True, 5.0)]


def test_what_is_no_value_says_nothing():
    nonsense = [
        (n, value) for n, value in enumerate([float("nan"), float("inf"), "hot", None, True, 10**400])
    ]

    assert told(SPIKE, nonsense) == []
    assert told(HOT, [(0, 31.0), *((n, float("nan")) for n in range(1, 5)), (5, 31.0)]) == [(True, 5.0)]


def test_a_late_reading_does_not_raise_the_past():
    state, _ = hear(SPIKE, CALM, 10 * MINUTE, 20.0)

    assert hear(SPIKE, state, 9 * MINUTE, 99.0) == (state, ())


@pytest.mark.parametrize(
    ("condition", "values", "raised"),
    [
        (Condition.BELOW, [31.0, 30.0, 29.9], [(True, 2.0)]),
        (Condition.RISES, [0.0, 30.0, 61.0], [(True, 2.0)]),
        (Condition.RISES, [0.0, 30.0, 60.0], []),
        (Condition.FALLS, [90.0, 60.0, 29.0], [(True, 2.0)]),
    ],
)
def test_each_condition_has_its_side(condition, values, raised):
    assert told(replace(SPIKE, condition=condition), list(enumerate(values))) == raised


def test_a_rate_counts_over_its_whole_time():
    noise = [(n / 60, 20.0 + n % 2) for n in range(120)]  # a degree up and down each second

    assert told(Terms(Condition.RISES, limit=5.0), noise) == []
    assert told(Terms(Condition.RISES, limit=5.0), [(0, 20.0), (10, 80.0)]) == [(True, 10.0)]
    assert told(Terms(Condition.RISES, limit=6.0), [(0, 20.0), (10, 80.0)]) == []


@pytest.mark.parametrize(("word", "value"), [("fault", "fault"), ("1", 1.0), ("0.5", 0.5)])
def test_a_word_or_a_number_can_be_what_is_waited_for(word, value):
    terms = Terms(Condition.EQUALS, word=word)

    assert told(terms, [(0, "idle"), (1, value), (2, "idle")]) == [(True, 1.0), (False, 2.0)]


def test_silence_is_an_alarm_from_the_last_reading_on_until_the_next():
    terms = Terms(Condition.ABSENT, hold=5 * MINUTE)

    assert told(terms, [(1, 1.0), (4, "x")], until=8.9) == []
    assert told(terms, [(1, 1.0), (4, "x")], until=30) == [(True, 9.0)]
    assert told(terms, [(1, 1.0), (7, 1.0)], until=8) == [(True, 6.0), (False, 7.0)]


def test_silence_counts_only_while_somebody_listened():
    terms, state = Terms(Condition.ABSENT, hold=5 * MINUTE), State(at=MINUTE)

    assert tick(terms, state, 14 * MINUTE, heard_from=10 * MINUTE)[1] == ()
    assert [turn.at for turn in tick(terms, state, 20 * MINUTE, heard_from=10 * MINUTE)[1]] == [15 * MINUTE]
    assert hear(terms, state, 12 * MINUTE, 1.0, heard_from=10 * MINUTE)[1] == ()


def test_what_is_looked_at_is_timed_from_look_to_look():
    terms = Terms(Condition.HOUSE, hold=2 * MINUTE)
    looks = [(0, False), (1, True), (2, True), (3, True), (4, False)]
    state, turns = CALM, ()
    for minute, bad in looks:
        state, more = observe(terms, state, minute * MINUTE, bad=bad)
        turns += more

    assert [(turn.raised, turn.at / MINUTE) for turn in turns] == [(True, 3.0), (False, 4.0)]


def test_a_measured_figure_has_a_limit_and_a_way_back():
    terms, state, turns = Terms(Condition.HOUSE, limit=90.0, clear=85.0), CALM, ()
    for minute, full in enumerate([80.0, 91.0, 88.0, 85.0]):
        state, more = measure(terms, state, minute * MINUTE, full)
        turns += more

    assert [(turn.raised, turn.at / MINUTE) for turn in turns] == [(True, 1.0), (False, 3.0)]


TIMES = st.integers(1, 4)
READINGS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from([20.0, 29.0, 31.0])), max_size=12)
TERMS = st.builds(
    Terms,
    condition=st.just(Condition.ABOVE),
    limit=st.just(30.0),
    clear=st.sampled_from([None, 28.0]),
    hold=st.integers(0, 6),
    rest=st.integers(0, 4),
    holds=st.integers(1, 8),
)


def in_time(steps):
    at, found = 0, []
    for step, value in steps:
        at += step
        found.append((at, value))
    return found


def slowly(terms, readings, end):
    """The same, found by living through every instant: how long has it been bad, how long good?"""
    turns, raised, bad_from, good_from, last = [], False, None, None, None
    clear = terms.limit if terms.clear is None else terms.clear
    for now in range(end + 1):
        if last is not None and now <= last + terms.holds:
            if not raised and bad_from is not None and now - bad_from >= terms.hold:
                raised, bad_from = True, None
                turns.append((True, now))
            if raised and good_from is not None and now - good_from >= terms.rest:
                raised, good_from = False, None
                turns.append((False, now))
        else:
            bad_from = good_from = None
        for value in (value for at, value in readings if at == now):
            last = now
            if not raised:
                bad_from = (now if bad_from is None else bad_from) if value > terms.limit else None
                if bad_from is not None and terms.hold == 0:
                    raised, bad_from = True, None
                    turns.append((True, now))
            else:
                good_from = (now if good_from is None else good_from) if value <= clear else None
                if good_from is not None and terms.rest == 0:
                    raised, good_from = False, None
                    turns.append((False, now))
    return turns


@given(TERMS, READINGS, st.integers(0, 12))
def test_the_fold_says_what_living_through_every_instant_says(terms, steps, more):
    readings = in_time(steps)
    end = (readings[-1][0] if readings else 0) + more
    state, turns = CALM, ()
    for at, value in readings:
        state, some = hear(terms, state, at, value)
        turns += some
    turns += tick(terms, state, end)[1]

    assert [(turn.raised, turn.at) for turn in turns] == slowly(terms, readings, end)


@given(
    st.sampled_from([Condition.ABOVE, Condition.BELOW, Condition.RISES, Condition.ABSENT]),
    TERMS,
    READINGS,
    st.sets(st.integers(0, 70)),
)
def test_looking_more_often_changes_nothing(condition, terms, steps, looks):
    terms = replace(terms, condition=condition, limit=2.0 if condition is Condition.RISES else 30.0, per=3)
    readings, end = in_time(steps), 75

    def turns(ticks):
        events = sorted(
            [(at, 1, n, value) for n, (at, value) in enumerate(readings)] + [(at, 0, 0, None) for at in ticks]
        )
        state, found = CALM, ()
        for at, is_reading, _n, value in events:
            state, more = hear(terms, state, at, value) if is_reading else tick(terms, state, at)
            found += more
        return found

    assert turns({*looks, end}) == turns({end})


@given(TERMS, READINGS)
def test_an_alarm_is_cleared_before_it_is_raised_again_and_never_before_it_was(terms, steps):
    state, turns = CALM, ()
    for at, value in in_time(steps):
        state, more = hear(terms, state, at, value)
        turns += more

    assert [turn.raised for turn in turns] == [n % 2 == 0 for n in range(len(turns))]
    assert [turn.at for turn in turns] == sorted(turn.at for turn in turns)
    assert (state.phase in {Phase.RAISED, Phase.CLEARING}) == (len(turns) % 2 == 1)


def test_a_rate_remembers_little_however_fast_the_readings_come():
    state = CALM
    for n in range(5_000):
        state, _ = hear(Terms(Condition.RISES, limit=5.0), state, n * SECOND // 10, float(n))

    assert len(state.samples) <= 25
