"""Readings go from the store to a server of time series; the store is the spool, and nothing is forgotten."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from firmware_bridge.sinks.influx import Away, Refused, Server, TooLarge
from firmware_bridge.sinks.letterbox import DeadLetter
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.spool import Spool
from firmware_bridge.wire.influx import deletions, lines

log = logging.getLogger("etabli.drain")

MOST = 10_000  # readings at once
MOST_RECALLED = 100  # instants at once; each takes two statements
FEW = 1_000  # fewer than this wait a little for others to go with them
PAUSE = 0.25
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0
STORE_PATIENCE = 5.0
DECODER, CODE = "influx", "refused"


class Drainer:
    """One turn sends one load; it runs on a thread of its own, beside the ingest."""

    def __init__(self, path: Path, server: Server) -> None:
        self._path, self._server = path, server
        self._most = MOST
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="drain", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(15)

    def turn(self, spool: Spool) -> int:
        """How many readings left the spool.

        Raises:
            Away: the server takes nothing now; all that it has not acknowledged stays.
        """
        while self._recall(spool):
            pass
        load = spool.take(self._most)
        if load is None:
            return 0
        most = self._most
        letters = self.send(list(lines(load.rows, spool.names())))
        spool.left_behind(load.upto, letters)
        if self._most == most:
            self._most = min(MOST, most * 2)
        return len(load.rows)

    def send(self, load: Sequence[str]) -> list[DeadLetter]:
        """Write lines, in halves where the server does not take the whole; gives back what it never takes."""
        refused: list[DeadLetter] = []
        parts = [load]
        while parts:
            part = parts.pop()
            try:
                self._server.write(part)
            except (Refused, TooLarge) as why:
                if isinstance(why, TooLarge):
                    self._most = max(1, min(self._most, len(part) // 2))
                if len(part) == 1:
                    refused.append(_letter(part[0], str(why) or "too large"))
                else:
                    parts += [part[len(part) // 2 :], part[: len(part) // 2]]
        return refused

    def _recall(self, spool: Spool) -> bool:
        """Correct on the server what was taken back here; whether there was something."""
        recalls = spool.recalls(MOST_RECALLED)
        if not recalls:
            return False
        statements = [each for one in recalls for each in deletions(one.device, one.key, one.at)]
        refused = []
        try:
            self._server.delete(statements)
        except Refused as why:
            reason = f"readings that were taken back stay on the server: {why}"
            told = ";\n".join(statements).encode()
            refused.append(DeadLetter(time.time_ns(), DECODER, told, reason, DECODER, CODE))
        spool.recalled(recalls, refused)
        return True

    def _live(self) -> None:
        wait = FIRST_WAIT
        while not self._stop.is_set():
            try:
                db = connect(self._path, patience=STORE_PATIENCE)
            except sqlite3.Error as error:
                log.warning("the telemetry store can't be opened (%s)", error)
                self._stop.wait(LONGEST_WAIT)
                continue
            try:
                while not self._stop.is_set():
                    wait = self._step(Spool(db), wait)
            except Exception:
                log.exception("the drain begins again")
                self._stop.wait(FIRST_WAIT)
            finally:
                db.close()
        self._server.close()

    def _step(self, spool: Spool, wait: float) -> float:
        """Send until something is in the way; gives the next wait after a failure."""
        try:
            while not self._stop.is_set():
                if self.turn(spool) < FEW:
                    self._stop.wait(PAUSE)
                wait = FIRST_WAIT
        except Away as away:
            log.warning("the server of time series takes nothing (%s); readings wait in the store", away)
            spool.tell(str(away), time.time_ns())
            self._stop.wait(max(away.wait, wait * random.uniform(0.75, 1.25)))
            return min(2 * wait, LONGEST_WAIT)
        return wait


def _letter(line: str, why: str) -> DeadLetter:
    return DeadLetter(time.time_ns(), DECODER, line.encode(), why, DECODER, CODE)
