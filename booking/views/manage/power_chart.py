"""Pictures of a machine's power, as places in percent: pages draw them without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import dropwhile
from math import ceil, floor, log10, sqrt

from devices.rules.clusters import bins
from devices.rules.levels import Minute
from devices.rules.running import Levels, State

STEPS = 10  # bars a decade
TICKS = (1, 10, 100, 1_000, 10_000)
HOURS = (1, 10, 40, 100)
HEADROOM = 1.08
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar or a part of one; places and sizes in percent."""

    x: float
    y: float
    width: float
    height: float
    code: str = ""
    low: float = 0
    high: float = 0
    time: timedelta = timedelta()

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Strip:
    """Off, idle and at work by some thresholds, below the bars; `marks` are the thresholds."""

    parts: tuple[Bar, ...]
    marks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How long a machine drew how much; power goes by its logarithm, time by its square root."""

    bars: tuple[Bar, ...]
    watts: tuple[Tick, ...]
    hours: tuple[Tick, ...]
    _first: float
    _last: float

    def strip(self, levels: Levels | None) -> Strip | None:
        if levels is None:
            return None
        edges = [self._place(watts) for watts in (levels.off, levels.idle_below, levels.busy_above)]
        codes = ((State.OFF, 0.0, edges[0]), (State.IDLE, edges[0], edges[1]), (State.BUSY, edges[2], 100.0))
        parts = [Bar(at, 0, round(end - at, 2), 100, code) for code, at, end in codes if end > at]
        return Strip(tuple(parts), tuple(edge for edge in edges if 0 < edge < 100))

    def _place(self, watts: float) -> float:
        return _percent(log10(max(watts, 10**self._first)), self._first, self._last)


@dataclass(frozen=True, slots=True)
class Day:
    """A day's hours in each state; `bars` lie side by side in 24 hours."""

    day: date
    times: Mapping[State, timedelta]
    bars: tuple[Bar, ...]

    @property
    def busy(self) -> timedelta:
        return self.times.get(State.BUSY, timedelta())

    @property
    def idle(self) -> timedelta:
        return self.times.get(State.IDLE, timedelta())

    @property
    def off(self) -> timedelta:
        return self.times.get(State.OFF, timedelta())


def histogram(minutes: Sequence[Minute]) -> Histogram | None:
    found = bins((minute.mean for minute in minutes), steps=STEPS)
    if not found:
        return None
    first = floor(log10(found[0].low) * 2) / 2
    last = max(ceil(log10(found[-1].high) * 2) / 2, first + 1)
    most = max(each.count for each in found) / 60 * HEADROOM
    bars = []
    for each in found:
        x, end = (_percent(log10(edge), first, last) for edge in (each.low, each.high))
        height = round(100 * sqrt(each.count / 60 / most), 2)
        if each.count:
            time = timedelta(minutes=each.count)
            bars.append(
                Bar(x, round(100 - height, 2), round(end - x, 2), height, "", each.low, each.high, time)
            )
    return Histogram(
        tuple(bars),
        tuple(Tick(_percent(log10(w), first, last), w) for w in TICKS if first <= log10(w) <= last),
        tuple(Tick(round(100 - 100 * sqrt(hours / most), 2), hours) for hours in HOURS if hours <= most),
        first,
        last,
    )


def days(dates: Sequence[date], times: Sequence[Mapping[State, timedelta]]) -> list[Day]:
    """From the first day of which anything is known."""
    found = [Day(day, told, _side_by_side(told)) for day, told in zip(dates, times, strict=True)]
    return [*dropwhile(lambda one: not one.times, found)]


def _side_by_side(times: Mapping[State, timedelta]) -> tuple[Bar, ...]:
    """What needs attention first: at work, then idle, then off."""
    bars, at = [], 0.0
    for state in reversed(State):
        width = round(100 * (times.get(state, timedelta()) / DAY), 2)
        if width:
            bars.append(Bar(round(at, 2), 0, width, 100, state, time=times[state]))
            at += width
    return tuple(bars)


def _percent(value: float, first: float, last: float) -> float:
    return round(min(max(100 * (value - first) / (last - first), 0.0), 100.0), 2)
