"""The occurrences of a series, days by its rule at the lab's wall clock; how a series is split or shifted.

Nothing here goes on for ever: whatever a rule says, its days are looked for within two years.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from booking.rules.repeat import MOST, BadRepeat, Repeat
from lab.spans import Span

DAY = timedelta(days=1)
YEARS = 2
LONGEST = timedelta(days=YEARS * 365 + 1)


def occurrences(rule: Repeat, first: Span, zone: ZoneInfo) -> list[Span]:
    """Every time of the series, in order; `first` is where it begins, and how long each lasts.

    Raises:
        BadRepeat: `too_many`, `too_far` beyond two years, or `never`.
    """
    local, until = _local(first.start, zone), rule.until
    spans = [on_day(day, first, zone) for day in _counted(rule, local.date())]
    if until is not None:
        spans = [span for span in spans if span.start <= until]
    if rule.count is None and len(spans) > MOST:
        raise BadRepeat("too_many", most=MOST)
    if (rule.count or 0) > len(spans) > 0 or (until is not None and until > first.start + LONGEST):
        raise BadRepeat("too_far", years=YEARS)
    kept = [span for span in spans if _local(span.start, zone).date() not in rule.left_out]
    if not kept:
        raise BadRepeat("never")
    return kept


def on_day(day: date, first: Span, zone: ZoneInfo) -> Span:
    """The same hours as `first` on another day of the lab's wall clock.

    A time that the clocks leave out is read with the offset before, one that comes twice is the first
    (RFC 5545, section 3.3.5). Where the start is left out, the length is kept instead of the end.
    """
    start, end = _local(first.start, zone), _local(first.end, zone)
    if day == start.date():
        return first
    begins = datetime.combine(day, start.time())
    at, until = _instant(begins, zone), _instant(begins + (end - start), zone)
    if _local(at, zone) != begins or until <= at:
        until = at + first.length
    return Span(at, until)


def days(rule: Repeat, first: date, last: date) -> Iterator[date]:
    """The days that the rule names from `first`, where it starts to count, to `last`, in order."""
    for period in _periods(rule, first, last):
        chosen = [day for day in period if _picks(rule, day, first)]
        yield from (day for day in _at_positions(chosen, rule.positions) if first <= day <= last)


def until_before(rule: Repeat, at: datetime) -> Repeat:
    """The part of a series that lies before one of its starts."""
    return replace(rule, count=None, until=at - timedelta(seconds=1))


def rest_from(rule: Repeat, first: date, day: date) -> Repeat:
    """The part of a series from one of its days on, as a rule that begins there."""
    if rule.count is None:
        return rule
    return replace(rule, count=rule.count - sum(1 for _ in days(rule, first, day - DAY)))


def shifted(rule: Repeat, first: Span, by_days: int, zone: ZoneInfo) -> Repeat:
    """The rule whose days all lie so many days later.

    Raises:
        BadRepeat: `other_days` when no rule says that, as for every 31st.
    """
    begins = _local(first.start, zone).date()
    named = [_local(span.start, zone).date() for span in occurrences(replace(rule, left_out=()), first, zone)]
    by_weeks = rule.freq == "WEEKLY" and (rule.interval > 1 or bool(rule.positions))
    moved = replace(
        rule,
        count=len(named),
        until=None,
        weekdays=tuple(sorted((nth, (day + by_days) % 7) for nth, day in rule.weekdays)),
        week_start=(rule.week_start + by_days) % 7 if by_weeks else rule.week_start,
        monthdays=tuple(day + by_days for day in rule.monthdays),
        left_out=tuple(day + DAY * by_days for day in rule.left_out),
    )
    wanted = [day + DAY * by_days for day in named]
    real = all(1 <= abs(day) <= 31 for day in moved.monthdays)
    if not real or list(islice(_counted(moved, begins + DAY * by_days), len(wanted) + 1)) != wanted:
        raise BadRepeat("other_days")
    return moved


def _counted(rule: Repeat, first: date) -> Iterator[date]:
    most = MOST + 1 if rule.count is None else rule.count
    return islice(days(rule, first, first + LONGEST), most)


def _periods(rule: Repeat, first: date, last: date) -> Iterator[Sequence[date]]:
    """The days of each day, week, month or year that counts, as far as `last`."""
    if rule.freq == "DAILY":
        yield from ([day] for day in _stepped(first, last, rule.interval))
    elif rule.freq == "WEEKLY":
        monday = first - DAY * ((first.weekday() - rule.week_start) % 7)
        for start in _stepped(monday, last, 7 * rule.interval):
            yield [start + DAY * n for n in range(7)]
    else:
        months = 12 if rule.freq == "YEARLY" else 1
        month = first.year * 12 + (first.month - 1 if months == 1 else 0)
        while month <= last.year * 12 + last.month - 1:
            yield [day for n in range(months) for day in _month(month + n)]
            month += months * rule.interval


def _stepped(first: date, last: date, step: int) -> Iterator[date]:
    return (first + DAY * n for n in range(0, (last - first).days + 1, step))


def _month(number: int) -> Iterator[date]:
    year, month = number // 12, number % 12 + 1
    return (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))


def _picks(rule: Repeat, day: date, first: date) -> bool:
    """Does the rule name this day of a period? What it leaves open is as on its first day."""
    months, monthdays, weekdays = rule.months, rule.monthdays, rule.weekdays
    if not weekdays and not monthdays:
        if rule.freq == "WEEKLY":
            weekdays = ((0, first.weekday()),)
        elif rule.freq in {"MONTHLY", "YEARLY"}:
            monthdays = (first.day,)
            months = months or ((first.month,) if rule.freq == "YEARLY" else ())
    if months and day.month not in months:
        return False
    if monthdays and not {day.day, day.day - monthrange(day.year, day.month)[1] - 1} & set(monthdays):
        return False
    return not weekdays or any(_is_nth(day, nth, rule) for nth, of in weekdays if of == day.weekday())


def _is_nth(day: date, nth: int, rule: Repeat) -> bool:
    """Is it this weekday's nth of its month; in a yearly rule that names no months, of its year?"""
    if nth == 0:
        return True
    if rule.freq == "YEARLY" and not rule.months:
        at, length = day.timetuple().tm_yday, (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1
    else:
        at, length = day.day, monthrange(day.year, day.month)[1]
    return nth in {(at - 1) // 7 + 1, -((length - at) // 7 + 1)}


def _at_positions(chosen: Sequence[date], positions: Iterable[int]) -> Sequence[date]:
    if not positions:
        return chosen
    within = {at - 1 if at > 0 else len(chosen) + at for at in positions}
    return [day for number, day in enumerate(chosen) if number in within]


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone, fold=0).astimezone(ZoneInfo("UTC"))
