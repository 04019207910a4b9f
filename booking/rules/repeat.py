"""A repetition as RFC 5545 writes it: read, checked, written again in one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

MOST = 366  # occurrences
LONGEST = 2000  # characters of a rule
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
NTH = {"MONTHLY": 5, "YEARLY": 53}
MOST_LISTED = 64  # values of one part

NUMBER = re.compile(r"[+-]?\d{1,3}", re.ASCII)
WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)


class BadRepeat(Exception):
    """A rule that is not kept: `why` is a word for programs, `data` what a sentence about it needs."""

    def __init__(self, why: str, **data: Any) -> None:
        super().__init__(why)
        self.why, self.data = why, data


@dataclass(frozen=True, slots=True)
class Repeat:
    """When something comes again, in days; the time of day is that of its first start.

    `weekdays` are (which of its month or year, 0 for every; Monday is 0), `left_out` days of the lab's zone.
    """

    freq: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    weekdays: tuple[tuple[int, int], ...] = ()
    monthdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0
    left_out: tuple[date, ...] = ()

    def __str__(self) -> str:
        """The rule in RFC 5545's words; without `RRULE:`, days left out on a line of their own."""
        parts = ";".join(f"{name}={value}" for name, value in self._parts() if value)
        days = ",".join(f"{day:%Y%m%d}" for day in self.left_out)
        return f"{parts}\nEXDATE;VALUE=DATE:{days}" if days else parts

    def _parts(self) -> Iterator[tuple[str, str]]:
        yield "FREQ", self.freq
        yield "INTERVAL", str(self.interval) if self.interval > 1 else ""
        yield "COUNT", str(self.count or "")
        yield "UNTIL", f"{self.until.astimezone(UTC):%Y%m%dT%H%M%SZ}" if self.until else ""
        yield "BYMONTH", _joined(self.months)
        yield "BYMONTHDAY", _joined(self.monthdays)
        yield "BYDAY", ",".join(f"{nth or ''}{DAYS[day]}" for nth, day in self.weekdays)
        yield "BYSETPOS", _joined(self.positions)
        yield "WKST", DAYS[self.week_start] if self.week_start else ""


def parse(text: str, zone: ZoneInfo) -> Repeat:
    """The rule of an RRULE, with or without its name, and of EXDATE lines after it.

    Raises:
        BadRepeat: `unreadable`, `unsupported`, `endless` or `too_many`.
    """
    if len(text) > LONGEST:
        raise BadRepeat("unreadable", part=text[:20])
    first, *others = text.strip().upper().splitlines() or [""]
    told = _told(first.removeprefix("RRULE:"))
    rule = Repeat(**{PARTS[name][0]: PARTS[name][1](value, zone) for name, value in told.items()})
    _check(rule)
    left_out = {day for line in others for day in _left_out(line, zone)}
    return replace(rule, left_out=tuple(sorted(left_out)))


def _told(line: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in line.rstrip(";").split(";")]
    told = {name: value for name, _equals, value in pairs}
    unknown = next((name for name in told if name not in PARTS), None)
    if unknown in KNOWN_ELSEWHERE:
        raise BadRepeat("unsupported", part=unknown)
    if unknown is not None or len(told) < len(pairs) or "FREQ" not in told:
        raise BadRepeat("unreadable", part=(unknown or line)[:20])
    return told


def _check(rule: Repeat) -> None:
    """What RFC 5545 forbids, and what would never end.

    Raises:
        BadRepeat: when it is either.
    """
    nth = max((abs(nth) for nth, _day in rule.weekdays), default=0)
    if nth > NTH.get(rule.freq, 0):
        raise BadRepeat("unreadable", part="BYDAY")
    if rule.monthdays and rule.freq == "WEEKLY":
        raise BadRepeat("unreadable", part="BYMONTHDAY")
    if rule.positions and not (rule.weekdays or rule.monthdays or rule.months):
        raise BadRepeat("unreadable", part="BYSETPOS")
    if rule.count is not None and rule.until is not None:
        raise BadRepeat("unreadable", part="UNTIL")
    if rule.count is None and rule.until is None:
        raise BadRepeat("endless")
    if rule.count is not None and rule.count > MOST:
        raise BadRepeat("too_many", most=MOST)


