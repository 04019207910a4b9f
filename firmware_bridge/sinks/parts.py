"""Which channels of a device are its part's: kept in the store too, as a database may be away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

TABLES = """CREATE TABLE IF NOT EXISTS part (
    device TEXT NOT NULL, key TEXT NOT NULL, part TEXT NOT NULL, part_key TEXT NOT NULL,
    since INTEGER NOT NULL, PRIMARY KEY (device, key)
) WITHOUT ROWID;
"""

Row = tuple[str, str, str, str, int]  # device, channel, part, its channel, since when in Unix nanoseconds


def read(db: sqlite3.Connection) -> list[Row]:
    return db.execute("SELECT device, key, part, part_key, since FROM part ORDER BY device, key").fetchall()


def write(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Replace them all in the running transaction."""
    db.execute("DELETE FROM part")
    db.executemany("INSERT INTO part (device, key, part, part_key, since) VALUES (?, ?, ?, ?, ?)", rows)
