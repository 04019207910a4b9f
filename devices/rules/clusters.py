"""Crowds of watts on a logarithmic scale: where power is often, and where hardly ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

LEAST_W = 0.5  # less is nothing
STEPS = 20  # bins a decade
LEAST_MINUTES, LEAST_SHARE = 20, 0.003
VALLEY = 0.25  # of the lower peak; what is fuller divides nothing
NEAR = 3  # bins; nearer peaks are one


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie in `[low, high)` watts."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Values that lie together: nearly all of them from `low` to `high`."""

    low: float
    high: float
    count: int


def bins(watts: Iterable[float], *, steps: int = STEPS) -> list[Bin]:
    """All bins from the least to the greatest value."""
    counts: dict[int, int] = {}
    for value in watts:
        number = place(value, steps=steps)
        counts[number] = counts.get(number, 0) + 1
    if not counts:
        return []
    span = range(min(counts), max(counts) + 1)
    return [Bin(edge(number, steps), edge(number + 1, steps), counts.get(number, 0)) for number in span]


def crowds(watts: Sequence[float]) -> list[Crowd]:
    """One or more, in order of power."""
    return [_crowd(part) for part in _parted(sorted(watts))]


def widest_gap(found: Sequence[Crowd]) -> float:
    """The middle, in logarithms, of the widest gap between two crowds that follow each other."""
    pairs = pairwise(found)
    lower, upper = max(pairs, key=lambda pair: max(pair[1].low, LEAST_W) / max(pair[0].high, LEAST_W))
    return float((max(lower.high, LEAST_W) * max(upper.low, LEAST_W)) ** 0.5)


def place(watts: float, *, steps: int = STEPS) -> int:
    return floor(log10(max(watts, LEAST_W) / LEAST_W) * steps + 1e-9)


def edge(number: int, steps: int = STEPS) -> float:
    return float(LEAST_W * 10 ** (number / steps))


def _parted(ordered: list[float]) -> list[list[float]]:
    """The values, cut in two wherever there is a valley between two peaks, and so on."""
    cut = _valley(bins(ordered), len(ordered))
    if cut is None:
        return [ordered]
    lower = [value for value in ordered if place(value) < place(cut * 1.0001)]
    upper = ordered[len(lower) :]
    return [*_parted(lower), *_parted(upper)]


def _valley(found: list[Bin], total: int) -> float | None:
    """The middle of the emptiest place that has a peak on either side; None where there is none."""
    smooth = _smooth([each.count for each in found])
    least = max(LEAST_MINUTES, LEAST_SHARE * total)
    best: tuple[float, float] | None = None
    for number in range(1, len(found) - 1):
        left, right = max(smooth[:number]), max(smooth[number + 1 :])
        apart = len(found) - 1 - smooth[::-1].index(right) - smooth.index(left)
        enough = min(sum(each.count for each in found[:number]), sum(each.count for each in found[number:]))
        depth = smooth[number] / min(left, right) if min(left, right) else 1.0
        if depth <= VALLEY and enough >= least and apart > NEAR and (best is None or depth < best[0]):
            best = depth, _middle(smooth, found, number)
    return best[1] if best else None


def _middle(smooth: list[float], found: list[Bin], number: int) -> float:
    """Of a run of equally empty bins, its middle."""
    end = number
    while end + 1 < len(found) - 1 and smooth[end + 1] == smooth[number]:
        end += 1
    return found[(number + end + 1) // 2].low


def _smooth(counts: list[int]) -> list[float]:
    padded = [0, *counts, 0]
    return [(padded[at - 1] + 2 * padded[at] + padded[at + 1]) / 4 for at in range(1, len(counts) + 1)]


def _crowd(ordered: list[float]) -> Crowd:
    last = len(ordered) - 1
    return Crowd(ordered[round(0.02 * last)], ordered[round(0.98 * last)], len(ordered))
