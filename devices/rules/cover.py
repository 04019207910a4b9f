"""Which tier of the roll-ups answers which part of a span exactly. Times are Unix nanoseconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MINUTE = 60 * 1_000_000_000
HOUR = 60 * MINUTE

Range = tuple[int, int]  # half-open


@dataclass(frozen=True, slots=True)
class Tiers:
    """What is kept of a channel, and what of it waits to be rolled up (beginnings, in order).

    Single readings stand from `raw_since` on, minutes from `minutes_since` on, which is never later.
    """

    raw_since: int = 0
    minutes_since: int = 0
    stale_minutes: Sequence[int] = ()
    stale_hours: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """Ranges that are read from each tier; a tier's cell belongs to the range in which it begins."""

    hours: list[Range]
    minutes: list[Range]
    raw: list[Range]


def cover(first: int, past: int, step: int, tiers: Tiers) -> Cover:
    """`[first, past)` in buckets of `step`: the coarsest tier wherever whole cells lie in one bucket.

    What is no longer kept in detail is told by its cells at their beginning; late readings of such a time
    stand beside their cell until they are added to it.
    """
    unsure = sorted({*tiers.stale_hours, *(at - at % HOUR for at in tiers.stale_minutes)})
    old = clip(first, past, tiers.minutes_since, tiers.raw_since)
    exact = clip(first, past, tiers.raw_since, past)
    old_hours, old_minutes = split(old, HOUR, step, unsure)
    hours, rest = split(exact, HOUR, step, unsure)
    minutes, raw = split(rest, MINUTE, step, tiers.stale_minutes)
    late = (clip(first, past, at, min(at + MINUTE, tiers.raw_since)) for at in tiers.stale_minutes)
    return Cover(
        hours=[*clip(first, past, 0, tiers.minutes_since), *old_hours, *hours],
        minutes=old_minutes + minutes,
        raw=[*raw, *(each for ranges in late for each in ranges)],
    )


def clip(first: int, past: int, start: int, end: int) -> list[Range]:
    start, end = max(first, start), min(past, end)
    return [(start, end)] if start < end else []


def split(
    ranges: Iterable[Range], cell: int, step: int, unsure: Sequence[int]
) -> tuple[list[Range], list[Range]]:
    """(runs of whole cells that no edge of a bucket cuts and that are sure, what is left)."""
    whole: list[Range] = []
    rest: list[Range] = []
    for start, end in ranges:
        low, high = -(-start // cell) * cell, end // cell * cell
        if step < cell or low >= high:
            rest.append((start, end))
            continue
        at, left = low, start
        for hole in [*_holes(low, high, cell, step, unsure), high]:
            if at < hole:
                if left < at:
                    rest.append((left, at))
                whole.append((at, hole))
                left = hole
            at = hole + cell
        if left < end:
            rest.append((left, end))
    return whole, rest


def _holes(low: int, high: int, cell: int, step: int, unsure: Sequence[int]) -> list[int]:
    found = {at for at in unsure if low <= at < high}
    if step % cell:
        found.update(edge - edge % cell for edge in range(-(-low // step) * step, high, step) if edge % cell)
    return sorted(found)


def by_bucket(ranges: Iterable[Range], step: int) -> Iterator[Range]:
    """The same ranges, cut at the edges of buckets."""
    for start, end in ranges:
        at = start
        while at < end:
            edge = min(end, (at // step + 1) * step)
            yield at, edge
            at = edge


def joined(ranges: Iterable[Range]) -> list[Range]:
    """The same ranges, in order, those that touch as one."""
    found: list[Range] = []
    for start, end in ranges:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
