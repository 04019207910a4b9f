"""Who did not badge out is counted until some time after closing, or so long after their last tap."""

from datetime import time

import pytest

from booking.rules.leaving import leaves_at
from lab.calendar import Hours, Opening
from lab.spans import Span
from tests.factories import PARIS, at

DAYS = tuple(Hours(day, time(9), time(20)) for day in range(6))
LUNCH = (Hours(0, time(9), time(12)), Hours(0, time(14), time(18)))
BREAK = (Hours(0, time(9), time(12)), Hours(0, time(12, 15), time(18)))


@pytest.mark.parametrize(
    ("hours", "since", "heard", "any_hour", "expected"),
    [
        (DAYS, 10, 10, False, 20.5),
        (DAYS, 10, 20.25, False, 20.75),  # a tap after closing: they were still there
        (DAYS, 10, 15, True, 27),
        (DAYS, 22, 22, False, 34),  # came while it was closed
        (LUNCH, 10, 10, False, 12.5),
        (BREAK, 10, 10, False, 18.5),  # a short break is no closing
    ],
)
def test_the_moment_follows_the_closing_or_the_last_tap(hours, since, heard, any_hour, expected):
    opening = Opening(hours=hours)

    assert leaves_at(at(since), at(heard), any_hour, opening, PARIS) == at(expected)


def test_where_it_never_closes_the_last_tap_counts():
    assert leaves_at(at(10), at(11), False, Opening(always=True), PARIS) == at(23)


def test_a_closure_closes_too():
    shut = Opening(hours=DAYS, closures=(Span(at(15), at(30)),))

    assert leaves_at(at(10), at(10), False, shut, PARIS) == at(15.5)
