"""Dead letters in the telemetry store: so many and so large at most, and a count of all that ever came."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

MOST_LETTERS = 10_000
MOST_LETTER_BYTES = 64 * 1024 * 1024
BETWEEN_SWEEPS = 200

# `letter_count` has a row for each code: kept once, counted in a flood only, and pushed out by newer ones.
TABLES = """
CREATE TABLE IF NOT EXISTS dead_letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL,
    reason TEXT NOT NULL, decoder TEXT NOT NULL, code TEXT NOT NULL DEFAULT 'value',
    device TEXT NOT NULL DEFAULT '', version TEXT NOT NULL DEFAULT '', size INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS letter_count (
    code TEXT PRIMARY KEY, kept INTEGER NOT NULL DEFAULT 0, suppressed INTEGER NOT NULL DEFAULT 0,
    pushed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""
# Columns that old stores don't have yet.
_LATER = {
    "code": "TEXT NOT NULL DEFAULT 'value'",
    "device": "TEXT NOT NULL DEFAULT ''",
    "version": "TEXT NOT NULL DEFAULT ''",
    "size": "INTEGER NOT NULL DEFAULT 0",
}
_BY_CODE = "CREATE INDEX IF NOT EXISTS letter_by_code ON dead_letter (code)"

_KEEP = """INSERT INTO dead_letter (at, topic, payload, reason, decoder, code, device, version, size)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_JUDGE = "UPDATE dead_letter SET reason = ?, decoder = ?, code = ?, device = ?, version = ? WHERE id = ?"
_COUNT = """INSERT INTO letter_count (code, kept, suppressed, pushed) VALUES (?, ?, ?, ?)
    ON CONFLICT (code) DO UPDATE SET kept = kept + excluded.kept,
    suppressed = suppressed + excluded.suppressed, pushed = pushed + excluded.pushed"""
# The oldest of the most frequent code go first, or of the one that holds most bytes: a flood of one leaves
# the letters of the others.
_TOO_MANY = """DELETE FROM dead_letter WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY code ORDER BY id DESC) AS rank FROM dead_letter)
    ORDER BY rank DESC, id LIMIT max(0, (SELECT count(*) FROM dead_letter) - ?)) RETURNING code"""
_TOO_LARGE = """DELETE FROM dead_letter WHERE id IN (
    SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY share, id DESC) AS held FROM (
        SELECT id, length(payload) AS size,
            sum(length(payload)) OVER (PARTITION BY code ORDER BY id DESC) AS share FROM dead_letter))
    WHERE held > ?) RETURNING code"""


class DeadLetter(NamedTuple):
    """A message that could not be decoded, as it came; `at` is its arrival in Unix nanoseconds.

    `code` is the reason's kind, `device` whose it was if one can tell, `version` that of the decoders, `size`
    how many bytes there were if `payload` is only their beginning, else 0.
    """

    at: int
    topic: str
    payload: bytes
    reason: str
    decoder: str
    code: str = "value"
    device: str = ""
    version: str = ""
    size: int = 0


def prepare(db: sqlite3.Connection) -> None:
    """Bring the table of an older store up to date, within the running transaction."""
    known = {row[1] for row in db.execute("PRAGMA table_info(dead_letter)")}
    for column, kind in _LATER.items():
        if column not in known:
            db.execute(f"ALTER TABLE dead_letter ADD COLUMN {column} {kind}")
    db.execute(_BY_CODE)


def newest(db: sqlite3.Connection) -> Iterator[tuple[int, str, bytes]]:
    """(arrival, topic, payload), the newest first."""
    yield from db.execute("SELECT at, topic, payload FROM dead_letter ORDER BY id DESC")


class Letterbox:
    """Writes within the transaction that its store runs."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._since_sweep = BETWEEN_SWEEPS

    def write(self, letters: list[DeadLetter], suppressed: Mapping[str, int]) -> None:
        self._db.executemany(_KEEP, letters)
        kept, pushed = Counter(letter.code for letter in letters), self._sweep(len(letters))
        codes = kept.keys() | suppressed.keys() | pushed.keys()
        rows = [(code, kept[code], suppressed.get(code, 0), pushed[code]) for code in codes]
        self._db.executemany(_COUNT, rows)

    def read(self, *, after: int, limit: int) -> list[tuple[int, DeadLetter]]:
        """Letters with their numbers, oldest first."""
        found = self._db.execute(
            """SELECT id, at, topic, payload, reason, decoder, code, device, version, size
            FROM dead_letter WHERE id > ? ORDER BY id LIMIT ?""",
            (after, limit),
        )
        return [(row[0], DeadLetter(*row[1:])) for row in found]

    def judge(self, number: int, letter: DeadLetter) -> None:
        """Note why a letter can't be read now."""
        self._db.execute(
            _JUDGE, (letter.reason, letter.decoder, letter.code, letter.device, letter.version, number)
        )

    def forget(self, numbers: Iterable[int]) -> None:
        self._db.executemany("DELETE FROM dead_letter WHERE id = ?", [(number,) for number in numbers])

    def _sweep(self, added: int) -> Counter[str]:
        self._since_sweep += added
        if self._since_sweep < BETWEEN_SWEEPS:
            return Counter()
        self._since_sweep = 0
        pushed = self._db.execute(_TOO_MANY, (MOST_LETTERS,)).fetchall()
        pushed += self._db.execute(_TOO_LARGE, (MOST_LETTER_BYTES,)).fetchall()
        return Counter(code for (code,) in pushed)
