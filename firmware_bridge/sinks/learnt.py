"""What the decoder must know again after a restart: names that it gave, messages that explain others."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

MOST_LESSONS = 20_000
MOST_LESSON_BYTES = 64 * 1024 * 1024

_NAME = "INSERT OR IGNORE INTO name (address, device) VALUES (?, ?)"
_LESSON = """INSERT INTO lesson (topic, payload, at) VALUES (?, ?, ?)
    ON CONFLICT (topic) DO UPDATE SET payload = excluded.payload, at = excluded.at
    WHERE payload != excluded.payload"""
_SWEEP = """DELETE FROM lesson WHERE topic IN (
    SELECT topic FROM (
        SELECT topic, sum(length(payload)) OVER newest AS held, row_number() OVER newest AS number
        FROM lesson WINDOW newest AS (ORDER BY at DESC, topic)
    ) WHERE held > ? OR number > ?)"""

Lesson = tuple[str, bytes | None]  # topic, payload; None to forget it


def names(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """(address, device) of every foreign device that was ever admitted."""
    return db.execute("SELECT address, device FROM name").fetchall()


def lessons(db: sqlite3.Connection) -> list[tuple[int, str, bytes]]:
    """(arrival, topic, payload), oldest first."""
    return db.execute("SELECT at, topic, payload FROM lesson ORDER BY at, topic").fetchall()


def write(
    db: sqlite3.Connection, given: Iterable[tuple[str, str]], taught: Iterable[Lesson], arrived: int
) -> None:
    """Keep names and lessons in the running transaction."""
    db.executemany(_NAME, given)
    last = dict(taught)
    db.executemany(
        "DELETE FROM lesson WHERE topic = ?", [(topic,) for topic, told in last.items() if not told]
    )
    rows = [(topic, told, arrived) for topic, told in last.items() if told]
    if rows:
        db.executemany(_LESSON, rows)
        db.execute(_SWEEP, (MOST_LESSON_BYTES, MOST_LESSONS))
