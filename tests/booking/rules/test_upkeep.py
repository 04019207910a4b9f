"""When maintenance is due: after so many hours at work, after so much time, whichever comes first."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.upkeep import Due, Standing, UpkeepFacts, due, later
from tests.factories import PARIS

SINCE = datetime(2026, 1, 31, 9, tzinfo=PARIS)


def facts(hours: float = 0, *, now: datetime = SINCE, **plan) -> UpkeepFacts:
    return UpkeepFacts(now=now, since=SINCE, hours=hours, **plan)


@pytest.mark.parametrize(
    ("hours", "standing", "left"),
    [
        (0, Standing.FINE, 50),
        (39.9, Standing.FINE, 10.1),
        (40, Standing.SOON, 10),
        (50, Standing.OVERDUE, 0),
        (62, Standing.OVERDUE, -12),
    ],
)
def test_hours_at_work_bring_it_nearer(hours, standing, left):
    found = due(facts(hours, every_hours=50), PARIS)

    assert (found.standing, found.hours_left, found.at) == (standing, pytest.approx(left), None)


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (datetime(2026, 2, 20, tzinfo=PARIS), Standing.FINE),
        (datetime(2026, 2, 24, tzinfo=PARIS), Standing.SOON),
        (datetime(2026, 2, 28, 9, tzinfo=PARIS), Standing.OVERDUE),
    ],
)
def test_so_does_time_and_a_short_month_ends_early(now, standing):
    found = due(facts(every=1, now=now), PARIS)

    assert (found.standing, found.at) == (standing, datetime(2026, 2, 28, 9, tzinfo=PARIS))


def test_whichever_comes_first_decides():
    both = {"every_hours": 50, "every": 6}

    assert due(facts(45, **both), PARIS).standing is Standing.SOON
    assert due(facts(1, now=SINCE + timedelta(days=200), **both), PARIS).standing is Standing.OVERDUE
    assert due(facts(1, **both), PARIS).standing is Standing.FINE


def test_the_same_hour_on_the_lab_s_clock_when_the_clocks_change():
    summer = later(datetime(2026, 3, 1, 9, tzinfo=PARIS), 5, months=False, zone=PARIS)

    assert summer == datetime(2026, 4, 5, 9, tzinfo=PARIS)


def test_what_was_put_off_has_more_time():
    late = facts(55, every_hours=50, until_hours=60)

    assert (due(late, PARIS).standing, due(late, PARIS).hours_left) == (Standing.SOON, 5)
    put_off = facts(every=1, now=SINCE + timedelta(days=30), until=SINCE + timedelta(days=60))
    assert due(put_off, PARIS).standing is Standing.FINE


def test_a_plan_that_asks_for_nothing_is_never_due():
    assert due(facts(1000), PARIS) == Due(Standing.FINE, 0.0, None, None)


@given(st.floats(0, 1000), st.floats(0, 1000), st.integers(1, 500), st.integers(1, 100))
def test_more_work_never_makes_it_less_urgent(one, more, every, percent):
    order = list(Standing)
    early = due(facts(one, every_hours=every, warn_percent=percent), PARIS)
    late = due(facts(one + more, every_hours=every, warn_percent=percent), PARIS)

    assert order.index(early.standing) <= order.index(late.standing)
    assert early.share <= late.share


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)), st.integers(1, 120), st.booleans())
def test_later_is_later_and_the_same_time_of_day(moment, count, months):
    start = moment.replace(tzinfo=PARIS)
    then = later(start, count, months=months, zone=PARIS)

    assert then.replace(tzinfo=None) > moment
    assert then.replace(tzinfo=None).time() == moment.time()
