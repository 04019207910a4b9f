"""The tables of the embedded telemetry store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from firmware_bridge.sinks import letterbox, parts, spool, tiers, unsent

# A reading's key holds its value and a count: a redelivered message makes no second row, while two values of
# one instant, and two equal ones in one message, are all kept. Times are Unix nanoseconds; numbers are REAL
# for ever, so `value` has no affinity that would turn the text "12" into one.
TABLES = """
CREATE TABLE IF NOT EXISTS channel (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL DEFAULT '',
    UNIQUE (device, key)
);
CREATE TABLE IF NOT EXISTS reading (
    channel INTEGER NOT NULL, at INTEGER NOT NULL, value NOT NULL, n INTEGER NOT NULL,
    by_device INTEGER NOT NULL, PRIMARY KEY (channel, at, value, n)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS last (
    channel INTEGER PRIMARY KEY, at INTEGER NOT NULL, value NOT NULL, arrived INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS receipt (slot INTEGER PRIMARY KEY, seen BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS name (address TEXT PRIMARY KEY, device TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lesson (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS reads (
    id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, epc TEXT NOT NULL, antenna INTEGER NOT NULL,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, count INTEGER NOT NULL,
    rssi_min REAL, rssi_mean REAL, rssi_max REAL, rssi_count INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS reads_of_tag ON reads (device, epc, antenna, last_seen);
CREATE INDEX IF NOT EXISTS reads_in_time ON reads (device, last_seen);
"""


def connect(path: Path, *, patience: float) -> sqlite3.Connection:
    """The store, made when it isn't there; `patience` is how many seconds to wait for another writer.

    Raises:
        sqlite3.Error: when the file can't be opened or written.
    """
    store = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        path.chmod(0o600)
        store.execute("PRAGMA auto_vacuum=INCREMENTAL")  # of a new file; freed pages can be given back
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=FULL")  # an acknowledged reading survives a power cut
        tables = (TABLES, letterbox.TABLES, tiers.TABLES, spool.TABLES, unsent.TABLES, parts.TABLES)
        store.executescript("BEGIN IMMEDIATE;" + "".join(tables))
        letterbox.prepare(store)
        store.execute("COMMIT")
    except sqlite3.Error:
        store.close()
        raise
    return store
