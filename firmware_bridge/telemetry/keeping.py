"""A batch gets into the store, now or as soon as that can take it; the loop lives on meanwhile."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable

from firmware_bridge.sinks.embedded import Batch, Store

log = logging.getLogger("etabli.telemetry")

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
# The store itself is fine, one of the values is not.
POISON = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.DataError, sqlite3.ProgrammingError)


class Keeper:
    """`wait` passes the time between two tries; `stopping` ends them, and the batch stays unacknowledged."""

    def __init__(self, store: Store, *, wait: Callable[[float], None], stopping: Callable[[], bool]) -> None:
        self._store, self._wait, self._stopping = store, wait, stopping
        self.stuck_since: float | None = None
        self.trouble = ""

    def keep(self, batch: Batch) -> bool:
        """Whether the batch is durable now; False only when we are to stop."""
        wait = FIRST_WAIT
        while not self._stopping():
            try:
                self._store.write(batch)
            except POISON:
                log.exception("a value can't be stored; the batch goes in piece by piece")
                return self._piecewise(batch)
            except sqlite3.Error as error:
                self._note(error)
                self._wait(wait)
                wait = min(2 * wait, LONGEST_WAIT)
            except Exception:
                log.exception("a batch can't be stored as a whole; it goes in piece by piece")
                return self._piecewise(batch)
            else:
                self._recovered()
                return True
        return False

    def _piecewise(self, batch: Batch) -> bool:
        pieces = [Batch(batch.arrived, readings=[each]) for each in batch.readings]
        pieces += [Batch(declared=[each]) for each in batch.declared]
        pieces += [Batch(letters=[each]) for each in batch.letters]
        pieces += [Batch(reads=[each]) for each in batch.reads]
        pieces += [Batch(batch.arrived, names=[each]) for each in batch.names]
        pieces += [Batch(batch.arrived, lessons=[each]) for each in batch.lessons]
        for piece in [*pieces, Batch(receipts=batch.receipts)]:
            try:
                self._store.write(piece)
            except sqlite3.OperationalError:
                return self.keep(piece) and self._piecewise(batch)  # what went in already stays once
            except Exception:
                log.exception("dropped what no store can take: %s", piece)
        return True

    def _note(self, error: sqlite3.Error) -> None:
        self.trouble = str(error)
        if self.stuck_since is None:
            self.stuck_since = time.time()
            log.error("the telemetry store does not take readings (%s); they wait in the broker", error)

    def _recovered(self) -> None:
        if self.stuck_since is not None:
            log.info("the telemetry store takes readings again")
            self.stuck_since, self.trouble = None, ""
