"""When a place is open: weekly hours less closures, as spans in the lab's own time zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
    """A place's whole calendar: always open, or by weekly hours; less its closures."""

    hours: tuple[Hours, ...] = ()
    closures: tuple[Span, ...] = ()
    always: bool = False

    def within(self, span: Span, zone: ZoneInfo) -> Iterator[Span]:
        """The open time inside a span, in order and merged."""
        weekly = [span] if self.always else merged(_weekly(span, self.hours, zone))
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


def day_span(day: date, zone: ZoneInfo) -> Span:
    """Midnight to midnight in the lab's zone: 23, 24 or 25 hours."""
    return Span(_at(day, time(0), zone), _at(day + timedelta(days=1), time(0), zone))


def _weekly(span: Span, hours: Iterable[Hours], zone: ZoneInfo) -> Iterator[Span]:
    by_weekday: dict[int, list[Hours]] = {}
    for entry in hours:
        by_weekday.setdefault(entry.weekday, []).append(entry)
    day = span.start.astimezone(zone).date() - timedelta(days=1)  # its evening may last past midnight
    last = span.end.astimezone(zone).date()
    while day <= last:
        for entry in by_weekday.get(day.weekday(), ()):
            closing_day = day + timedelta(days=1) if entry.closes <= entry.opens else day
            start, end = _at(day, entry.opens, zone), _at(closing_day, entry.closes, zone)
            if start < end:  # both may fall into the hour that a spring night leaves out
                yield Span(start, end)
        day += timedelta(days=1)


def _at(day: date, moment: time, zone: ZoneInfo) -> datetime:
    # Through UTC, so that spans of one zone compare by instant over a change of clocks.
    return datetime.combine(day, moment, zone).astimezone(ZoneInfo("UTC"))
