"""Work that may wait a moment, so that what comes in a burst is done once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from django.db import connection

log = logging.getLogger(__name__)


class Later:
    """Hands over everything that was added within a pause, in a thread of its own; nobody waits for it."""

    def __init__(self, act: Callable[[set[int]], None], *, pause: float) -> None:
        self._act, self._pause = act, pause
        self._lock = threading.Lock()
        self._waiting: set[int] = set()

    def add(self, keys: Iterable[int]) -> None:
        with self._lock:
            first = not self._waiting
            self._waiting |= set(keys)
            begins = first and bool(self._waiting)
        if begins:
            timer = threading.Timer(self._pause, self._run)
            timer.daemon = True
            timer.start()

    def _run(self) -> None:
        with self._lock:
            keys, self._waiting = self._waiting, set()
        try:
            self._act(keys)
        except Exception:
            log.exception("what was put off could not be done")
        finally:
            connection.close()
