"""The store is tidied in idle moments, a little at a time: readings never wait for it longer than that."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable

from firmware_bridge.sinks.embedded import Store
from firmware_bridge.sinks.keeping import Terms

log = logging.getLogger("etabli.telemetry")

BUDGET = 0.02  # seconds of work at once
PAUSE, REST = 0.05, 1.0  # while there is more to do, and when all is done
LONGEST_UNTIDY = 10.0  # even when there is no idle moment


class Tidier:
    """`terms` tells for how long what is kept."""

    def __init__(self, store: Store, *, terms: Callable[[], Terms]) -> None:
        self.behind = False
        self._store, self._terms = store, terms
        self._next = self._done = 0.0

    def turn(self, *, busy: bool) -> None:
        """Do a little, unless it was just done or there is better to do."""
        now = time.monotonic()
        if now < self._next or (busy and now < self._done + LONGEST_UNTIDY):
            return
        try:
            self.behind = self._store.tidy(time.time_ns(), terms=self._terms(), budget=BUDGET)
        except sqlite3.Error as error:
            log.warning("the telemetry store could not be tidied now (%s)", error)
            self.behind = False
        self._done = time.monotonic()
        self._next = self._done + (PAUSE if self.behind else REST)
