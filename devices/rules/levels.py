"""Which power is off, idle and busy? Learned from minutes of the past, or refused with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from devices.rules import clusters
from devices.rules.running import SILENT, Levels, Running, State, settle

MINUTE = 60 * 1_000_000_000
LEAST_MINUTES = 12 * 60
DAY = 24 * 60
SURE_DAYS, SURE_BUSY, SURE_RATIO = 3, 120, 3.0
APART = 1.3  # so many times as much as an idle minute's most must a busy one's least be, to cut between them
MARGIN = 1.2  # around a cut between crowds that touch
OFF_MOST_W, OFF_APART = 5.0, 3.0
FLOOR_W = 0.5


@dataclass(frozen=True, slots=True)
class Minute:
    """What was measured in one minute, which begins at `at` (Unix nanoseconds)."""

    at: int
    mean: float
    low: float
    high: float


class Unlearnt(StrEnum):
    """Why there is nothing to suggest."""

    TOO_LITTLE = "too_little"
    ONE_CROWD = "one_crowd"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Thresholds in watts; `sure` when there was enough of it and the crowds lie well apart."""

    idle_below: float
    busy_above: float
    off_below: float | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What the past would have been with some thresholds."""

    sessions: int
    times: dict[State, timedelta]


def suggest(minutes: Sequence[Minute]) -> Suggestion | Unlearnt:
    """Thresholds between the crowds of minutes that a machine's power falls into."""
    if len(minutes) < LEAST_MINUTES:
        return Unlearnt.TOO_LITTLE
    crowds = clusters.crowds([minute.mean for minute in minutes])
    if len(crowds) < 2:
        return Unlearnt.ONE_CROWD
    off = _off(crowds)
    on = crowds[1:] if off and len(crowds) > 2 else crowds
    cut = clusters.widest_gap(on)
    resting = [
        minute for minute in minutes if minute.mean < cut and (on is crowds or minute.mean >= on[0].low)
    ]
    working = [minute for minute in minutes if minute.mean >= cut]
    top = _part([minute.high for minute in resting], 0.9)
    floor = _part([minute.low for minute in working], 0.2)
    if floor > top * APART:
        step = (floor / max(top, FLOOR_W)) ** (1 / 3)
        idle, busy = max(top, FLOOR_W) * step, max(top, FLOOR_W) * step**2
    else:
        idle, busy = cut / MARGIN, cut * MARGIN
    sure = (
        len({minute.at // (DAY * MINUTE) for minute in minutes}) >= SURE_DAYS
        and len(working) >= SURE_BUSY
        and floor > top * SURE_RATIO
    )
    idle, busy = rounded(idle), rounded(busy)
    return Suggestion(idle, busy, min(_off_below(crowds), idle) if off else None, sure)


def past(minutes: Iterable[Minute], levels: Levels) -> Past:
    """Each minute counts as its mean; what nobody heard counts nothing."""
    running, sessions, times = Running(), 0, dict.fromkeys(State, timedelta())
    last: datetime | None = None
    for minute in minutes:
        start, end = _moment(minute.at), _moment(minute.at) + timedelta(seconds=59)
        if last is not None and start - last > SILENT:
            running, last = Running(), None
        for at in (start, end):
            before, running = running, settle(running, minute.mean, at, levels)
            sessions += running.busy and not before.busy
        if running.state is not None:
            times[running.state] += timedelta(minutes=1) if last is None else end - last
        last = end
    return Past(sessions, times)


def rounded(watts: float) -> float:
    """Two figures are as much as a threshold can mean."""
    return float(f"{watts:.2g}")


def _off(crowds: Sequence[clusters.Crowd]) -> bool:
    """Is the least of them what a machine draws that is switched off?"""
    return crowds[0].high < OFF_MOST_W and crowds[1].low > OFF_APART * max(crowds[0].high, FLOOR_W)


def _off_below(crowds: Sequence[clusters.Crowd]) -> float:
    return rounded((max(crowds[0].high, FLOOR_W) * crowds[1].low) ** 0.5)


def _part(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _moment(ns: int) -> datetime:
    return datetime.fromtimestamp(ns / 1e9, UTC)
