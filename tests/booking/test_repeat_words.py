"""A repetition in words, in both languages."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from booking import repeat_words
from booking.actions.series import book_series
from booking.rules.repeat import parse
from lab.spans import Span
from tests import factories
from tests.factories import NOW, PARIS, at, span

FIRST = datetime(2026, 11, 23, 14, tzinfo=PARIS)  # a Monday


def words(rule: str, language: str = "en", first: datetime = FIRST) -> str:
    with translation.override(language):
        return repeat_words.words(parse(rule, PARIS), Span(first, first + timedelta(hours=1)))


@pytest.mark.parametrize(
    ("rule", "often"),
    [
        ("FREQ=DAILY;COUNT=3", "Every day"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=3", "Every 3 days"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=3", "Every weekday"),
        ("FREQ=DAILY;BYDAY=MO,TU;COUNT=3", "Every Monday and Tuesday"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO;COUNT=3", "By the rule FREQ=DAILY;INTERVAL=2;COUNT=3;BYDAY=MO"),
        ("FREQ=WEEKLY;COUNT=3", "Every Monday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=3", "Every weekday"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=3", "Every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3", "Every 2 weeks on Monday"),
        ("FREQ=MONTHLY;COUNT=3", "Every month on day 23"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1;COUNT=3", "Every month on the last day and day 1"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2;COUNT=3", "By the rule FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-2"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=4MO;COUNT=3", "Every 2 months on the fourth Monday"),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "Every month on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=MO;COUNT=3", "By the rule FREQ=MONTHLY;COUNT=3;BYDAY=MO"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1;COUNT=3", "By the rule FREQ=MONTHLY;COUNT=3;BYDAY=MO;BYSETPOS=1"),
        ("FREQ=YEARLY;COUNT=2", "Every year on 23 November"),
        ("FREQ=YEARLY;BYMONTH=3;COUNT=2", "By the rule FREQ=YEARLY;COUNT=2;BYMONTH=3"),
    ],
)  # fmt: skip
def test_how_often(rule, often):
    assert words(rule).split(", 3 times")[0].split(", 2 times")[0] == often


def test_how_many_times_and_until_when():
    assert words("FREQ=WEEKLY;COUNT=10") == "Every Monday, 10 times, until Monday 25 January 2027"
    assert words("FREQ=WEEKLY;COUNT=1") == "Every Monday, 1 time, until Monday 23 November 2026"
    assert words("FREQ=WEEKLY;UNTIL=20261231") == "Every Monday, 6 times, until Monday 28 December 2026"


def test_a_rule_that_never_comes_true_has_no_end_to_tell():
    assert words("FREQ=WEEKLY;UNTIL=20200101") == "Every Monday"


@pytest.mark.django_db
def test_a_series_tells_what_is_left_of_it():
    alice, laser = factories.member("alice"), factories.resource()
    series = book_series(
        member=alice,
        by=alice,
        resources=[laser],
        span=span(14, 15),
        rule="FREQ=WEEKLY;COUNT=4",
        now=NOW,
        resolve={at(14, day=21): None},
    )
    with translation.override("en"):
        assert repeat_words.sentence(series) == "Every Monday, 3 times, until Monday 18 May 2026"
        series.bookings.update(state="cancelled")
        assert repeat_words.sentence(series) == "Every Monday"
