"""Reads of tags become dwell windows at once: a row says from when to when an antenna saw a tag.

1,000 reads a second of the tags on a table are a few hundred updates a batch, not 86 million rows a day.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from firmware_bridge.profiles.base import Read
from firmware_bridge.wire.clock import DAY, SECOND

GAP = 5 * SECOND  # not seen for longer, a tag was away
MOST_OPEN = 20_000
KEPT = 90 * DAY
MOST_ROWS = 2_000_000
BETWEEN_SWEEPS = 2_000  # windows

_FIND = """SELECT id, first_seen, last_seen, count, rssi_min, rssi_mean, rssi_max, rssi_count FROM reads
    WHERE device = ? AND epc = ? AND antenna = ? AND last_seen >= ? AND first_seen <= ?
    ORDER BY last_seen DESC LIMIT 1"""
_OPEN = """INSERT INTO reads
    (device, epc, antenna, first_seen, last_seen, count, rssi_min, rssi_mean, rssi_max, rssi_count)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_EXTEND = """UPDATE reads SET first_seen = ?, last_seen = ?, count = ?, rssi_min = ?, rssi_mean = ?,
    rssi_max = ?, rssi_count = ? WHERE id = ?"""

Key = tuple[str, str, int]  # device, EPC, antenna


@dataclass(slots=True)
class Window:
    """One stay of a tag before an antenna; times in Unix nanoseconds, strengths in dBm."""

    id: int
    first: int
    last: int
    count: int
    low: float | None = None
    mean: float | None = None
    high: float | None = None
    heard: int = 0  # reads that told a strength

    def near(self, at: int) -> bool:
        return self.first - GAP <= at <= self.last + GAP

    def add(self, read: Read) -> None:
        self.first, self.last = min(self.first, read.at), max(self.last, read.at)
        self.count += read.count
        if read.rssi is None:
            return
        self.low = read.rssi if self.low is None else min(self.low, read.rssi)
        self.high = read.rssi if self.high is None else max(self.high, read.rssi)
        before, self.heard = self.heard, self.heard + read.count
        self.mean = ((self.mean or 0.0) * before + read.rssi * read.count) / self.heard

    def facts(self) -> tuple[int | float | None, ...]:
        return self.first, self.last, self.count, self.low, self.mean, self.high, self.heard


class Dwells:
    """Writes into a transaction of the store's; after one that failed, `forget` what never was."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._open: OrderedDict[Key, Window] = OrderedDict()
        self._changed: dict[int, Window] = {}
        self._since_sweep = BETWEEN_SWEEPS

    def write(self, reads: Iterable[Read]) -> None:
        for read in reads:
            window = self._window(read)
            window.add(read)
            self._changed[window.id] = window
        self._flush()
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)

    def forget(self) -> None:
        self._open.clear()
        self._changed.clear()

    def _flush(self) -> None:
        rows = [(*window.facts(), window.id) for window in self._changed.values()]
        self._db.executemany(_EXTEND, rows)
        self._changed.clear()

    def _window(self, read: Read) -> Window:
        """The stay that this read belongs to, from memory, from the store, or a new one."""
        key = (read.device, read.epc, read.antenna)
        held = self._open.get(key)
        if held is not None and held.near(read.at):
            self._open.move_to_end(key)
            return held
        if held is not None:
            self._flush()  # an earlier window of this tag may have grown in this very batch
        row = self._db.execute(_FIND, (*key, read.at - GAP, read.at + GAP)).fetchone()
        found = Window(*row) if row else self._opened(key, read.at)
        if held is None or found.last >= held.last:
            self._open[key] = found
            self._open.move_to_end(key)
        return found

    def _opened(self, key: Key, at: int) -> Window:
        window = Window(0, at, at, 0)
        window.id = self._db.execute(_OPEN, (*key, *window.facts())).lastrowid or 0
        self._since_sweep += 1
        if self._since_sweep >= BETWEEN_SWEEPS:
            self._since_sweep = 0
            self._db.execute("DELETE FROM reads WHERE last_seen < ?", (at - KEPT,))
            self._db.execute("DELETE FROM reads WHERE id <= (SELECT max(id) FROM reads) - ?", (MOST_ROWS,))
        return window
