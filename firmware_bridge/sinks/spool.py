"""What a server of time series is still to get: the store holds the readings, this says which of them.

A trigger notes every new reading while there is such a server; the cursor stands behind the last one that the
server has acknowledged, and moves in the transaction that forgets those notes. What was taken back here is
`recalled` there: deleted, and whatever stands close by is noted again. `born` is when the store
began: what was before, only the server can know.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from firmware_bridge.sinks import unsent
from firmware_bridge.sinks.letterbox import DeadLetter, Letterbox
from firmware_bridge.wire.influx import NEAR, Names, Row, series

TABLES = """
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS drain (
    one INTEGER PRIMARY KEY CHECK (one = 1), cursor INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0, trouble TEXT NOT NULL DEFAULT '', trouble_since INTEGER,
    born INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS recalled (
    channel INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (channel, at)
) WITHOUT ROWID;
INSERT INTO drain (one, born) SELECT 1, coalesce((SELECT min(at) FROM reading), unixepoch() * 1000000000)
    WHERE NOT EXISTS (SELECT 1 FROM drain);
"""
ON = """CREATE TRIGGER IF NOT EXISTS reading_goes_out AFTER INSERT ON reading BEGIN
    INSERT INTO outgoing (channel, at) VALUES (new.channel, new.at);
END"""
OFF = """DROP TRIGGER IF EXISTS reading_goes_out; DELETE FROM outgoing; DELETE FROM recalled;
UPDATE drain SET trouble = '', trouble_since = NULL,
    cursor = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outgoing'), 0);"""
MOST_LOOKED_AT = 200_000  # when more wait than this, nobody asks which

_LAST = "SELECT max(id) FROM (SELECT id FROM outgoing WHERE id > ? ORDER BY id LIMIT ?)"
_ROWS = f"""SELECT DISTINCT reading.channel, reading.at, value, n
    FROM (SELECT channel, at FROM outgoing WHERE id > ? AND id <= ?) AS note
    CROSS JOIN reading ON reading.channel = note.channel
    AND reading.at BETWEEN note.at - {NEAR} AND note.at + {NEAR}
    ORDER BY reading.channel, reading.at, value, n"""  # noqa: S608
_RECALL = """INSERT OR IGNORE INTO recalled (channel, at) SELECT ?, ?
    WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'reading_goes_out')"""
_RECALLED = """SELECT channel, at, device, key FROM recalled JOIN channel ON channel.id = channel
    ORDER BY channel, at LIMIT ?"""
_AGAIN = f"""INSERT INTO outgoing (channel, at) SELECT channel, at FROM reading
    WHERE channel = ?1 AND at BETWEEN ?2 - {NEAR} AND ?2 + {NEAR}"""  # noqa: S608
_WAITING = """SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outgoing'), 0) - cursor
    FROM drain"""
_ACKNOWLEDGED = "UPDATE drain SET cursor = ?, refused = refused + ?, trouble = '', trouble_since = NULL"
_TROUBLE = """UPDATE drain SET trouble = ?2,
    trouble_since = CASE trouble WHEN '' THEN ?1 ELSE trouble_since END WHERE trouble != ?2"""


class Load(NamedTuple):
    """Readings to be sent together; `upto` is where the cursor stands once they have arrived."""

    upto: int
    rows: list[Row]


class Recall(NamedTuple):
    """An instant of a channel that the server is to tell anew."""

    channel: int
    at: int
    device: str
    key: str


class Spool:
    """Works on a connection of its own, never in the ingest's way for longer than a small transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        db.execute("PRAGMA synchronous=NORMAL")  # a power cut throws the cursor back: some are sent again
        self._db = db
        self._names: Names = {}
        self._letters = Letterbox(db)

    def take(self, most: int) -> Load | None:
        """The oldest readings that are still to go, about `most` of them; None when there are none.

        Whatever lies within a microsecond of them comes too: each gets its nanosecond among its neighbours.
        """
        cursor = self._db.execute("SELECT cursor FROM drain").fetchone()[0]
        upto = self._db.execute(_LAST, (cursor, most)).fetchone()[0]
        if upto is None:
            return None
        found = self._db.execute(_ROWS, (cursor, upto))
        return Load(upto, [(channel, at, value) for channel, at, value, _ in found])

    def names(self) -> Names:
        """What the lines of each channel begin with."""
        rows = self._db.execute(
            "SELECT id, device, key FROM channel WHERE id > ?", (max(self._names, default=0),)
        )
        self._names.update((number, series(device, key)) for number, device, key in rows)
        return self._names

    def left_behind(self, upto: int, refused: Iterable[DeadLetter]) -> None:
        """All up to here has arrived, or will never be taken."""
        letters = list(refused)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.execute("DELETE FROM outgoing WHERE id <= ?", (upto,))
            self._db.execute(_ACKNOWLEDGED, (upto, len(letters)))
            if letters:
                self._letters.write(letters, {})
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def recalls(self, most: int) -> list[Recall]:
        """Instants of which the server may hold what was taken back here."""
        return [Recall(*row) for row in self._db.execute(_RECALLED, (most,))]

    def recalled(self, recalls: Iterable[Recall], refused: Iterable[DeadLetter]) -> None:
        """The server has forgotten these instants, or never will: what is left of them goes out again."""
        pairs, letters = [(each.channel, each.at) for each in recalls], list(refused)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(_AGAIN, pairs)
            self._db.executemany("DELETE FROM recalled WHERE channel = ? AND at = ?", pairs)
            if letters:
                self._letters.write(letters, {})
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def tell(self, trouble: str, now: int) -> None:
        """Why nothing goes out just now."""
        self._db.execute(_TROUBLE, (now, trouble))


def turn(db: sqlite3.Connection, *, server: str, now: int) -> None:
    """From now on new readings are noted for this server, or no more (""); then none waits either."""
    unsent.turn(db, server, now)
    db.executescript(f"BEGIN IMMEDIATE; {ON if server else OFF}; COMMIT;")


def recall(db: sqlite3.Connection, instants: Iterable[tuple[int, int]]) -> None:
    """Note in the running transaction that readings of these (channel, time) were a mistake."""
    db.executemany(_RECALL, instants)


def waiting(db: sqlite3.Connection) -> int:
    """How many readings are still to go out."""
    return int(db.execute(_WAITING).fetchone()[0])


def holds(db: sqlite3.Connection, channel: int, start: int, end: int) -> bool:
    """Is a reading of `[start, end)` still to go out, as far as can be told quickly?"""
    count = waiting(db)
    if count <= 0 or count > MOST_LOOKED_AT:
        return count > 0
    sql = "SELECT 1 FROM outgoing WHERE channel = ? AND at >= ? AND at < ? LIMIT 1"
    return db.execute(sql, (channel, start, end)).fetchone() is not None
