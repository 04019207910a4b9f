"""History of the embedded store goes to a server of time series, and can stop and go on at any time.

Each reading has one place there, whoever tells it: what has gone already, or goes out meanwhile, is only told
again. Minutes and hours go for the times whose readings were let go before. How far each channel has come
stands in the store.
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

from firmware_bridge.sinks import keeping, unsent
from firmware_bridge.sinks.drain import Drainer
from firmware_bridge.sinks.influx import Away, Server
from firmware_bridge.sinks.letterbox import DeadLetter, Letterbox
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.spool import Spool
from firmware_bridge.sinks.tiers import HOUR, MINUTE
from firmware_bridge.wire.influx import Row, cell_lines, lines

MOST = 10_000  # readings at once
PATIENCE = 30.0
TRIES, FIRST_WAIT, LONGEST_WAIT = 8, 0.5, 30.0

_TABLES = """CREATE TABLE IF NOT EXISTS migrated (
    server TEXT NOT NULL, channel INTEGER NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (server, channel)
) WITHOUT ROWID"""
_ROWS = """SELECT channel, at, value FROM reading WHERE channel = ? AND at > ?
    ORDER BY channel, at, value, n LIMIT ?"""
_REST = "SELECT channel, at, value FROM reading WHERE channel = ? AND at = ? ORDER BY channel, at, value, n"
_CELLS = """SELECT at, count, sum, low, high, text FROM rolled
    WHERE span = ? AND channel = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?"""
_UPTO = "SELECT coalesce(max(upto), -1) FROM migrated WHERE server = ? AND channel = ?"
_COUNT = "SELECT count(*) FROM reading WHERE channel = ? AND at <= ?"
_DONE = "INSERT OR REPLACE INTO migrated (server, channel, upto) VALUES (?, ?, ?)"


@dataclass(slots=True)
class Progress:
    """Readings, and the minutes or hours that stand for those that the store has let go."""

    total: int
    done: int = 0
    refused: int = 0
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What one load was: up to when, and how many."""

    upto: int
    lines: list[str]
    readings: int = 0
    cells: int = 0


def migrate(
    path: Path, server: Server, *, name: str, tell: Callable[[Progress], None], again: bool = False
) -> Progress:
    """Send all that the store still has; `name` is the server's, `again` begins anew.

    Raises:
        Away: the server took nothing for too long; what has gone is remembered.
        sqlite3.Error: the same for the store.
    """
    began = time.time_ns()
    with closing(connect(path, patience=PATIENCE)) as db:
        db.execute(_TABLES)
        if again:
            db.execute("DELETE FROM migrated WHERE server = ?", (name,))
        total = db.execute("SELECT count(*) FROM reading").fetchone()[0]
        progress, drainer = Progress(total), Drainer(path, server)
        past = Past(db, Spool(db), name, unsent.ranges(db, began))
        for (channel,) in db.execute("SELECT id FROM channel ORDER BY id").fetchall():
            progress.done += db.execute(_COUNT, (channel, past.upto(channel))).fetchone()[0]
            tell(progress)
            for load in past.loads(channel):
                letters = _patiently(drainer, load.lines) if load.lines else []
                past.gone(channel, load, letters)
                progress.done, progress.cells = progress.done + load.readings, progress.cells + load.cells
                progress.refused += len(letters)
                tell(progress)
        with db:
            db.execute("BEGIN IMMEDIATE")
            unsent.sent(db, name, began)
        return progress


@dataclass(frozen=True, slots=True)
class Past:
    """What the store holds of each channel, in order of time, as far as it has not gone.

    `spans` are times of which the server knows nothing: there minutes and hours go for what was let go.
    """

    db: sqlite3.Connection
    spool: Spool
    server: str
    spans: list[unsent.Range]

    def upto(self, channel: int) -> int:
        return int(self.db.execute(_UPTO, (self.server, channel)).fetchone()[0])

    def loads(self, channel: int) -> Iterator[Sent]:
        """Each continues where the last that is `gone` ended: what is let go meanwhile goes as minutes."""
        while (load := self._cells(channel) or self._readings(channel)) is not None:
            yield load

    def gone(self, channel: int, load: Sent, letters: list[DeadLetter]) -> None:
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            self.db.execute(_DONE, (self.server, channel, load.upto))
            Letterbox(self.db).write(letters, {})

    def _cells(self, channel: int) -> Sent | None:
        upto = self.upto(channel)
        raw, minutes = (keeping.since(self.db, span, channel=channel) for span in (0, MINUTE))
        for span, start, end in ((HOUR, 0, minutes), (MINUTE, minutes, raw)):
            for since, until in self.spans:
                asked = max(start, since - since % span, upto + 1), min(end, until)
                cells = self.db.execute(_CELLS, (span, channel, *asked, MOST)).fetchall()
                if cells:
                    lines = list(cell_lines(span, self.spool.names()[channel], cells))
                    return Sent(cells[-1][0] + span - 1, lines, cells=len(cells))
        return None

    def _readings(self, channel: int) -> Sent | None:
        """In order of time; those of one instant never go apart."""
        rows: list[Row] = self.db.execute(_ROWS, (channel, self.upto(channel), MOST)).fetchall()
        if not rows:
            return None
        upto = rows[-1][1]
        if len(rows) == MOST:
            rows = [row for row in rows if row[1] < upto] + self.db.execute(_REST, (channel, upto)).fetchall()
        return Sent(upto, list(lines(rows, self.spool.names())), readings=len(rows))


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
