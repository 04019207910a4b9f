"""A channel's numbers over time, in the detail that is kept: for what has to know more than a mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from devices import history, tiers
from devices.beyond import Beyond, cut, parts
from devices.rules.cover import HOUR, MINUTE, Range, cover
from devices.rules.levels import Minute
from lab.telemetry import Influx

READINGS = 1  # nanosecond: every reading that is kept
STEP = 5 * MINUTE  # so near to each other are the points that tell an hour

Point = tuple[int, float]  # Unix nanoseconds, value
Name = tuple[str, str]  # device, channel

_RAW = "SELECT at, value FROM reading WHERE channel = ? AND at >= ? AND at < ? AND value < ''"
_CELLS = """SELECT at, sum / count, low, high FROM rolled
    WHERE channel = ? AND at >= ? AND at < ? AND span = ? AND count > 0"""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points in order; `whole` unless some of the asked detail is no more, or can't be told now."""

    points: list[Point]
    whole: bool


def curve(
    path: Path,
    name: Name,
    first: int,
    past: int,
    *,
    detail: int,
    counts: bool = False,
    server: Influx | None = None,
) -> Curve:
    """The numbers of `[first, past)` as points: readings, and two or more for each minute or hour where only
    that is kept or `detail` (in nanoseconds) asks for no more; of what `counts`, its least and greatest.

    What the store has let go is asked of the server, if there is one.
    """
    with history.opened(path) as store:
        channel = _channel(store, name)
        if past <= first or (channel is None and server is None):
            return Curve([], whole=True)
        store.execute("BEGIN")  # tiers and marks as they are at one moment
        points: list[Point] = []
        whole = True
        for start, end, there in _parts(store, channel, first, past, detail, server):
            found = _beyond(Beyond(server, *name), start, end, detail, counts) if server and there else None
            if found is None:
                found = _kept(store, channel, start, end, detail, counts)
            points += found.points
            whole = whole and found.whole
        return Curve(sorted(points), whole)


def minutes(path: Path, name: Name, first: int, past: int, *, server: Influx | None = None) -> list[Minute]:
    """The minutes of `[first, past)` that are rolled up, in order."""
    found: list[Minute] = []
    with history.opened(path) as store:
        channel = _channel(store, name)
        for start, end, there in _parts(store, channel, first, past, MINUTE, server):
            cells = Beyond(server, *name).cells(start, end, MINUTE) if server and there else None
            if cells is not None:
                found += (Minute(*cell) for cell in sorted([*cells.exact, *cells.minutes]))
            elif channel is not None:
                found += _cells(store, channel, [(start, end)], MINUTE)
    return found


def _parts(
    store: sqlite3.Connection, channel: int | None, first: int, past: int, detail: int, server: Influx | None
) -> Iterator[tuple[int, int, bool]]:
    """`[first, past)` in order as (start, end, is the server to be asked?)."""
    until = first
    if server is not None:
        until = past if channel is None else cut(store, channel, detail if detail >= MINUTE else 0)
        until = max(first, min(until, past))
        yield from parts(store, first, until)
    if until < past:
        yield until, past, False


def _beyond(server: Beyond, first: int, past: int, detail: int, counts: bool) -> Curve | None:
    cells = server.cells(first, past, max(detail, MINUTE))
    exact = server.numbers(first, past) if detail < MINUTE else None
    if cells is None or (detail < MINUTE and exact is None):
        return None
    points = exact or []
    for found, cell in ((cells.hours, HOUR), (cells.minutes, MINUTE)):
        for minute in found:
            points += _told(Minute(*minute), cell, counts=counts)
    if detail >= MINUTE:
        for minute in cells.exact:
            points += _told(Minute(*minute), MINUTE, counts=counts)
    return Curve(points, whole=not (cells.hours or (cells.minutes and detail < MINUTE)))


def _kept(
    store: sqlite3.Connection, channel: int | None, first: int, past: int, detail: int, counts: bool
) -> Curve:
    if channel is None:
        return Curve([], whole=True)
    covered = cover(first, past, detail, tiers.tiers_of(store, channel, first, past))
    points = [point for part in covered.raw for point in store.execute(_RAW, (channel, *part))]
    for ranges, cell in ((covered.minutes, MINUTE), (covered.hours, HOUR)):
        for minute in _cells(store, channel, ranges, cell):
            points += _told(minute, cell, counts=counts)
    lost = tiers.since(store, MINUTE if detail >= MINUTE else 0, channel)
    return Curve(points, whole=lost <= first)


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
