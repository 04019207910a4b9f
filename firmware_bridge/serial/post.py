"""What no decoder of a serial line takes goes to the dead letters: bounded, and without UIDs."""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections import deque
from collections.abc import Callable

from firmware_bridge.letters import Failure, Letters
from firmware_bridge.links.dialling import Message
from firmware_bridge.sinks.embedded import Batch, DeadLetter, Store
from firmware_bridge.wire.cards import Garbage

log = logging.getLogger("etabli.serial")

MOST_WAITING = 1_000
BURST, RATE = 200, 2.0  # letters at once, and a second
_DIGITS = re.compile(rb"[0-9A-Fa-f]{4,}")  # a card's number in hex, decimal or bits, whole or in part


class Post:
    """Any thread may `put`; the one that made it does `bury`."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._open_store = store
        self._store: Store | None = None
        self._waiting: deque[DeadLetter] = deque(maxlen=MOST_WAITING)
        self._letters = Letters(burst=BURST, rate=RATE)

    def put(self, device: str, kind: str, garbage: Garbage) -> None:
        payload = _DIGITS.sub(b"*", garbage.raw)
        message = Message(f"serial/{device}", payload, 0, False, False, 0, 0, time.time_ns(), False)
        self._waiting.extend(self._letters.seal([Failure(message, garbage.reason, kind, device)]))

    def bury(self) -> None:
        """Write what waits; what the store does not take now waits on."""
        letters = list(self._waiting)
        if not letters:
            return
        try:
            self._store = self._store or self._open_store()
            self._store.write(Batch(letters=letters))
        except (sqlite3.Error, OSError) as error:
            log.warning("dead letters wait for their store: %s", error)
            return
        for _ in letters:
            self._waiting.popleft()

    def close(self) -> None:
        self.bury()
        if self._store is not None:
            self._store.close()
