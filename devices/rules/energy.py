"""Energy in Wh: from counters, which start anew, jump and come late, else from power.

Each stretch between two readings has its own energy, whoever asks for how much of it: so the energies of
adjoining spans add up, in whatever order readings came.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
SLOPED = 30 * SECOND  # as far apart, power changed from one reading to the next; else when the next was told
SILENT = 300 * SECOND  # after a longer silence nobody knows what was drawn
OUTLET_W = 3_680.0  # 16 A
SUPPLY_W = 22_000.0  # three phases, 32 A: what a meter that tells no power may count
HEADROOM = 1.5  # power is told now and then; between, it may have been greater
COARSE_WH = 12.0  # many counters count in steps of 10 Wh
NOISE = 0.01  # a counter that goes back by less was rounded, and did not begin anew

Point = tuple[int, float]  # Unix nanoseconds, W or Wh


class How(StrEnum):
    """What tells the energy."""

    COUNTER = "counter"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Energy in Wh."""

    wh: float
    how: How


def drawn(counter: Iterable[Point], power: Iterable[Point], first: int, past: int) -> Drawn | None:
    """What one meter says was drawn in `[first, past)`; None when it says nothing of that time.

    Readings around the span may be given: what was counted between two readings was drawn evenly. Where the
    counter is silent, before its first and after its last reading, power is integrated.
    """
    counted, watts = sorted(counter), sorted(power)
    start, end = (
        max(first, counted[0][0]) if counted else past,
        min(past, counted[-1][0]) if counted else first,
    )
    if start >= end:
        told = integrated(watts, first, past)
        return None if told is None else Drawn(told, How.POWER)
    around = ((first, min(start, past)), (max(end, first), past))
    rest = (integrated(watts, *edges) or 0.0 for edges in around if edges[0] < edges[1])
    return Drawn(_counted(counted, watts, start, end) + sum(rest), How.COUNTER)


def integrated(watts: Sequence[Point], first: int, past: int) -> float | None:
    """Power over `[first, past)` as Wh, from readings in order; None when nothing is known of that time."""
    total, known = 0.0, False
    at = max(bisect_right(watts, first, key=_moment) - 1, 0)
    for (since, before), (until, after) in zip(watts[at:], watts[at + 1 :], strict=False):
        if since >= past:
            break
        start, end = max(since, first), min(until, past)
        if start < end and until - since <= SILENT:
            known = True
            total += _mean(before, after, since, until, (start + end) / 2) * (end - start)
    return total / HOUR if known else None


def _counted(counted: Sequence[Point], watts: Sequence[Point], first: int, past: int) -> float:
    most = max((power for _, power in watts), default=0.0)
    limit = max(HEADROOM * most, OUTLET_W) if watts else SUPPLY_W
    total = 0.0
    at = max(bisect_right(counted, first, key=_moment) - 1, 0)
    for (since, before), (until, after) in zip(counted[at:], counted[at + 1 :], strict=False):
        if since >= past:
            break
        start, end = max(since, first), min(until, past)
        if start >= end:
            continue
        delta = _delta(before, after)
        if delta <= limit * (until - since) / HOUR + COARSE_WH:
            total += delta * (end - start) / (until - since)
        else:  # another meter, or a glitch
            total += integrated(watts, start, end) or 0.0
    return total


def _delta(before: float, after: float) -> float:
    """What was counted from one reading to the next; a counter that went back began anew at zero."""
    if after >= before:
        return after - before
    return 0.0 if after >= before * (1 - NOISE) else max(after, 0.0)


def _mean(before: float, after: float, since: int, until: int, middle: float) -> float:
    """Watts between two readings, on the average of a part of that time around its `middle`."""
    if until - since > SLOPED:
        return max(before, 0.0)
    low, high = max(before, 0.0), max(after, 0.0)
    return low + (high - low) * (middle - since) / (until - since)


def _moment(point: Point) -> int:
    return point[0]
