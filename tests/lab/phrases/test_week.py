"""Opening hours in words."""

from datetime import time

import pytest
from django.utils import translation

from lab.phrases.week import week, week_text

NINE, NOON, TWO, EIGHT = time(9), time(12), time(2), time(20)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2060", "")


def test_days_in_a_row_with_the_same_hours_stand_together():
    hours = [(day, NINE, EIGHT) for day in range(6)]
    with translation.override("en"):
        assert [(days, plain(said)) for days, said in week(hours)] == [
            ("Monday to Saturday", "09:00 – 20:00")
        ]


@pytest.mark.parametrize(
    ("openings", "said"),
    [
        ([], "closed"),
        ([(day, NINE, NOON) for day in range(7)], "every day 09:00 – 12:00"),
        ([(0, NINE, NOON), (0, NOON, EIGHT)], "Monday 09:00 – 12:00, 12:00 – 20:00"),
        ([(4, EIGHT, TWO)], "Friday 20:00 – 02:00 the next day"),
        ([(4, EIGHT, time(0))], "Friday 20:00 – midnight"),
        ([(0, NINE, NOON), (2, NINE, NOON)], "Monday 09:00 – 12:00; Wednesday 09:00 – 12:00"),
    ],
)
def test_a_week_in_a_line(openings, said):
    with translation.override("en"):
        assert plain(week_text(openings)) == said
