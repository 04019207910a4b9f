"""How far the last value can be trusted."""

from datetime import UTC, datetime, timedelta

import pytest

from devices.rules.freshness import Freshness, expected, freshness, judged

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "interval", "expected"),
    [
        (0, 10, Freshness.FRESH),
        (20, 10, Freshness.FRESH),
        (20.1, 10, Freshness.LATE),
        (50, 10, Freshness.LATE),
        (50.1, 10, Freshness.SILENT),
        (120, None, Freshness.FRESH),
        (121, None, Freshness.LATE),
        (301, None, Freshness.SILENT),
        (-5, 10, Freshness.FRESH),
        (None, 10, Freshness.SILENT),
    ],
)
def test_two_intervals_are_fresh_five_are_late(age, interval, expected):
    last = None if age is None else NOW - timedelta(seconds=age)
    every = None if interval is None else timedelta(seconds=interval)

    assert freshness(last, online=True, interval=every, now=NOW) == expected


@pytest.mark.parametrize("last", [None, NOW])
def test_the_last_will_says_offline_whatever_was_measured(last):
    assert freshness(last, online=False, interval=None, now=NOW) == Freshness.OFFLINE


@pytest.mark.parametrize(
    ("age", "facts", "found"),
    [
        (10, {}, ("fresh", "on_time")),
        (200, {}, ("late", "overdue")),
        (900, {}, ("silent", "overdue")),
        (None, {}, ("silent", "never_heard")),
        (10, {"online": False}, ("offline", "last_will")),
        (10, {"online": False, "gateway": False}, ("fresh", "gateway_away")),
        (900, {"online": False, "gateway": False}, ("silent", "gateway_away")),
        (900, {"heard": False}, ("silent", "bridge_away")),
        (900, {"online": False, "heard": False, "gateway": False}, ("silent", "bridge_away")),
    ],
)
def test_the_reason_is_told_and_nobody_is_offline_while_no_one_can_hear(age, facts, found):
    last = None if age is None else NOW - timedelta(seconds=age)
    told = judged(last, **({"online": True, "interval": None, "now": NOW} | facts))

    assert (told.freshness, told.why) == found


@pytest.mark.parametrize(
    ("given", "learned", "seconds"),
    [(None, [], None), (None, [None], None), (20, [5.0], 20), (None, [30.0, None, 10.0], 10)],
)
def test_what_somebody_settled_goes_before_what_was_learned(given, learned, seconds):
    found = expected(given, *learned)

    assert (found and found.total_seconds()) == seconds
