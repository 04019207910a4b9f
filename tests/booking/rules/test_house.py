"""House rules in layers, and quotas against a slow model that counts minute by minute."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.house import HouseRules, Quota, points
from lab.spans import Span

PARIS = ZoneInfo("Europe/Paris")
MARCH = datetime(2026, 3, 27, tzinfo=PARIS)  # the Friday before the clocks change
PEAK = (time(9), time(17))


def at(hours: float) -> datetime:
    return MARCH.astimezone(ZoneInfo("UTC")) + timedelta(hours=hours)


def span(start: float, end: float) -> Span:
    return Span(at(start), at(end))


def test_a_resource_speaks_before_its_kind_and_that_before_the_house():
    rules = HouseRules.of(
        {"min_minutes": None, "max_minutes": 60, "approval": False, "role": ""},
        {"min_minutes": 30, "max_minutes": 120, "approval": True, "role": "manager"},
    )

    assert rules == HouseRules(min_minutes=30, max_minutes=60, approval=False, role="manager")


def test_without_set_up_and_clean_up_what_is_booked_is_what_is_blocked():
    assert HouseRules().blocked(span(1, 2)) == span(1, 2)
    assert HouseRules(setup_minutes=30, cleanup_minutes=15).blocked(span(1, 2)) == span(0.5, 2.25)


@pytest.mark.parametrize(
    ("quota", "wished", "over"),
    [
        (Quota(120, period="day", used=(span(9, 10),)), span(11, 12), None),
        (Quota(120, period="day", used=(span(9, 10),)), span(11, 12.5), 60),
        (Quota(2, counts=True, used=(span(9, 10), span(30, 31))), span(40, 41), 2),
        (Quota(2, counts=True, used=(span(9, 10), span(80, 81))), span(40, 41), None),  # the next week
        (Quota(60, period="rolling", days=2, used=(span(0, 1),)), span(47, 48), 60),
        (Quota(60, period="rolling", days=2, used=(span(0, 1),)), span(49, 50), None),
        (Quota(60, period="month", used=(span(0, 1),)), span(24 * 6, 24 * 6 + 1), None),  # April
        (Quota(60, period="day", peak=PEAK), span(18, 22), None),
        (Quota(60, period="day", peak=PEAK), span(15, 22), 0),
        (Quota(60, period="day", weekends=False), span(24, 40), None),  # a Saturday
    ],
)
def test_a_quota_says_what_was_used_of_it(quota, wished, over):
    broken = quota.over(wished, PARIS)

    assert (broken and broken[1]) == over


halves = st.tuples(st.integers(0, 200), st.integers(1, 24)).map(lambda n: span(n[0] / 2, (n[0] + n[1]) / 2))
quotas = st.builds(
    Quota,
    most=st.sampled_from([30, 120, 600]),
    period=st.sampled_from(["day", "week", "month", "rolling"]),
    days=st.integers(1, 3),
    peak=st.sampled_from([None, PEAK]),
    weekends=st.booleans(),
    used=st.lists(halves, max_size=4).map(tuple),
)


@given(quotas, halves)
def test_minutes_are_counted_as_a_clock_would_over_both_changes_of_it(quota, wished):
    assert (quota.over(wished, PARIS) is not None) == _slowly_over(quota, wished)


def _slowly_over(quota: Quota, wished: Span) -> bool:
    """Half hour by half hour, in every period that could matter."""
    step = timedelta(minutes=30)

    def counts(moment: datetime) -> bool:
        local = moment.astimezone(PARIS)
        if not quota.weekends and local.weekday() >= 5:
            return False
        return quota.peak is None or quota.peak[0] <= local.time() < quota.peak[1]

    counted = [
        span.start + n * step
        for span in (*quota.used, wished)
        for n in range(int(span.length / step))
        if counts(span.start + n * step)
    ]
    own = {wished.start + n * step for n in range(int(wished.length / step))}
    if quota.period == "rolling":
        length = timedelta(days=quota.days)
        starts = set(counted) | {moment + step - length for moment in counted}
        periods = [[m for m in counted if start <= m < start + length] for start in starts]
    else:
        key = {"day": "%Y-%m-%d", "week": "%G-%V", "month": "%Y-%m"}[quota.period]
        keys = {m.astimezone(PARIS).strftime(key) for m in counted}
        periods = [[m for m in counted if m.astimezone(PARIS).strftime(key) == one] for one in keys]
    return any(len(found) * 30 > quota.most and own & set(found) for found in periods)


def test_points_halve_with_time():
    now = at(0)
    misses = [(now, 2), (now - timedelta(days=30), 2), (now - timedelta(days=60), 2)]

    assert points(misses, halve_days=30, now=now) == pytest.approx(3.5)
