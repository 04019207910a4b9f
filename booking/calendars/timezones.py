"""VTIMEZONE of a zone of the tz database: when its clocks change, by a yearly rule where there is one.

Each part begins at the moment of a change as the clock showed it just before (RFC 5545, 3.6.5).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BEFORE, AFTER = 2, 12  # years around the first one asked for
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the clocks."""

    at: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    daylight: bool

    @property
    def shown(self) -> datetime:
        """What the clock showed just before."""
        return (self.at + self.offset_from).replace(tzinfo=None)

    @property
    def kind(self) -> tuple[timedelta, timedelta, str, bool]:
        return self.offset_from, self.offset_to, self.name, self.daylight


@lru_cache(maxsize=8)
def timezone_lines(zone: ZoneInfo, year: int) -> tuple[str, ...]:
    """The component for times from the start of `year` on, for as long as the rules of today hold."""
    first, last = year - BEFORE, year + AFTER
    changes = list(_changes(zone, first, last))
    kinds = {change.kind: [one for one in changes if one.kind == change.kind] for change in changes}
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}"]
    rules = {kind: _yearly(found, first, last) for kind, found in kinds.items()}
    if not rules or not all(rules.values()):
        lines += _part(_as_it_was(zone, first))
    for kind, found in kinds.items():
        lines += _part(found[0], rule=rules[kind], also=found[1:])
    return *lines, "END:VTIMEZONE"


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[Change]:
    day, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while day < end:
        if _clock(zone, day) != _clock(zone, day + DAY):
            yield _change(zone, day)
        day += DAY


def _change(zone: ZoneInfo, day: datetime) -> Change:
    before, after = day, day + DAY
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _clock(zone, middle) == _clock(zone, before):
            before = middle
        else:
            after = middle
    (was, _, _), (offset, name, daylight) = _clock(zone, before), _clock(zone, after)
    return Change(after, was, offset, name, daylight)


def _clock(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst())


def _as_it_was(zone: ZoneInfo, year: int) -> Change:
    start = datetime(year, 1, 1, tzinfo=UTC)
    offset, name, daylight = _clock(zone, start)
    return Change(start, offset, offset, name, daylight)


def _yearly(changes: list[Change], first: int, last: int) -> str:
    """The rule that makes exactly these, once a year; empty when there is none."""
    moments = [change.shown for change in changes]
    if [moment.year for moment in moments] != list(range(first, last + 1)):
        return ""
    if len({(moment.month, moment.weekday(), moment.time()) for moment in moments}) > 1:
        return ""
    month, day = moments[0].month, DAYS[moments[0].weekday()]
    for places in ([(moment.day - 1) // 7 + 1 for moment in moments], [_from_end(one) for one in moments]):
        if len(set(places)) == 1:
            return f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY={places[0]}{day}"
    return ""


def _from_end(moment: datetime) -> int:
    days = calendar.monthrange(moment.year, moment.month)[1]
    return -((days - moment.day) // 7 + 1)


def _part(change: Change, *, rule: str = "", also: list[Change] | None = None) -> Iterator[str]:
    name = "DAYLIGHT" if change.daylight else "STANDARD"
    yield f"BEGIN:{name}"
    yield f"DTSTART:{change.shown:%Y%m%dT%H%M%S}"
    if rule:
        yield rule
    else:
        yield from (f"RDATE:{one.shown:%Y%m%dT%H%M%S}" for one in also or ())
    yield f"TZOFFSETFROM:{_offset(change.offset_from)}"
    yield f"TZOFFSETTO:{_offset(change.offset_to)}"
    yield f"TZNAME:{change.name}"
    yield f"END:{name}"


def _offset(offset: timedelta) -> str:
    seconds = round(abs(offset).total_seconds())
    sign = "-" if offset < timedelta() else "+"
    rest = f"{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02d}{seconds // 60 % 60:02d}{rest}"
