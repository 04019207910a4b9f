"""When a place is open: weekly hours less closures, as spans in the lab's own time zone."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lab.spans import Span, merged, without


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on one weekday (Monday is 0), wall-clock; closing at or before `opens` is the next day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Opening:
    """A place's whole calendar: always open, or by weekly hours; less its closures.

    The hours of a `special` day take the place of the weekly ones; a holiday that isn't special has none.
    """

    hours: tuple[Hours, ...] = ()
    closures: tuple[Span, ...] = ()
    always: bool = False
    special: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    holidays: Container[date] = frozenset()

    def within(self, span: Span, zone: ZoneInfo) -> Iterator[Span]:
        """The open time inside a span, in order and merged."""
        weekly = [span] if self.always else merged(self._daily(span, zone))
        for opened in weekly:
            shared = opened.common(span)
            if shared is not None:
                yield from without(shared, self.closures)

    def covers(self, span: Span, zone: ZoneInfo) -> bool:
        return any(opened.covers(span) for opened in self.within(span, zone))

    def at(self, moment: datetime, zone: ZoneInfo) -> Span | None:
        """The opening that `moment` falls into, looked up over the week around it; None when closed."""
        around = Span(moment - timedelta(days=7), moment + timedelta(days=7))
        return next((opened for opened in self.within(around, zone) if moment in opened), None)

    def _daily(self, span: Span, zone: ZoneInfo) -> Iterator[Span]:
        by_weekday: dict[int, list[Hours]] = {}
        for entry in self.hours:
            by_weekday.setdefault(entry.weekday, []).append(entry)
        day = span.start.astimezone(zone).date() - timedelta(days=1)  # its evening may last past midnight
        last = span.end.astimezone(zone).date()
        while day <= last:
            usual: Sequence[Hours] = () if day in self.holidays else by_weekday.get(day.weekday(), ())
            for entry in self.special.get(day, usual):
                closing_day = day + timedelta(days=1) if entry.closes <= entry.opens else day
                start, end = _at(day, entry.opens, zone), _at(closing_day, entry.closes, zone)
                if start < end:  # both may fall into the hour that a spring night leaves out
                    yield Span(start, end)
            day += timedelta(days=1)


def day_span(day: date, zone: ZoneInfo) -> Span:
    """Midnight to midnight in the lab's zone: 23, 24 or 25 hours."""
    return Span(_at(day, time(0), zone), _at(day + timedelta(days=1), time(0), zone))


def _at(day: date, moment: time, zone: ZoneInfo) -> datetime:
    # Through UTC, so that spans of one zone compare by instant over a change of clocks.
    return datetime.combine(day, moment, zone).astimezone(ZoneInfo("UTC"))
