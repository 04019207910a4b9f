"""History of the embedded store goes to a server of time series, and can stop and go on at any time.

Each reading has one place there, whoever tells it: what has gone already, or goes out meanwhile, is only told
again. How far each channel has come stands in the store.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from firmware_bridge.sinks.drain import Drainer
from firmware_bridge.sinks.influx import Away, Server
from firmware_bridge.sinks.letterbox import DeadLetter, Letterbox
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.spool import Spool
from firmware_bridge.wire.influx import Row, lines

MOST = 10_000  # readings at once
PATIENCE = 30.0
TRIES, FIRST_WAIT, LONGEST_WAIT = 8, 0.5, 30.0

_TABLES = """CREATE TABLE IF NOT EXISTS migrated (
    server TEXT NOT NULL, channel INTEGER NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (server, channel)
) WITHOUT ROWID"""
_ROWS = """SELECT channel, at, value FROM reading WHERE channel = ? AND at > ?
    ORDER BY channel, at, value, n LIMIT ?"""
_REST = "SELECT channel, at, value FROM reading WHERE channel = ? AND at = ? ORDER BY channel, at, value, n"
_UPTO = "SELECT coalesce(max(upto), -1) FROM migrated WHERE server = ? AND channel = ?"
_COUNT = "SELECT count(*) FROM reading WHERE channel = ? AND at <= ?"
_DONE = "INSERT OR REPLACE INTO migrated (server, channel, upto) VALUES (?, ?, ?)"


@dataclass(slots=True)
class Progress:
    total: int
    done: int = 0
    refused: int = 0


def migrate(
    path: Path, server: Server, *, name: str, tell: Callable[[Progress], None], again: bool = False
) -> Progress:
    """Send all readings that the store still has; `name` is the server's, `again` begins anew.

    Raises:
        Away: the server took nothing for too long; what has gone is remembered.
        sqlite3.Error: the same for the store.
    """
    with closing(connect(path, patience=PATIENCE)) as db:
        db.execute(_TABLES)
        if again:
            db.execute("DELETE FROM migrated WHERE server = ?", (name,))
        total = db.execute("SELECT count(*) FROM reading").fetchone()[0]
        progress = Progress(total)
        for (channel,) in db.execute("SELECT id FROM channel ORDER BY id").fetchall():
            for sent in _channel(db, Spool(db), Drainer(path, server), channel, name):
                progress.done, progress.refused = progress.done + sent[0], progress.refused + sent[1]
                tell(progress)
        return progress


def _channel(
    db: sqlite3.Connection, spool: Spool, drainer: Drainer, channel: int, name: str
) -> Iterator[tuple[int, int]]:
    """(how many readings have gone, how many of them are refused), load by load."""
    upto = db.execute(_UPTO, (name, channel)).fetchone()[0]
    yield db.execute(_COUNT, (channel, upto)).fetchone()[0], 0
    for rows in _loads(db, channel, upto):
        letters = _patiently(drainer, list(lines(rows, spool.names())))
        with db:
            db.execute("BEGIN IMMEDIATE")
            db.execute(_DONE, (name, channel, rows[-1][1]))
            Letterbox(db).write(letters, {})
        yield len(rows), len(letters)


def _loads(db: sqlite3.Connection, channel: int, upto: int) -> Iterator[list[Row]]:
    """Readings in order of time; those of one instant never go apart."""
    while rows := db.execute(_ROWS, (channel, upto, MOST)).fetchall():
        upto = rows[-1][1]
        if len(rows) == MOST:
            rows = [row for row in rows if row[1] < upto] + db.execute(_REST, (channel, upto)).fetchall()
        yield rows


def _patiently(drainer: Drainer, load: list[str]) -> list[DeadLetter]:
    wait = FIRST_WAIT
    for left in reversed(range(TRIES)):
        try:
            return drainer.send(load)
        except Away as away:
            if not left:
                raise
            time.sleep(max(away.wait, wait))
            wait = min(2 * wait, LONGEST_WAIT)
    raise AssertionError


class Bar:
    """A line that grows on a terminal; elsewhere one line for each tenth."""

    WIDTH = 30

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out, self._began, self._tenth = out, time.monotonic(), -1
        self._live = out.isatty()

    def __call__(self, progress: Progress) -> None:
        part = min(progress.done / progress.total, 1.0) if progress.total else 1.0
        if not self._live and int(part * 10) == self._tenth:
            return
        self._tenth = int(part * 10)
        full = round(part * self.WIDTH)
        rate = progress.done / max(time.monotonic() - self._began, 0.001)
        text = (
            f"[{'#' * full}{'.' * (self.WIDTH - full)}] {part:4.0%} {progress.done:,} readings, {rate:,.0f}/s"
        )
        self._out.write(f"\r{text}\x1b[K" if self._live else f"{text}\n")
        self._out.flush()

    def end(self) -> None:
        if self._live:
            self._out.write("\n")
