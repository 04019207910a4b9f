"""House rules as facts: of a resource, its kind and the house; and quotas with what counts towards them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lab.calendar import day_span
from lab.spans import Span

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a resource asks of a booking; minutes and days, None for no limit."""

    min_minutes: int = 15
    max_minutes: int | None = None
    grid_minutes: int | None = None
    notice_minutes: int = 0
    horizon_days: int = 400
    setup_minutes: int = 0
    cleanup_minutes: int = 0
    cancel_minutes: int = 0
    grace_minutes: int | None = None
    idle_minutes: int | None = None
    approval: bool = False
    overnight: bool = False
    unattended: bool = False
    walk_up: bool = True
    role: str = ""

    @classmethod
    def of(cls, *layers: Mapping[str, Any]) -> HouseRules:
        """The rules of a resource over those of its kind over the house's: the first that says something."""
        told = {
            rule.name: value
            for rule in fields(cls)
            if (value := next((v for layer in layers if (v := layer.get(rule.name)) not in (None, "")), None))
            is not None
        }
        return cls(**told)

    def blocked(self, span: Span) -> Span:
        """Set-up + booked + clean-up."""
        if not self.setup_minutes and not self.cleanup_minutes:
            return span
        return span.grown(
            before=timedelta(minutes=self.setup_minutes), after=timedelta(minutes=self.cleanup_minutes)
        )


RULES = tuple(rule.name for rule in fields(HouseRules))


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `most` minutes or bookings a period; `used` are the spans that count already.

    `peak` limits what counts to hours of the lab's wall clock; `days` is the length of a rolling window.
    """

    most: int
    counts: bool = False  # bookings instead of minutes
    period: str = "week"  # day, week, month or rolling
    days: int = 7
    peak: tuple[time, time] | None = None
    weekends: bool = True
    shared_by: str = ""  # the programme that shares it
    used: tuple[Span, ...] = ()
    row: int = 0  # which one it is: resources of a kind share theirs

    def over(self, wished: Span, zone: ZoneInfo) -> tuple[Span, int] | None:
        """The first period in which the wish breaks the quota, with what was used of it already."""
        counted = [*self.used, wished]
        for period in self._periods(wished, zone):
            amounts = [self._amount(span, period, zone) for span in counted]
            if amounts[-1] and sum(amounts) > self.most:
                return period, sum(amounts[:-1])
        return None

    def with_used(self, span: Span) -> Quota:
        return replace(self, used=(*self.used, span))

    def near(self, span: Span, zone: ZoneInfo) -> Quota:
        """The same with only what may count together with this span."""
        reach = self.reach(span, zone)
        return replace(self, used=tuple(each for each in self.used if each.overlaps(reach)))

    def reach(self, span: Span, zone: ZoneInfo) -> Span:
        """Where spans lie that may count together with this one."""
        if self.period == "rolling":
            return span.grown(before=timedelta(days=self.days), after=timedelta(days=self.days))
        first = _begin(span.start.astimezone(zone).date(), self.period)
        following = _next(_begin(span.end.astimezone(zone).date(), self.period), self.period)
        return Span(day_span(first, zone).start, day_span(following, zone).start)

    def _periods(self, wished: Span, zone: ZoneInfo) -> Iterator[Span]:
        if self.period == "rolling":
            length = timedelta(days=self.days)
            # The fullest window ends where some counted span ends, or begins where one begins.
            for span in sorted({*self.used, wished}):
                for window in (Span(span.end - length, span.end), Span(span.start, span.start + length)):
                    if window.overlaps(wished):
                        yield window
            return
        first, last = wished.start.astimezone(zone).date(), wished.end.astimezone(zone).date()
        day = _begin(first, self.period)
        while day <= last:
            following = _next(day, self.period)
            period = Span(day_span(day, zone).start, day_span(following, zone).start)
            if period.overlaps(wished):
                yield period
            day = following

    def _amount(self, span: Span, period: Span, zone: ZoneInfo) -> int:
        common = span.common(period)
        if common is None:
            return 0
        parts = list(self._counting(common, zone))
        if self.counts:
            return int(bool(parts))
        return round(sum(part.minutes for part in parts))

    def _counting(self, span: Span, zone: ZoneInfo) -> Iterator[Span]:
        if self.peak is None and self.weekends:
            yield span
            return
        day = span.start.astimezone(zone).date()
        while (today := day_span(day, zone)).start < span.end:
            part = span.common(self._peak(day, zone) if self.peak else today)
            if part and (self.weekends or day.weekday() < SATURDAY):
                yield part
            day += timedelta(days=1)

    def _peak(self, day: date, zone: ZoneInfo) -> Span:
        assert self.peak is not None
        start, end = (datetime.combine(day, at, zone) for at in self.peak)
        return Span(start, end)


def _begin(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _next(day: date, period: str) -> date:
    if period == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if period == "week" else 1)


def points(misses: Iterable[tuple[datetime, int]], *, halve_days: int, now: datetime) -> float:
    """Points of missed bookings, each halved once every so many days."""
    halving = timedelta(days=halve_days)
    return float(sum(each * 0.5 ** ((now - at) / halving) for at, each in misses))
