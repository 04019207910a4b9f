"""What a file is made of: readings of a channel after another, a few thousand at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from devices import history
from devices.beyond import Beyond, cut
from lab.telemetry import Influx

MOST = 10_000  # readings at once; the store is let go in between
SECOND = 1_000_000_000

_CHANNEL = "SELECT id, unit FROM channel WHERE device = ? AND key = ?"
_FIRST = """SELECT at, value, n FROM reading WHERE channel = ? AND at >= ? AND at < ?
    ORDER BY at, value, n LIMIT ?"""
_NEXT = """SELECT at, value, n FROM reading WHERE channel = ? AND (at, value, n) > (?, ?, ?) AND at < ?
    ORDER BY at, value, n LIMIT ?"""

Value = float | str
Row = tuple[int, Value]  # Unix nanoseconds


class Part(NamedTuple):
    """Readings of one channel in the order of their times."""

    device: str
    channel: str
    unit: str
    rows: list[Row]


class Away(Exception):
    """The server that knows this past does not answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Channels of a device in `[start, end)`; `step` in seconds, 0 for every reading."""

    path: Path
    device: str
    channels: tuple[str, ...]
    start: datetime
    end: datetime
    step: float = 0
    beyond: Influx | None = None


def parts(asked: Asked) -> Iterator[Part]:
    """A bucket without a reading has no row.

    Raises:
        Away: in the middle too: half a file must not look like a whole one.
    """
    for channel in asked.channels:
        yield from _means(asked, channel) if asked.step else _raw(asked, channel)


def _means(asked: Asked, channel: str) -> Iterator[Part]:
    after, more = None, True
    while more:
        page = history.readings(
            asked.path,
            device=asked.device,
            channel=channel,
            start=asked.start,
            end=asked.end,
            step=asked.step,
            after=after,
            limit=MOST,
            beyond=asked.beyond,
        )
        rows = [(round(at * SECOND), value) for at, value in page.points if value is not None]
        if rows:
            yield Part(asked.device, channel, page.unit, rows)
        after, more = page.next, page.next is not None


def _raw(asked: Asked, channel: str) -> Iterator[Part]:
    first, past = _ns(asked.start), _ns(asked.end)
    with history.opened(asked.path) as store:
        number, unit = store.execute(_CHANNEL, (asked.device, channel)).fetchone() or (None, "")
        if asked.beyond is not None:
            until = past if number is None else min(past, max(first, cut(store, number, 0)))
            for rows in _beyond(Beyond(asked.beyond, asked.device, channel), first, until):
                yield Part(asked.device, channel, unit, rows)
            first = max(first, until)
        if number is not None:
            for rows in _kept(store, number, first, past):
                yield Part(asked.device, channel, unit, rows)


def _kept(store: sqlite3.Connection, channel: int, first: int, past: int) -> Iterator[list[Row]]:
    found = store.execute(_FIRST, (channel, first, past, MOST)).fetchall()
    while found:
        yield [(at, value) for at, value, _n in found]
        if len(found) < MOST:
            return
        found = store.execute(_NEXT, (channel, *found[-1], past, MOST)).fetchall()


def _beyond(server: Beyond, first: int, until: int) -> Iterator[list[Row]]:
    """An instant's readings are never parted, or the second half would be asked for as what follows it."""
    while first < until:
        told = server.raw(first, until, MOST)
        if told is None:
            raise Away
        if len(told) < MOST:
            if told:
                yield told
            return
        last = told[-1][0]
        whole = [row for row in told if row[0] < last]
        yield whole or told
        first = last if whole else last + 1


def _ns(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
