"""A reader that floods is locked out; one that anybody could tap is not, however busy the door is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.doors.floods import (
    ANSWERS,
    EVERY,
    EVERY_RATE,
    FIRST_LOCK,
    FORGIVEN,
    HURRIED,
    HURRIED_RATE,
    LONGEST_LOCK,
    Fate,
    Floods,
)


def flood(floods, reader="door-1", *, now=0.0):
    """Taps without waiting, until the reader is locked out; how many were looked at."""
    taken = 0
    while floods.judge(reader, waiting=True, now=now) is Fate.TAKE:
        taken += 1
    return taken


def fates(floods, count, *, reader="door-1", waiting=False, now=0.0):
    return [floods.judge(reader, waiting=waiting, now=now) for _ in range(count)]


@given(st.floats(0.05, 60), st.integers(1, 2_000))
def test_a_reader_that_waits_for_its_answers_is_never_locked_out_by_hands(apart, count):
    floods = Floods()

    assert {floods.judge("door-1", waiting=False, now=n * apart) for n in range(count)} == {Fate.TAKE}


def test_taps_that_do_not_wait_lock_the_reader_out():
    floods = Floods()

    assert flood(floods) == HURRIED
    assert fates(floods, 3, now=FIRST_LOCK - 1) == [Fate.REFUSE] * 3
    assert floods.until("door-1") == FIRST_LOCK
    assert floods.turned_away("door-1") == 4


def test_waiting_or_not_there_is_an_end_to_what_one_reader_may_tell():
    floods = Floods()

    assert fates(floods, int(EVERY) + 1)[-2:] == [Fate.TAKE, Fate.LOCKED]


@pytest.mark.parametrize(("rate", "waiting"), [(HURRIED_RATE, True), (EVERY_RATE, False)])
def test_what_comes_no_faster_than_its_measure_goes_on_for_ever(rate, waiting):
    floods = Floods()

    assert {floods.judge("door-1", waiting=waiting, now=n / rate) for n in range(10_000)} == {Fate.TAKE}


def test_who_is_locked_out_is_refused_for_a_while_and_then_not_even_answered():
    floods = Floods()
    flood(floods)

    told = fates(floods, int(ANSWERS) + 10)

    assert (told.count(Fate.REFUSE), told.count(Fate.DROP)) == (ANSWERS, 10)


def test_afterwards_it_is_heard_again_with_a_whole_measure():
    floods = Floods()
    flood(floods)

    assert flood(floods, now=FIRST_LOCK) == HURRIED


def test_each_flood_within_an_hour_is_paid_for_twice_as_long():
    floods, now, lengths = Floods(), 0.0, []
    for _ in range(6):
        flood(floods, now=now)
        lengths.append(floods.until("door-1") - now)
        now = floods.until("door-1") + 1

    assert lengths == [60, 120, 240, 480, LONGEST_LOCK, LONGEST_LOCK]
    flood(floods, now=now + LONGEST_LOCK + FORGIVEN)
    assert floods.until("door-1") == now + LONGEST_LOCK + FORGIVEN + FIRST_LOCK


def test_one_reader_s_flood_is_nobody_else_s():
    floods = Floods()
    flood(floods)

    assert fates(floods, 3, reader="door-2", waiting=True) == [Fate.TAKE] * 3
    assert floods.until("door-2") == 0


def test_a_lifted_reader_begins_anew():
    floods = Floods()
    flood(floods)
    floods.lift("door-1")

    assert flood(floods, now=1.0) == HURRIED
    assert floods.until("door-1") == 1.0 + FIRST_LOCK


def test_what_was_locked_before_stays_locked():
    floods = Floods()
    floods.lock("door-1", until=30.0, now=0.0)

    assert fates(floods, 1, now=29.9) == [Fate.REFUSE]
    assert fates(floods, 1, now=30.0) == [Fate.TAKE]


@given(st.lists(st.text("abc", min_size=1, max_size=4), max_size=200))
def test_names_by_the_thousand_fill_no_memory(names):
    floods = Floods(most=10)
    for name in names:
        floods.judge(name, waiting=False, now=0.0)

    assert len(floods) <= 10


def test_a_flood_of_names_does_not_free_who_is_locked_out():
    floods = Floods(most=10)
    flood(floods)
    for number in range(100):
        floods.judge(f"door-{number + 2}", waiting=False, now=1.0)

    assert fates(floods, 1, now=2.0) == [Fate.REFUSE]
