"""For how long each tier of a channel is kept; what is older goes in small pieces, and the file shrinks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from firmware_bridge.sinks import spool
from firmware_bridge.sinks.tiers import HOUR, MINUTE

DAY = 24 * HOUR
AT_ONCE = 2_000  # readings
CELLS_AT_ONCE = {MINUTE: DAY, HOUR: 90 * DAY}
PAGES_AT_ONCE = 200
LEAST_FREE = 1_000  # pages; fewer, or less than a tenth of the file, are soon used again

_KEPT = """INSERT INTO kept (span, channel, since) VALUES (?, ?, ?)
    ON CONFLICT (span, channel) DO UPDATE SET since = max(since, excluded.since)"""


@dataclass(frozen=True, slots=True)
class Terms:
    """Days of single readings, minutes and hours; 0 is for ever.

    `channels` are exceptions: (device, key) → days of its readings.
    """

    raw_days: float = 30
    minute_days: float = 366
    hour_days: float = 0
    channels: Mapping[tuple[str, str], float] = field(default_factory=dict)


def since(db: sqlite3.Connection, span: int, *, channel: int) -> int:
    """From when on a tier of a channel is whole; span 0: single readings."""
    row = db.execute("SELECT since FROM kept WHERE span = ? AND channel = ?", (span, channel)).fetchone()
    return int(row[0]) if row else 0


def let_go(db: sqlite3.Connection, terms: Terms, now: int) -> Iterator[None]:
    """One small piece after the other; a tier never goes before the one below it has gone."""
    for channel, device, key in db.execute("SELECT id, device, key FROM channel").fetchall():
        days = terms.channels.get((device, key), terms.raw_days)
        while _readings(db, channel, _horizon(now, days, MINUTE)):
            yield
        for span, below, kept_for in ((MINUTE, 0, terms.minute_days), (HOUR, MINUTE, terms.hour_days)):
            horizon = min(_horizon(now, kept_for, HOUR), since(db, below, channel=channel))
            while _cells(db, span, channel, horizon - horizon % HOUR):
                yield
        yield


def give_back(db: sqlite3.Connection) -> bool:
    """Shorten the file by some free pages, if it has many; whether it did."""
    (free,), (pages,) = (db.execute(f"PRAGMA {what}").fetchone() for what in ("freelist_count", "page_count"))
    if free <= max(LEAST_FREE, pages // 10) or db.execute("PRAGMA auto_vacuum").fetchone() != (2,):
        return False
    db.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()
    return True


def _horizon(now: int, days: float, grain: int) -> int:
    past = now - round(days * DAY) if days else 0
    return past - past % grain


def _readings(db: sqlite3.Connection, channel: int, horizon: int) -> bool:
    """Let go of the oldest minutes before the horizon; False when none can go."""
    in_order = "SELECT at FROM reading WHERE channel = ? ORDER BY at LIMIT 1 OFFSET ?"
    first = db.execute(in_order, (channel, 0)).fetchone()
    if first is None or first[0] >= horizon:
        return False
    start = first[0] - first[0] % MINUTE
    some = db.execute(in_order, (channel, AT_ONCE)).fetchone()
    until = min(horizon, max(some[0] - some[0] % MINUTE, start + MINUTE)) if some else horizon
    until = _unmarked(db, channel, start, until, MINUTE)
    if until <= start or spool.holds(db, channel, start, until):
        return False
    db.execute("DELETE FROM reading WHERE channel = ? AND at < ?", (channel, until))
    db.execute(_KEPT, (0, channel, until))
    return True


def _cells(db: sqlite3.Connection, span: int, channel: int, horizon: int) -> bool:
    first = db.execute(
        "SELECT min(at) FROM rolled WHERE span = ? AND channel = ?", (span, channel)
    ).fetchone()
    if first[0] is None or first[0] >= horizon:
        return False
    start = first[0] - first[0] % HOUR
    until = _unmarked(db, channel, start, min(horizon, start + CELLS_AT_ONCE[span]), HOUR)
    if until <= start:
        return False
    db.execute("DELETE FROM rolled WHERE span = ? AND channel = ? AND at < ?", (span, channel, until))
    db.execute(_KEPT, (span, channel, until))
    return True


def _unmarked(db: sqlite3.Connection, channel: int, start: int, until: int, grain: int) -> int:
    """Where the first cell begins that is still to be rolled up; `until` when there is none."""
    found = db.execute(
        "SELECT min(at) FROM stale WHERE channel = ? AND at >= ? AND at < ?", (channel, start, until)
    ).fetchone()[0]
    return until if found is None else found - found % grain
