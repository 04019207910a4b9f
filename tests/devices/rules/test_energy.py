"""Energy against a slow model that walks second by second, and by the cases that meters are known for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rules.energy import (
    COARSE_WH,
    HEADROOM,
    OUTLET_W,
    SECOND,
    SUPPLY_W,
    Drawn,
    How,
    drawn,
    integrated,
)

HOUR = 3600


def ns(points):
    return [(round(at * SECOND), float(value)) for at, value in points]


def wh(counter=(), power=(), first=0, past=HOUR):
    found = drawn(ns(counter), ns(power), first * SECOND, past * SECOND)
    return None if found is None else (found.how.value, pytest.approx(found.wh))


def test_a_counter_is_believed_before_power():
    counter, power = [(0, 1000), (HOUR, 1500)], [(second, 400) for second in range(0, HOUR + 1, 10)]

    assert wh(counter, power) == ("counter", 500)
    assert wh([], power) == ("power", 400)


def test_what_was_counted_between_two_readings_was_drawn_evenly():
    assert wh([(-1800, 100), (1800, 200)], first=0, past=900) == ("counter", 25)


def test_a_counter_that_begins_anew_loses_nothing_that_it_told():
    assert wh([(0, 1000), (600, 1010), (1200, 3), (1800, 13)]) == ("counter", 10 + 3 + 10)


def test_a_reading_that_is_rounded_down_is_no_new_beginning():
    assert wh([(0, 1000.4), (3000, 1000.0), (3600, 1020.0)]) == ("counter", 20)


def test_another_meter_with_a_counter_of_its_own_adds_what_power_knows_of_the_change():
    power = [(second, 360) for second in range(0, 1201, 10)]

    assert wh([(0, 1000), (600, 1060), (610, 9_000_000), (1200, 9_000_059)], power, past=1200) == (
        "counter",
        60 + 1 + 59,
    )


def test_a_glitch_to_zero_and_back_is_nothing():
    assert wh([(0, 5000), (60, 5001), (61, 0), (62, 5001), (120, 5002)], past=120) == ("counter", 2)


def test_before_and_after_the_counter_spoke_power_tells():
    power = [(second, 720) for second in range(0, HOUR + 1, 10)]

    assert wh([(1000, 0), (2000, 50)], power, past=3000) == ("counter", 200 + 50 + 200)


def test_power_slopes_between_readings_that_are_near_and_stands_between_those_that_are_not():
    assert wh(power=[(0, 0), (10, 720)], past=10) == ("power", 1)
    assert wh(power=[(0, 0), (100, 720), (200, 0)], past=200) == ("power", 20)


def test_nobody_knows_what_a_silence_drew():
    assert wh(power=[(0, 500), (301, 500)], past=301) is None
    assert wh(power=[(0, 500), (300, 500), (2000, 500), (2010, 500)], past=3000) == (
        "power",
        500 * 310 / 3600,
    )


@pytest.mark.parametrize(("counter", "power"), [([], []), ([(5, 10)], []), ([], [(5, 10)])])
def test_too_few_readings_tell_nothing(counter, power):
    assert wh(counter, power) is None


def test_power_that_flows_back_is_none():
    assert wh(power=[(second, -300) for second in range(0, 61, 10)], past=60) == ("power", 0)


def test_a_meter_that_tells_what_was_drawn_is_equal_to_itself():
    assert drawn([(0, 1.0), (10, 3.0)], [], 0, 10) == Drawn(2.0, How.COUNTER)


seconds = st.integers(-400, 1400)
power_curve = st.dictionaries(seconds, st.floats(-50, 4000), max_size=12).map(lambda found: [*found.items()])
counters = st.dictionaries(seconds, st.one_of(st.floats(0, 300), st.floats(1e6, 2e6)), max_size=12).map(
    lambda found: [*found.items()]
)


def slow(points, first, past):
    """Second by second, at the middle of each."""
    found = None
    for (since, before), (until, after) in zip(sorted(points), sorted(points)[1:], strict=False):
        if until - since > 300:
            continue
        for second in range(max(since, first), min(until, past)):
            low, high = max(before, 0), max(after, 0)
            part = (second + 0.5 - since) / (until - since) if until - since <= 30 else 0
            found = (found or 0.0) + (low + (high - low) * part) / 3600
    return found


@given(power_curve, st.integers(0, 900), st.integers(1, 500))
def test_the_integral_is_that_of_the_slow_model(points, first, length):
    found = integrated(sorted(ns(points)), first * SECOND, (first + length) * SECOND)

    assert found == (None if (model := slow(points, first, first + length)) is None else pytest.approx(model))


@given(counters, power_curve, st.integers(0, 900), st.integers(1, 500))
def test_energy_is_never_negative_and_never_more_than_power_times_time(counter, power, first, length):
    found = drawn(ns(counter), ns(power), first * SECOND, (first + length) * SECOND)

    limit = max(OUTLET_W, HEADROOM * 4000) if power else SUPPLY_W
    most = limit * length / 3600 + COARSE_WH * max(len(counter) - 1, 0)
    assert found is None or 0 <= found.wh <= most + 1e-6


@given(counters, power_curve, st.integers(0, 900), st.integers(2, 500), st.data())
def test_energies_of_adjoining_spans_add_up_in_whatever_order_readings_came(
    counter, power, first, length, data
):
    middle = first + data.draw(st.integers(1, length - 1))
    shuffled = data.draw(st.permutations(ns(counter)))

    def energy(start, end):
        found = drawn(shuffled, ns(power), start * SECOND, end * SECOND)
        return found.wh if found else 0.0

    whole = energy(first, first + length)
    assert energy(first, middle) + energy(middle, first + length) == pytest.approx(whole, abs=1e-6)


@given(st.lists(st.floats(0, 40), min_size=2, max_size=20), st.data())
def test_a_counter_that_only_grows_tells_its_growth_though_it_was_replaced_by_zero_at_any_time(steps, data):
    cut = data.draw(st.integers(1, len(steps) - 1))
    total, counter = 0.0, []
    for number, step in enumerate(steps):
        total = step if number == cut else total + step
        counter.append((number * 60, total))

    # Where the new count is above the old one, nobody can tell; otherwise nothing is lost.
    if counter[cut][1] < counter[cut - 1][1] * 0.98:
        assert wh(counter, past=len(steps) * 60) == ("counter", sum(steps[1:]))
