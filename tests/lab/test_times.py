"""Moments and spans as people of each language read them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from lab import times

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 23, 12, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def paris():
    with timezone.override(PARIS):
        yield


@pytest.mark.parametrize(
    ("language", "moment", "said"),
    [
        ("fr", datetime(2026, 11, 23, 14, 30, tzinfo=PARIS), "14\u00a0h\u00a030"),
        ("fr", datetime(2026, 11, 23, 9, 0, tzinfo=PARIS), "9\u00a0h"),
        ("en", datetime(2026, 11, 23, 9, 5, tzinfo=PARIS), "09:05"),
        ("en", datetime(2026, 7, 1, 12, tzinfo=UTC), "14:00"),
    ],
)
def test_a_clock_speaks_the_readers_language_in_the_labs_zone(language, moment, said):
    with translation.override(language):
        assert times.clock(moment) == said


def test_a_span_tells_the_other_day_of_its_end():
    with translation.override("en"):
        assert times.span(NOON, NOON + timedelta(hours=2, minutes=15)) == "12:00–14:15"
        assert times.span(NOON, NOON + timedelta(hours=22)) == "12:00–Tue\u00a024 10:00"
        assert times.span(NOON, NOON + timedelta(hours=12)) == "12:00–midnight"
    with translation.override("fr"):
        said = times.span(NOON, NOON + timedelta(hours=22))
        assert said == "12\u00a0h\u00a0–\u2060\u00a0mar.\u00a024 à 10\u00a0h"


def test_near_days_have_names():
    today = date(2026, 11, 23)
    with translation.override("en"):
        assert [times.day(today + timedelta(days=n), today=today) for n in (-1, 0, 1, 2, 60)] == [
            "yesterday",
            "today",
            "tomorrow",
            "Wednesday 25 November",
            "Friday 22 January 2027",
        ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "just now"),
        (3, "just now"),
        (42, "42 s ago"),
        (125, "2 min ago"),
        (7300, "2 h ago"),
        (200_000, "2 d ago"),
    ],
)
def test_an_age_has_one_unit_and_is_never_negative(seconds, said):
    with translation.override("en"):
        assert times.age(NOON - timedelta(seconds=seconds), now=NOON) == said


def test_a_length_is_told_in_hours_and_minutes():
    lengths = [timedelta(minutes=n) for n in (45, 60, 150)]

    assert [times.duration(length) for length in lengths] == ["45\u00a0min", "1\u00a0h", "2\u00a0h\u00a030"]


def test_soon_names_the_day_only_when_it_is_another():
    with translation.override("en"):
        assert times.soon(NOON + timedelta(hours=3), now=NOON) == "15:00"
        assert times.soon(NOON + timedelta(hours=21), now=NOON) == "Tue 09:00"
    with translation.override("fr"):
        assert times.soon(NOON + timedelta(hours=21), now=NOON) == "mar. 9\u00a0h"


@pytest.mark.parametrize(("language", "said"), [("fr", "lun. 23 nov."), ("en", "Mon 23 Nov")])
def test_a_short_day_is_abbreviated_as_the_language_does_it(language, said):
    with translation.override(language):
        assert times.short_day(NOON) == said


@pytest.mark.parametrize(
    ("minute", "second", "quarter"), [(0, 0, 0), (0, 1, 15), (14, 59, 15), (15, 0, 15), (46, 0, 60)]
)
def test_the_next_quarter_is_now_when_it_is_one(minute, second, quarter):
    asked = NOON.replace(minute=minute, second=second)

    assert times.next_quarter(asked) == NOON + timedelta(minutes=quarter)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_only_the_first_of_a_month_is_said_in_french_as_the_first(value):
    with translation.override("fr"):
        said = times.day(value, today=date(1980, 1, 1))
    with translation.override("en"):
        english = times.day(value, today=date(1980, 1, 1))

    assert said.split()[1] == ("1er" if value.day == 1 else str(value.day))
    assert english.split()[1] == str(value.day)


def test_the_first_of_a_month_is_said_so_wherever_a_day_is():
    first = datetime(2026, 12, 1, 10, tzinfo=PARIS)
    with translation.override("fr"):
        assert times.short_day(first) == "mar. 1er déc."
        assert (
            times.span(first - timedelta(days=1), first)
            == "10\u00a0h\u00a0–\u2060\u00a0mar.\u00a01er à 10\u00a0h"
        )
        assert times.date_words(first, "j F Y") == "1er décembre 2026"
