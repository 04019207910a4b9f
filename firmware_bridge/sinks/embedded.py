"""The embedded telemetry store: one transaction a batch, and what is committed survives a power cut."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from firmware_bridge.profiles.base import Read, Reading
from firmware_bridge.sinks import learnt, spool, unsent
from firmware_bridge.sinks import parts as parted
from firmware_bridge.sinks.dwells import Dwells
from firmware_bridge.sinks.keeping import Terms
from firmware_bridge.sinks.letterbox import DeadLetter as DeadLetter
from firmware_bridge.sinks.letterbox import Letterbox
from firmware_bridge.sinks.receipts import Receipts
from firmware_bridge.sinks.rolling import Roller
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.undoing import take_back
from firmware_bridge.wire.payload import Value

PATIENCE = 1.0  # a batch waits unacknowledged, it need not wait inside SQLite

Row = tuple[int, int, Value, int, bool]

_READING = "INSERT OR IGNORE INTO reading (channel, at, value, n, by_device) VALUES (?, ?, ?, ?, ?)"
_LAST = """INSERT INTO last (channel, at, value, arrived) VALUES (?, ?, ?, ?)
    ON CONFLICT (channel) DO UPDATE SET at = excluded.at, value = excluded.value, arrived = excluded.arrived
    WHERE excluded.at >= last.at"""
_RECENT = """SELECT at, value FROM reading JOIN channel ON channel.id = reading.channel
    WHERE device = ? AND key = ? AND at >= ? AND at < ? AND value < '' ORDER BY at, value"""
_CHANNEL = """INSERT INTO channel (device, key, unit) VALUES (?, ?, ?)
    ON CONFLICT (device, key) DO UPDATE SET unit = CASE excluded.unit WHEN '' THEN unit ELSE excluded.unit END
    RETURNING id, unit"""


@dataclass(slots=True)
class Batch:
    """What belongs into one transaction.

    `readings` are those of each message, `declared` is (device, key, unit), `receipts` (message id, digest),
    `names` (address, device), `lessons` (topic, payload that explains others, or None to forget it);
    `suppressed` counts, by code, what would be a letter if there were not too many of them; `undone` are
    earlier readings that were a mistake.
    """

    arrived: int = 0
    readings: list[list[Reading]] = field(default_factory=list)
    declared: list[tuple[str, str, str]] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    receipts: list[tuple[int, bytes]] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    lessons: list[learnt.Lesson] = field(default_factory=list)
    suppressed: dict[str, int] = field(default_factory=dict)
    undone: list[Reading] = field(default_factory=list)


class Store:
    """Not for several threads at once; another process may write too."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self._db = connect(path, patience=patience)
        self._channels: dict[tuple[str, str], tuple[int, str]] = {}
        self._letters = Letterbox(self._db)
        self.receipts = Receipts(self._db)
        self._dwells = Dwells(self._db)
        self._roller = Roller(self._db)
        self._spools = False

    def write(self, batch: Batch) -> None:
        """Keep a batch, all or nothing.

        Raises:
            sqlite3.Error: nothing was kept; try again.
        """
        with self._transaction():
            if batch.undone:
                take_back(self._db, batch.undone)
            for declared in batch.declared:
                self._channel(*declared)
            rows = list(self._rows(batch.readings))
            if rows:
                self._db.executemany(_READING, rows)
                self._db.executemany(_LAST, _newest(rows, batch.arrived))
            if batch.reads:
                self._dwells.write(batch.reads)
            if batch.names or batch.lessons:
                learnt.write(self._db, batch.names, batch.lessons, batch.arrived)
            if batch.letters or batch.suppressed:
                self._letters.write(batch.letters, batch.suppressed)
            if batch.receipts:
                self.receipts.write(batch.receipts)
        self.receipts.committed(batch.receipts)

    def tidy(self, now: int, *, terms: Terms, budget: float) -> bool:
        """Roll up and let go for `budget` seconds; whether there is more to do.

        Raises:
            sqlite3.Error: nothing was done; try again.
        """
        self._roller.terms = terms
        with self._transaction():
            return self._roller.work(now, budget=budget)

    def spool(self, server: str) -> None:
        """Note what this server of time series is to get; without a name, no more."""
        spool.turn(self._db, server=server, now=time.time_ns())
        self._spools = bool(server)

    def unsent(self) -> list[tuple[int, int]]:
        """The times of which the server was told nothing."""
        return unsent.ranges(self._db, time.time_ns())

    @property
    def outgoing(self) -> int | None:
        """How many readings such a server is still to get; None without one."""
        return spool.waiting(self._db) if self._spools else None

    def last(self) -> list[tuple[str, str, str, Value, int]]:
        """The newest values as (device, key, unit, value, at)."""
        return self._db.execute(
            "SELECT device, key, unit, value, at FROM last JOIN channel ON channel.id = last.channel"
        ).fetchall()

    def recent(self, device: str, channel: str, first: int, past: int) -> list[tuple[int, float]]:
        """Stored numbers of `[first, past)` in order."""
        return self._db.execute(_RECENT, (device, channel, first, past)).fetchall()

    def names(self) -> list[tuple[str, str]]:
        return learnt.names(self._db)

    def parts(self) -> list[parted.Row]:
        """Which channels of a device are said by another one."""
        return parted.read(self._db)

    def keep_parts(self, rows: Iterable[parted.Row]) -> None:
        with self._transaction():
            parted.write(self._db, rows)

    def lessons(self) -> list[tuple[int, str, bytes]]:
        return learnt.lessons(self._db)

    def letters(self, *, after: int = 0, limit: int = 500) -> list[tuple[int, DeadLetter]]:
        """Dead letters with their numbers, oldest first."""
        return self._letters.read(after=after, limit=limit)

    def judge_letter(self, number: int, letter: DeadLetter) -> None:
        """Note why a letter can't be read now."""
        with self._transaction():
            self._letters.judge(number, letter)

    def forget_letters(self, numbers: Iterable[int]) -> None:
        with self._transaction():
            self._letters.forget(numbers)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._channels.clear()  # a channel made in here never was
            self._dwells.forget()
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _rows(self, messages: Iterable[list[Reading]]) -> Iterator[Row]:
        known = self._channels
        for readings in messages:
            rows: list[Row] = []
            for each in readings:
                channel = known.get((each.device, each.channel))
                if channel is None or (each.unit and each.unit != channel[1]):
                    channel = self._channel(each.device, each.channel, each.unit)
                rows.append((channel[0], each.at, each.value, 0, each.by_device))
            yield from rows if len(rows) == len(set(rows)) else _counted(rows)

    def _channel(self, device: str, key: str, unit: str) -> tuple[int, str]:
        found: tuple[int, str] = self._db.execute(_CHANNEL, (device, key, unit)).fetchone()
        self._channels[device, key] = found
        return found


def _counted(rows: list[Row]) -> Iterator[Row]:
    """Equal readings of one message, told apart by a number."""
    seen: Counter[Row] = Counter()
    for row in rows:
        channel, at, value, _, by_device = row
        yield channel, at, value, seen[row], by_device
        seen[row] += 1


def _newest(rows: list[Row], arrived: int) -> Iterator[tuple[int, int, Value, int]]:
    newest: dict[int, Row] = {}
    for row in rows:
        held = newest.get(row[0])
        if held is None or row[1] >= held[1]:
            newest[row[0]] = row
    for channel, at, value, _, _ in newest.values():
        yield channel, at, value, arrived
