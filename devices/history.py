"""Readings of the past, read from the telemetry store: last values, raw points, means, dead letters."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from devices import tiers

SECOND = 1_000_000_000
PATIENCE = 5.0
_CURSOR = re.compile(r"[0-9]{1,19}\.[0-9]{1,9}")

_EMPTY = """CREATE TABLE channel (id, device, key, unit); CREATE TABLE last (channel, at, value, arrived);
CREATE TABLE dead_letter (id, at, topic, payload, reason, decoder);
CREATE TABLE reads (id, device, epc, antenna, first_seen, last_seen, count, rssi_min, rssi_mean, rssi_max);"""

Value = float | str


@dataclass(frozen=True, slots=True)
class Last:
    """The newest value of a channel and when it was measured."""

    value: Value
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Points are (Unix seconds, value), None a gap; `next` continues the page and is None on the last."""

    unit: str
    step: float
    points: list[tuple[float, Value | None]]
    next: str | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be decoded, with its raw bytes."""

    id: int
    at: datetime
    topic: str
    payload: bytes
    reason: str
    decoder: str


@dataclass(frozen=True, slots=True)
class Dwell:
    """One stay of a tag before an antenna of a reader; strengths in dBm, `rssi` is their mean."""

    id: int
    epc: str
    antenna: int
    first_seen: datetime
    last_seen: datetime
    count: int
    rssi_min: float | None
    rssi: float | None
    rssi_max: float | None


class BadCursor(ValueError):
    """A page's continuation that no page gave."""


def last(path: Path, devices: Iterable[str] | None = None) -> dict[str, dict[str, Last]]:
    """The newest values of these devices (of all, when None) as device → channel → Last."""
    names = None if devices is None else list(devices)
    sql = "SELECT device, key, unit, at, value FROM last JOIN channel ON channel.id = last.channel"
    if names is not None:
        sql += " WHERE device IN (SELECT value FROM json_each(?))"
    found: dict[str, dict[str, Last]] = {}
    with _store(path) as store:
        for device, key, unit, at, value in store.execute(sql, () if names is None else (json.dumps(names),)):
            found.setdefault(device, {})[key] = Last(value, unit, _moment(at))
    return found


def readings(
    path: Path,
    *,
    device: str,
    channel: str,
    start: datetime,
    end: datetime,
    step: float = 0,
    after: str | None = None,
    limit: int = 10_000,
) -> Page:
    """Points from `start` up to, not including, `end`: raw with step 0, else the mean of each bucket.

    A bucket begins at a multiple of `step` seconds; without a number it gives its newest text, or None.

    Raises:
        BadCursor: when `after` is not the `next` of a page.
    """
    first, past = _ns(start), _ns(end)
    with _store(path) as store:
        row = store.execute(
            "SELECT id, unit FROM channel WHERE device = ? AND key = ?", (device, channel)
        ).fetchone()
        if row is None or past <= first:
            return Page(row[1] if row else "", step, [], None)
        cursor = _cursor(after)
        if step <= 0:
            points, following = _raw(store, row[0], first, past, cursor, limit)
        else:
            points, following = _means(
                store, row[0], first, past, max(round(step * SECOND), 1), cursor, limit
            )
        return Page(row[1], step, points, following)


def dead_letters(path: Path, *, limit: int, before: int | None = None) -> list[DeadLetter]:
    """The newest first; `before` is the id after which the last page ended."""
    sql = """SELECT id, at, topic, payload, reason, decoder FROM dead_letter
        WHERE id < ? ORDER BY id DESC LIMIT ?"""
    with _store(path) as store:
        return [
            DeadLetter(row[0], _moment(row[1]), *row[2:])
            for row in store.execute(sql, (before if before is not None else 2**62, limit))
        ]


def reads(
    path: Path,
    *,
    device: str,
    start: datetime | None = None,
    end: datetime | None = None,
    before: int | None = None,
    limit: int = 10_000,
) -> list[Dwell]:
    """The stays that touch `[start, end)`, the newest first; `before` is the id where the last page ended."""
    first, past = _ns(start) if start else 0, _ns(end) if end else 2**62
    sql = """SELECT id, epc, antenna, first_seen, last_seen, count, rssi_min, rssi_mean, rssi_max FROM reads
        WHERE device = ? AND last_seen >= ? AND first_seen < ? AND id < ? ORDER BY id DESC LIMIT ?"""
    with _store(path) as store:
        rows = store.execute(sql, (device, first, past, before if before is not None else 2**62, limit))
        return [
            Dwell(pk, epc, antenna, _moment(first_seen), _moment(last_seen), count, *rssi)
            for pk, epc, antenna, first_seen, last_seen, count, *rssi in rows
        ]


def dead_letter_count(path: Path) -> int:
    """How many messages wait for somebody to look at them."""
    with _store(path) as store:
        return int(store.execute("SELECT count(*) FROM dead_letter").fetchone()[0])


# Microseconds fit into a double, nanoseconds do not: dividing those would round twice.
_POINTS = """SELECT at / 1000 / 1e6, value FROM reading WHERE channel = ? AND at >= ? AND at < ?
    ORDER BY at, value, n LIMIT ? OFFSET ?"""
_NEXT = "SELECT at FROM reading WHERE channel = ? AND at >= ? AND at < ? ORDER BY at LIMIT 1 OFFSET ?"
_BEFORE = "SELECT count(*) FROM reading WHERE channel = ? AND at >= ? AND at < ?"

Points = list[tuple[float, Value | None]]
Cursor = tuple[int, int]  # where to go on, and how many points of that very instant were already given


def _raw(
    store: sqlite3.Connection, channel: int, first: int, past: int, cursor: Cursor | None, limit: int
) -> tuple[Points, str | None]:
    at, given = cursor if cursor and cursor[0] >= first else (first, 0)
    if at >= past:
        return [], None
    points = store.execute(_POINTS, (channel, at, past, limit, given)).fetchall()
    following = (
        store.execute(_NEXT, (channel, at, past, given + limit)).fetchone() if len(points) == limit else None
    )
    if following is None:
        return points, None
    if points[-1][0] != following[0] // 1000 / 1e6:
        return points, f"{following[0]}.0"
    before = store.execute(_BEFORE, (channel, at, following[0])).fetchone()[0]
    return points, f"{following[0]}.{given + limit - before}"


def _means(
    store: sqlite3.Connection,
    channel: int,
    first: int,
    past: int,
    step: int,
    cursor: Cursor | None,
    limit: int,
) -> tuple[Points, str | None]:
    bucket = max(first // step, cursor[0] if cursor else 0)
    if bucket * step >= past:
        return [], None
    end = min(-(-past // step), bucket + limit)
    found = tiers.buckets(store, channel, max(first, bucket * step), min(past, end * step), step)
    points: Points = [
        (number * step / SECOND, found[number].value if number in found else None)
        for number in range(bucket, end)
    ]
    return points, f"{end}.0" if end * step < past else None


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    if not _CURSOR.fullmatch(text):
        raise BadCursor(text)
    at, _, given = text.partition(".")
    return int(at), int(given)


@contextmanager
def _store(path: Path) -> Iterator[sqlite3.Connection]:
    """The store as it is; an empty one before the bridge has made it."""
    made = path.exists() and path.stat().st_size > 0
    address = f"{path.as_uri()}?mode=ro" if made else ":memory:"
    with closing(sqlite3.connect(address, uri=made, timeout=PATIENCE)) as store:
        if not made:
            store.executescript(_EMPTY)
        yield store


def _ns(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6) * 1000


def _moment(ns: int) -> datetime:
    return datetime.fromtimestamp(ns / SECOND, UTC)
