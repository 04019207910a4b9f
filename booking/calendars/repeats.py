"""When an event of somebody's calendar happens: once, or by its rule, at its own wall clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Component

from booking.rules.repeat import BadRepeat, Repeat, parse
from booking.rules.series import days
from lab.spans import Span

Day = date | datetime  # a whole day, or a time
DAY = timedelta(days=1)
YEARS = range(1900, 2200)
BROKEN = (KeyError, ValueError, TypeError, AttributeError, OverflowError)


class Unreadable(Exception):
    """Why an event can't be understood: `time`, `zone`, `empty` or `repeat`."""


def happens(event: Component, zone: ZoneInfo, *, last: date) -> Iterator[tuple[Span, datetime | None]]:
    """Its spans up to the day `last`; of a repetition also which start of it each is.

    Raises:
        Unreadable: when its times or its rule make no sense, or are of a kind that no closure has.
    """
    start, end = _times(event)
    if aware(end, zone) <= aware(start, zone):
        raise Unreadable("empty")
    if not ({"RRULE", "RDATE"} & set(event)):
        yield Span(aware(start, zone), aware(end, zone)), None
        return
    for first in sorted(_starts(event, start, zone, last), key=lambda one: aware(one, zone)):
        begins = aware(first, zone)
        yield Span(begins, _end(first, start, end, zone)), begins


def which_one(event: Component, zone: ZoneInfo) -> datetime | None:
    """The start that it takes the place of in a repetition; None for what stands for itself."""
    try:
        return aware(_value(event, "RECURRENCE-ID"), zone) if "RECURRENCE-ID" in event else None
    except BROKEN:
        raise Unreadable("time") from None


def days_to_look_at(event: Component, *, last: date) -> int:
    """How much work its repetition is."""
    try:
        return max(0, (last - _day(_value(event, "DTSTART"))).days) if "RRULE" in event else 0
    except (Unreadable, *BROKEN):
        return 0


def aware(value: Day, zone: ZoneInfo) -> datetime:
    """The moment: a day begins at midnight, and a time without a zone is the lab's."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(0))
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _times(event: Component) -> tuple[Day, Day]:
    try:
        start = _value(event, "DTSTART")
        if "DTEND" in event:
            end = _value(event, "DTEND")
        elif "DURATION" in event:
            end = start + _value(event, "DURATION")
        else:
            end = start + DAY if _is_day(start) else start
        if _is_day(start) != _is_day(end) or start.year not in YEARS or end.year not in YEARS:
            raise Unreadable("time")
    except BROKEN:
        raise Unreadable("time") from None
    return start, end


def _starts(event: Component, start: Day, zone: ZoneInfo, last: date) -> Iterator[Day]:
    named = {day: _on(day, start) for day in _by_rule(event, start, zone, last)}
    moments = {aware(one, zone): one for one in named.values()}
    moments |= {aware(one, zone): one for one in _listed(event, "RDATE") if _is_day(one) == _is_day(start)}
    left_out = _listed(event, "EXDATE")
    gone = {aware(one, zone) for one in left_out}
    gone_days = {one for one in left_out if _is_day(one)}
    return (one for at, one in moments.items() if at not in gone and _day(one) not in gone_days)


def _by_rule(event: Component, start: Day, zone: ZoneInfo, last: date) -> Iterable[date]:
    if "RRULE" not in event:
        return [_day(start)]
    rule = _rule(event, zone, last)
    found = islice(days(rule, _day(start), last), rule.count)
    return [day for day in found if rule.until is None or aware(_on(day, start), zone) <= rule.until]


def _rule(event: Component, zone: ZoneInfo, last: date) -> Repeat:
    told: Any = event["RRULE"]
    if isinstance(told, list):
        raise Unreadable("repeat")
    try:
        text = told.to_ical().decode()
        ends = any(part in text.upper() for part in ("COUNT=", "UNTIL="))
        return parse(text if ends else f"{text};UNTIL={last:%Y%m%d}", zone)
    except (BadRepeat, *BROKEN):
        raise Unreadable("repeat") from None


def _listed(event: Component, name: str) -> list[Day]:
    told: Any = event.get(name, [])
    try:
        lines = told if isinstance(told, list) else [told]
        found = [_known(one.dt, line) for line in lines for one in line.dts]
    except BROKEN:
        raise Unreadable("time") from None
    return [one for one in found if isinstance(one, date)]


def _on(day: date, start: Day) -> Day:
    return day if _is_day(start) else datetime.combine(day, start.timetz())  # type: ignore[union-attr]


def _end(first: Day, start: Day, end: Day, zone: ZoneInfo) -> datetime:
    """Whole days stay whole when the clocks change; times keep their length."""
    if _is_day(start):
        return aware(first + (_day(end) - _day(start)), zone)
    return aware(first, zone) + (aware(end, zone) - aware(start, zone))


def _value(event: Component, name: str) -> Any:
    told: Any = event[name]
    return _known(told.dt, told)


def _known(value: Any, told: Any) -> Any:
    """The value, unless it names a zone that nobody knows: then it would be guessed."""
    if isinstance(value, datetime) and value.tzinfo is None and "TZID" in told.params:
        raise Unreadable("zone")
    return value


def _is_day(value: Day) -> bool:
    return not isinstance(value, datetime)


def _day(value: Day) -> date:
    return value.date() if isinstance(value, datetime) else value
