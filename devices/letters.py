"""Dead letters as managers see them: which wait, why, how many there ever were; and forgetting them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SECOND = 1_000_000_000
PATIENCE = 5.0
LAST = 2**62
_COLUMNS = "id, at, topic, payload, reason, decoder, code, device, version, size"
_EMPTY = f"CREATE TABLE dead_letter ({_COLUMNS}); CREATE TABLE letter_count (code, kept, suppressed, pushed);"
_WANTED = """(:code = '' OR code = :code) AND (:device = '' OR device = :device)
    AND (:topic = '' OR instr(topic, :topic)) AND at >= :first AND at < :past"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be decoded, with its raw bytes.

    `code` is the kind of its reason, `device` may be empty, `version` is the decoders' that failed on it.
    Of a message that was far too large `payload` is the beginning, and `size` what it had in all; else 0.
    """

    id: int
    at: datetime
    topic: str
    payload: bytes
    reason: str
    decoder: str
    code: str
    device: str
    version: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters: of a reason's code, of a device, with this in the topic, within `[start, end)`."""

    code: str = ""
    device: str = ""
    topic: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Letters of one code: that wait, that ever came, and that were counted without being kept till now."""

    code: str
    waiting: int
    ever: int
    dropped: int


def find(path: Path, wanted: Wanted = Wanted(), *, limit: int, before: int | None = None) -> list[DeadLetter]:
    """The newest first; `before` is the id after which the last page ended."""
    sql = f"SELECT {_COLUMNS} FROM dead_letter WHERE {_WANTED} AND id < :before ORDER BY id DESC LIMIT :limit"  # noqa: S608
    with _store(path) as store:
        return list(map(_letter, store.execute(sql, _facts(wanted, before=before, limit=limit))))


def one(path: Path, number: int) -> DeadLetter | None:
    with _store(path) as store:
        row = store.execute(f"SELECT {_COLUMNS} FROM dead_letter WHERE id = ?", (number,)).fetchone()  # noqa: S608
        return _letter(row) if row else None


def each(path: Path, wanted: Wanted) -> Iterator[DeadLetter]:
    """All of them, the oldest first, without holding them all at once."""
    sql = f"SELECT {_COLUMNS} FROM dead_letter WHERE {_WANTED} ORDER BY id"  # noqa: S608
    with _store(path) as store:
        yield from map(_letter, store.execute(sql, _facts(wanted)))


def numbers(path: Path, wanted: Wanted) -> list[int]:
    with _store(path) as store:
        rows = store.execute(f"SELECT id FROM dead_letter WHERE {_WANTED}", _facts(wanted))  # noqa: S608
        return [number for (number,) in rows]


def count(path: Path, wanted: Wanted = Wanted()) -> int:
    """How many messages wait for somebody to look at them."""
    with _store(path) as store:
        sql = f"SELECT count(*) FROM dead_letter WHERE {_WANTED}"  # noqa: S608
        return int(store.execute(sql, _facts(wanted)).fetchone()[0])


def counts(path: Path) -> list[Count]:
    """For each code that ever was, the most frequent of those that wait first."""
    with _store(path) as store:
        waiting = dict(store.execute("SELECT code, count(*) FROM dead_letter GROUP BY code"))
        ever = {row[0]: row[1:] for row in store.execute("SELECT * FROM letter_count")}
    found = []
    for code in waiting.keys() | ever.keys():
        kept, suppressed, pushed = ever.get(code, (waiting.get(code, 0), 0, 0))
        found.append(Count(code, waiting.get(code, 0), kept + suppressed, suppressed + pushed))
    return sorted(found, key=lambda one: (-one.waiting, -one.ever, one.code))


def forget(path: Path, numbers: Iterable[int]) -> int:
    """Take letters away for good; how many there were."""
    if not _is_made(path):
        return 0
    with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as store:
        sql = "DELETE FROM dead_letter WHERE id IN (SELECT value FROM json_each(?))"
        return store.execute(sql, (json.dumps(list(numbers)),)).rowcount


def _facts(wanted: Wanted, *, before: int | None = None, limit: int = -1) -> dict[str, str | int]:
    return {
        "code": wanted.code,
        "device": wanted.device,
        "topic": wanted.topic,
        "first": _ns(wanted.start) if wanted.start else 0,
        "past": _ns(wanted.end) if wanted.end else LAST,
        "before": LAST if before is None else before,
        "limit": limit,
    }


def _letter(row: tuple[int, int, str, bytes, str, str, str, str, str, int]) -> DeadLetter:
    return DeadLetter(row[0], datetime.fromtimestamp(row[1] / SECOND, UTC), *row[2:])


def _ns(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6) * 1000


def _is_made(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


@contextmanager
def _store(path: Path) -> Iterator[sqlite3.Connection]:
    """The store as it is; an empty one before the bridge has made it."""
    made = _is_made(path)
    address = f"{path.as_uri()}?mode=ro" if made else ":memory:"
    with closing(sqlite3.connect(address, uri=made, timeout=PATIENCE)) as store:
        if not made:
            store.executescript(_EMPTY)
        yield store