def _left_out(line: str, zone: ZoneInfo) -> Iterator[date]:
    name, colon, values = line.partition(":")
    if not line.strip():
        return
    if name.partition(";")[0] != "EXDATE" or not colon:
        raise BadRepeat("unsupported", part=name[:20])
    for value in values.split(","):
        yield _moment(value, zone).astimezone(zone).date()


def _freq(text: str, zone: ZoneInfo) -> str:
    if text not in FREQUENCIES:
        raise BadRepeat("unsupported", part=f"FREQ={text}"[:20])
    return text


def _weekdays(text: str, zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
    found = [WEEKDAY.fullmatch(part) for part in _listed(text)]
    if any(match is None or match[1] in {"0", "+0", "-0", "00"} for match in found):
        raise BadRepeat("unreadable", part="BYDAY")
    return tuple(sorted({(int(match[1] or 0), DAYS.index(match[2])) for match in found if match}))


def _weekday(text: str, zone: ZoneInfo) -> int:
    if text not in DAYS:
        raise BadRepeat("unreadable", part="WKST")
    return DAYS.index(text)


def _until(text: str, zone: ZoneInfo) -> datetime:
    return _moment(text, zone, usual=time(23, 59, 59))


def _moment(text: str, zone: ZoneInfo, *, usual: time = time(0)) -> datetime:
    """A time, by the lab's wall clock unless it says UTC; of a mere date the `usual` time."""
    match = MOMENT.fullmatch(text.strip())
    if match is None:
        raise BadRepeat("unreadable", part=text[:20])
    year, month, day, *clock = (int(part) for part in match.groups()[:6] if part)
    try:
        at = time(clock[0], clock[1], clock[2]) if clock else usual
        return datetime.combine(date(year, month, day), at, UTC if match[7] else zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRepeat("unreadable", part=text[:20]) from None


def _number(name: str, most: int) -> Callable[[str, ZoneInfo], int]:
    def read(text: str, zone: ZoneInfo) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
            raise BadRepeat("unreadable", part=name)
        return int(text)

    return read


def _numbers(name: str, most: int, *, signed: bool = True) -> Callable[[str, ZoneInfo], tuple[int, ...]]:
    def read(text: str, zone: ZoneInfo) -> tuple[int, ...]:
        parts = _listed(text)
        if not all(NUMBER.fullmatch(part) for part in parts):
            raise BadRepeat("unreadable", part=name)
        found = {int(part) for part in parts}
        if not all(1 <= (abs(number) if signed else number) <= most for number in found):
            raise BadRepeat("unreadable", part=name)
        return tuple(sorted(found))

    return read


def _listed(text: str) -> list[str]:
    parts = text.split(",")
    return parts if len(parts) <= MOST_LISTED else [""]


def _joined(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


# What each part of a rule is called here, and how it is read.
PARTS: dict[str, tuple[str, Callable[[str, ZoneInfo], Any]]] = {
    "FREQ": ("freq", _freq),
    "INTERVAL": ("interval", _number("INTERVAL", 1000)),
    "COUNT": ("count", _number("COUNT", 10**9)),
    "UNTIL": ("until", _until),
    "BYDAY": ("weekdays", _weekdays),
    "BYMONTHDAY": ("monthdays", _numbers("BYMONTHDAY", 31)),
    "BYMONTH": ("months", _numbers("BYMONTH", 12, signed=False)),
    "BYSETPOS": ("positions", _numbers("BYSETPOS", 366)),
    "WKST": ("week_start", _weekday),
}
# Good RFC 5545, but several times a day, days of other calendars, or a start that stands elsewhere.
KNOWN_ELSEWHERE = {"BYHOUR", "BYMINUTE", "BYSECOND", "BYYEARDAY", "BYWEEKNO", "BYEASTER", "RSCALE", "SKIP"}
