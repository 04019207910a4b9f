"""Opening hours in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from lab import times
from lab.models import OpeningHours

Opened = tuple[int, time, time]  # weekday, from, until


def weekday(number: int) -> str:
    return str(WEEKDAYS[number])


def opened(rows: Iterable[OpeningHours]) -> list[Opened]:
    return [(row.weekday, row.opens, row.closes) for row in rows]


def week(openings: Iterable[Opened]) -> list[tuple[str, str]]:
    """Days and their hours; days in a row with the same hours stand together, closed days are left out."""
    found: list[tuple[int, int, str]] = []
    for day, group in groupby(sorted(openings), key=lambda each: each[0]):
        hours = ", ".join(hours_text(opens, closes) for _day, opens, closes in group)
        if found and found[-1][1:] == (day - 1, hours):
            found[-1] = (found[-1][0], day, hours)
        else:
            found.append((day, day, hours))
    return [(_days(first, last), hours) for first, last, hours in found]


def week_text(openings: Iterable[Opened]) -> str:
    """The whole week in a line."""
    return "; ".join(f"{days} {hours}" for days, hours in week(openings)) or _("closed")


def hours_text(opens: time, closes: time) -> str:
    """From–to; an end at or before the start is the next day's."""
    end = _("midnight") if closes == time(0) else times.wall_clock(closes)
    said = f"{times.wall_clock(opens)}{times.NBSP}–{times.JOIN}{times.NBSP}{end}"
    return _("%(hours)s the next day") % {"hours": said} if time(0) < closes <= opens else said


def _days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return _("every day")
    if first == last:
        return weekday(first)
    return _("%(first)s to %(last)s") % {"first": weekday(first), "last": weekday(last)}
