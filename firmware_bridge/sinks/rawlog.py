"""The raw log: the last messages as they came, and which readings each of them made, in a file of its own.

A ring, bounded in bytes and days. It is there to undo a decoder's mistake, not to keep readings: messages
wait up to two seconds in memory and are packed together, so that it costs little; a sudden death loses those
two seconds of it, and never a reading. Nothing waits for it: what can't be written is counted and left out.
"""

from __future__ import annotations

import logging
import sqlite3
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from firmware_bridge.profiles.base import Reading
from firmware_bridge.wire.clock import DAY
from firmware_bridge.wire.payload import LARGEST_FOREIGN

log = logging.getLogger("etabli.telemetry")

BETWEEN_WRITES = 2.0  # seconds
LARGEST_PACK = 256 * 1024
MOST_WAITING = 16 * 1024 * 1024
LONGEST_TOPIC = 1024
PATIENCE = 0.2
_LEVEL = 1  # ten times smaller for a fiftieth of the time of a message
_WEIGHT = 64  # bytes that a message weighs beside its topic and payload

_TABLES = """CREATE TABLE IF NOT EXISTS pack (
    id INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, last INTEGER NOT NULL,
    size INTEGER NOT NULL, packed BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS pack_in_time ON pack (last);"""


class Entry(msgspec.Struct, gc=False, array_like=True):
    """A message and the readings that it made; `at` is its arrival in Unix nanoseconds."""

    at: int
    topic: str
    payload: bytes
    retained: bool
    readings: list[Reading]


@dataclass(slots=True)
class Pack:
    """Messages that were written together, in the order of their arrival."""

    id: int
    entries: list[Entry] = field(default_factory=list)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Entry]).decode


class RawLog:
    """`note` remembers, `tick` writes when it is time; neither raises."""

    def __init__(self, path: Path, *, most_bytes: int, days: float) -> None:
        self.left_out = 0
        self._path, self._most, self._days = path, most_bytes, days
        self._waiting: list[Entry] = []
        self._weight = 0
        self._next = 0.0
        self._db: sqlite3.Connection | None = None
        self._held = 0
        self._well = True

    def note(self, at: int, topic: str, payload: bytes, retained: bool, readings: list[Reading]) -> None:
        if len(topic) > LONGEST_TOPIC or self._weight > MOST_WAITING:
            self.left_out += 1
            return
        # what is too large stays so when it is read again
        kept = payload[: LARGEST_FOREIGN + 1]
        self._waiting.append(Entry(at, topic, kept, retained, readings))
        self._weight += _WEIGHT + len(topic) + len(kept)

    def tick(self, *, last: bool = False) -> None:
        """Write what waits, if there is enough of it, or time."""
        now = time.monotonic()
        if not self._waiting or (now < self._next and self._weight < LARGEST_PACK and not last):
            return
        self._next = now + BETWEEN_WRITES
        try:
            self._write(self._waiting)
        except (sqlite3.Error, OSError) as error:
            if self._well:
                log.error("the raw log can't be written (%s); readings are kept all the same", error)
            self._well = False
            return
        self._well = True
        self._waiting, self._weight = [], 0

    def close(self) -> None:
        self.tick(last=True)
        if self._db is not None:
            self._db.close()

    def _write(self, entries: list[Entry]) -> None:
        if self._db is None:
            self._db = connect(self._path)
            self._held = self._db.execute("SELECT coalesce(sum(size), 0) FROM pack").fetchone()[0]
        size = insert(self._db, entries)
        self._held += size
        self._let_go(self._db, entries[-1].at)

    def _let_go(self, db: sqlite3.Connection, now: int) -> None:
        old = [now - round(self._days * DAY)]
        gone = db.execute("DELETE FROM pack WHERE last < ? RETURNING size", old).fetchall()
        while self._held - sum(size for (size,) in gone) > self._most:
            row = db.execute(
                "DELETE FROM pack WHERE id = (SELECT min(id) FROM pack) RETURNING size"
            ).fetchone()
            if row is None:
                break
            gone.append(row)
        self._held -= sum(size for (size,) in gone)


def connect(path: Path, *, patience: float = PATIENCE) -> sqlite3.Connection:
    """
    Raises:
        sqlite3.Error: when the file can't be opened or written.
    """
    db = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        path.chmod(0o600)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost its end
        db.executescript(_TABLES)
    except sqlite3.Error:
        db.close()
        raise
    return db


def insert(db: sqlite3.Connection, entries: list[Entry]) -> int:
    """Add a pack; its size in bytes."""
    packed = zlib.compress(_encode(entries), _LEVEL)
    first, last = min(entry.at for entry in entries), max(entry.at for entry in entries)
    db.execute(
        "INSERT INTO pack (first, last, size, packed) VALUES (?, ?, ?, ?)", (first, last, len(packed), packed)
    )
    return len(packed)


def packs(db: sqlite3.Connection, first: int, past: int) -> Iterator[Pack]:
    """Those that hold something of `[first, past)`, in order; read one at a time."""
    wanted = "SELECT id FROM pack WHERE last >= ? AND first < ? ORDER BY id"
    for (number,) in db.execute(wanted, (first, past)).fetchall():
        row = db.execute("SELECT packed FROM pack WHERE id = ?", (number,)).fetchone()
        if row is not None:
            yield Pack(number, _unpacked(row[0]))


def newest(db: sqlite3.Connection, *, most: int) -> Iterator[Entry]:
    """The newest messages first, out of at most so many packs."""
    for (packed,) in db.execute("SELECT packed FROM pack ORDER BY id DESC LIMIT ?", (most,)):
        yield from reversed(_unpacked(packed))


def rewrite(db: sqlite3.Connection, pack: Pack) -> None:
    """Note that messages of a pack made other readings since."""
    packed = zlib.compress(_encode(pack.entries), _LEVEL)
    db.execute("UPDATE pack SET packed = ?, size = ? WHERE id = ?", (packed, len(packed), pack.id))


def _unpacked(packed: bytes) -> list[Entry]:
    return _decode(zlib.decompress(packed))
