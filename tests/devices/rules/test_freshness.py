"""How far the last value can be trusted."""

from datetime import UTC, datetime, timedelta

import pytest

from devices.rules.freshness import Freshness, freshness

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
