"""Readings that a decoder made by mistake are taken back, and what was told from them is told anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks import spool
from firmware_bridge.sinks.tiers import HOUR, MINUTE

_CHANNEL = "SELECT id FROM channel WHERE device = ? AND key = ?"
_TAKE = "DELETE FROM reading WHERE channel = ? AND at = ? AND value = ?"
_UNTOLD = "DELETE FROM rolled WHERE span = ? AND at = ? AND channel = ?"
_MARK = "INSERT OR IGNORE INTO stale (span, at, channel) VALUES (?, ?, ?)"
_GONE = """DELETE FROM last WHERE channel = ?1 AND NOT EXISTS (
    SELECT 1 FROM reading WHERE channel = ?1 AND at = last.at AND value = last.value)"""
_NEWEST = """INSERT INTO last (channel, at, value, arrived)
    SELECT channel, at, value, at FROM reading WHERE channel = ?1 ORDER BY at DESC LIMIT 1
    ON CONFLICT (channel) DO NOTHING"""


def take_back(db: sqlite3.Connection, readings: Iterable[Reading]) -> int:
    """Delete them in the running transaction; how many there still were."""
    taken, channels = 0, set()
    cells: set[tuple[int, int]] = set()
    instants: set[tuple[int, int]] = set()
    for each in readings:
        row = db.execute(_CHANNEL, (each.device, each.channel)).fetchone()
        gone = db.execute(_TAKE, (row[0], each.at, each.value)).rowcount if row else 0
        if gone:
            taken += gone
            channels.add(row[0])
            cells.add((row[0], each.at - each.at % MINUTE))
            instants.add((row[0], each.at))
    for channel, minute in cells:
        hour = minute - minute % HOUR
        db.executemany(_UNTOLD, [(MINUTE, minute, channel), (HOUR, hour, channel)])
        db.executemany(_MARK, [(MINUTE, minute, channel), (HOUR, hour, channel)])
    spool.recall(db, instants)
    for channel in channels:
        db.execute(_GONE, (channel,))
        db.execute(_NEWEST, (channel,))
    return taken
