"""Readings of the past, read from the telemetry store: last values, raw points, means."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from devices.beyond import Beyond
from devices.points import Asked, BadCursor, Points, Value, cursor_of, means, raw
from lab.telemetry import Influx

__all__ = ["BadCursor", "Points", "Value"]

SECOND = 1_000_000_000
PATIENCE = 5.0

_EMPTY = """CREATE TABLE channel (id, device, key, unit); CREATE TABLE last (channel, at, value, arrived);
CREATE TABLE reading (channel, at, value, n);
CREATE TABLE reads (id, device, epc, antenna, first_seen, last_seen, count, rssi_min, rssi_mean, rssi_max);
CREATE TABLE drain (cursor, refused, trouble, trouble_since, born); CREATE TABLE unsent (since, until);
CREATE TABLE outgoing (id INTEGER PRIMARY KEY AUTOINCREMENT, at);"""


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
    points: Points
    next: str | None


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


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How many readings wait for the server and since when the oldest; `refused` are dead letters for ever.

    `trouble` says why nothing goes out, empty when all is well.
    """

    waiting: int
    oldest: datetime | None
    refused: int
    trouble: str
    since: datetime | None


def last(path: Path, devices: Iterable[str] | None = None) -> dict[str, dict[str, Last]]:
    """The newest values of these devices (of all, when None) as device → channel → Last."""
    names = None if devices is None else list(devices)
    sql = "SELECT device, key, unit, at, value FROM last JOIN channel ON channel.id = last.channel"
    if names is not None:
        sql += " WHERE device IN (SELECT value FROM json_each(?))"
    found: dict[str, dict[str, Last]] = {}
    with opened(path) as store:
        for device, key, unit, at, value in store.execute(sql, () if names is None else (json.dumps(names),)):
            found.setdefault(device, {})[key] = Last(value, unit, _moment(at))
    return found


def last_reads(path: Path, devices: Iterable[str]) -> dict[str, datetime]:
    """When these devices saw a tag last; those that never did are missing."""
    sql = "SELECT value, (SELECT max(last_seen) FROM reads WHERE device = value) FROM json_each(?)"
    with opened(path) as store:
        found = store.execute(sql, (json.dumps(list(devices)),)).fetchall()
    return {device: _moment(at) for device, at in found if at is not None}


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
    beyond: Influx | None = None,
) -> Page:
    """Points from `start` up to, not including, `end`: raw with step 0, else the mean of each bucket.

    A bucket begins at a multiple of `step` seconds; without a number it gives its newest text, or None.

    `beyond` is a server that knows what this store does not, or no more; without its answer the store tells
    what it can.

    Raises:
        BadCursor: when `after` is not the `next` of a page.
    """
    first, past = _ns(start), _ns(end)
    with opened(path) as store:
        row = store.execute(
            "SELECT id, unit FROM channel WHERE device = ? AND key = ?", (device, channel)
        ).fetchone()
        number, unit = row or (None, "")
        if (row is None and beyond is None) or past <= first:
            return Page(unit, step, [], None)
        further = Beyond(beyond, device, channel) if beyond is not None else None
        asked = Asked(store, number, first, past, limit, cursor_of(after), further)
        points, following = means(asked, max(round(step * SECOND), 1)) if step > 0 else raw(asked)
        return Page(unit, step, points, following)


def outgoing(path: Path) -> Outgoing:
    """What a server of time series is still to get."""
    with opened(path) as store:
        facts = store.execute(
            """SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outgoing'), 0) - cursor,
            (SELECT at FROM outgoing ORDER BY id LIMIT 1), refused, trouble, trouble_since FROM drain"""
        ).fetchone()
    if facts is None:
        return Outgoing(0, None, 0, "", None)
    waiting, oldest, refused, trouble, since = facts
    return Outgoing(
        waiting, _moment(oldest) if oldest else None, refused, trouble, _moment(since) if since else None
    )


def reads(
    path: Path,
    *,
    device: str,
    start: datetime | None = None,
    end: datetime | None = None,
    epc: str = "",
    antenna: int | None = None,
    before: int | None = None,
    limit: int = 10_000,
) -> list[Dwell]:
    """The stays that touch `[start, end)`, the newest first; `before` is the id where the last page ended.

    `epc` is any part of it in upper hex.
    """
    first, past = _ns(start) if start else 0, _ns(end) if end else 2**62
    sql = """SELECT id, epc, antenna, first_seen, last_seen, count, rssi_min, rssi_mean, rssi_max FROM reads
        WHERE device = ? AND last_seen >= ? AND first_seen < ? AND id < ? AND (? = '' OR instr(epc, ?))
        AND (? IS NULL OR antenna = ?) ORDER BY id DESC LIMIT ?"""
    last = before if before is not None else 2**62
    with opened(path) as store:
        rows = store.execute(sql, (device, first, past, last, epc, epc, antenna, antenna, limit))
        return [
            Dwell(pk, epc, antenna, _moment(first_seen), _moment(last_seen), count, *rssi)
            for pk, epc, antenna, first_seen, last_seen, count, *rssi in rows
        ]


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
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
