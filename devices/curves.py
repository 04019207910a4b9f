"""A channel's numbers over time, in the detail that is kept: for what has to know more than a mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from devices import history, tiers
from devices.rules.cover import HOUR, MINUTE, Range, cover
from devices.rules.levels import Minute

READINGS = 1  # nanosecond: every reading that is kept
STEP = 5 * MINUTE  # so near to each other are the points that tell an hour

Point = tuple[int, float]  # Unix nanoseconds, value
Name = tuple[str, str]  # device, channel

_RAW = "SELECT at, value FROM reading WHERE channel = ? AND at >= ? AND at < ? AND value < ''"
_CELLS = """SELECT at, sum / count, low, high FROM rolled
    WHERE channel = ? AND at >= ? AND at < ? AND span = ? AND count > 0"""


def curve(path: Path, name: Name, first: int, past: int, *, detail: int, counts: bool = False) -> list[Point]:
    """The numbers of `[first, past)` as points: readings, and two or more for each minute or hour where only
    that is kept or `detail` (in nanoseconds) asks for no more; of what `counts`, its least and greatest.
    """
    with history.opened(path) as store:
        channel = _channel(store, name)
        if channel is None or past <= first:
            return []
        store.execute("BEGIN")  # tiers and marks as they are at one moment
        parts = cover(first, past, detail, tiers.tiers_of(store, channel, first, past))
        points = [point for part in parts.raw for point in store.execute(_RAW, (channel, *part))]
        for ranges, cell in ((parts.minutes, MINUTE), (parts.hours, HOUR)):
            for minute in _cells(store, channel, ranges, cell):
                points += _told(minute, cell, counts=counts)
        return sorted(points)


def minutes(path: Path, name: Name, first: int, past: int) -> list[Minute]:
    """The minutes of `[first, past)` that are rolled up, in order."""
    with history.opened(path) as store:
        channel = _channel(store, name)
        return [] if channel is None else [*_cells(store, channel, [(first, past)], MINUTE)]


def heard(path: Path, names: Iterable[Name], first: int, past: int) -> int:
    """How many readings of these channels are known of `[first, past)`: what comes late makes it another."""
    with history.opened(path) as store:
        channels = [channel for name in names if (channel := _channel(store, name)) is not None]
        found = [tiers.buckets(store, channel, first, past, 2**62) for channel in channels]
    return sum(bucket.count for buckets in found for bucket in buckets.values())


def _channel(store: sqlite3.Connection, name: Name) -> int | None:
    row = store.execute("SELECT id FROM channel WHERE device = ? AND key = ?", name).fetchone()
    return None if row is None else int(row[0])


def _cells(store: sqlite3.Connection, channel: int, ranges: Iterable[Range], cell: int) -> Iterator[Minute]:
    for part in ranges:
        for row in store.execute(f"{_CELLS} ORDER BY at", (channel, *part, cell)):
            yield Minute(*row)


def _told(minute: Minute, cell: int, *, counts: bool) -> Iterator[Point]:
    end = minute.at + cell - 1
    if counts:
        yield from ((minute.at, minute.low), (end, minute.high))
    else:
        yield from ((at, minute.mean) for at in (*range(minute.at, end, min(STEP, cell)), end))
