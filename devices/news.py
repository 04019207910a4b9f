"""What a channel said since somebody looked last, out of the telemetry store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from devices.history import opened
from devices.points import Value

AT_ONCE = 2_000  # readings of a channel
GAPS = 120  # of a channel, to learn how often it speaks

_NUMBER = "SELECT id FROM channel WHERE device = ? AND key = ?"
_AFTER = """SELECT at, value FROM reading WHERE channel = ? AND at > ? AND at <= ?
    ORDER BY at, value, n LIMIT ?"""
_NEWEST = "SELECT at FROM reading WHERE channel = ? AND at <= ? ORDER BY at DESC LIMIT 1"
_TIMES = "SELECT DISTINCT at FROM reading WHERE channel = ? AND at <= ? ORDER BY at DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Heard:
    """Readings as (Unix nanoseconds, value), the oldest first; `whole` when there are no more."""

    readings: list[tuple[int, Value]]
    whole: bool


class News:
    """One look at the store; a channel that it doesn't know says nothing."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self._numbers: dict[tuple[str, str], int | None] = {}

    def after(self, device: str, key: str, at: int, *, until: int, most: int = AT_ONCE) -> Heard:
        """What was measured after `at` and until `until`; readings of one instant stay together."""
        channel = self._number(device, key)
        if channel is None:
            return Heard([], whole=True)
        rows = self._store.execute(_AFTER, (channel, at, until, most + 1)).fetchall()
        if len(rows) <= most:
            return Heard(rows, whole=True)
        past = rows[-1][0]  # whose instant may go on: it is left for the next page, unless it fills this one
        kept = [row for row in rows if row[0] < past]
        return Heard(kept or self._store.execute(_AFTER, (channel, at, past, -1)).fetchall(), whole=False)

    def newest(self, device: str, key: str, *, until: int) -> int | None:
        """When it was measured last."""
        channel = self._number(device, key)
        row = self._store.execute(_NEWEST, (channel, until)).fetchone() if channel is not None else None
        return int(row[0]) if row else None

    def gaps(self, device: str, key: str, *, until: int) -> list[int]:
        """The nanoseconds between its newest readings."""
        channel = self._number(device, key)
        if channel is None:
            return []
        times = [at for (at,) in self._store.execute(_TIMES, (channel, until, GAPS + 1))]
        return [later - earlier for later, earlier in pairwise(times)]

    def _number(self, device: str, key: str) -> int | None:
        if (device, key) not in self._numbers:
            row = self._store.execute(_NUMBER, (device, key)).fetchone()
            self._numbers[device, key] = row[0] if row else None
        return self._numbers[device, key]


@contextmanager
def news(path: Path) -> Iterator[News]:
    """The store as it is now."""
    with opened(path) as store:
        yield News(store)
