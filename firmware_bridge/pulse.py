"""A process says in the database since when it hears devices; on a thread of its own: no tap waits for it."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import Self

from django.db import close_old_connections, connection

from devices import actions

log = logging.getLogger("etabli.pulse")

BEAT = 5.0  # seconds


class Pulse:
    """The process calls `hear` whenever everything that it heard is dealt with; the rest happens beside it.

    An `epoch` is one connection to the broker: what went on before and between them does not count.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._heard: tuple[datetime, int] | None = None
        self._told: tuple[datetime, int] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name=f"{name}-pulse", daemon=True)

    def hear(self, epoch: int) -> None:
        self._heard = datetime.now(UTC), epoch

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def beat(self) -> None:
        """Tell what was heard since the last time, if anything.

        Raises:
            DatabaseError: for now; the next beat tells it as well.
        """
        heard = self._heard
        if heard is None or heard == self._told:
            return
        at, epoch = heard
        actions.beat(name=self._name, now=at, anew=self._told is None or self._told[1] != epoch)
        self._told = heard

    def _live(self) -> None:
        while not self._stop.wait(0.2 if self._told is None else BEAT):
            try:
                self.beat()
                close_old_connections()
            except Exception as error:
                log.warning("the database does not take that %s hears (%s)", self._name, error)
                connection.close()
        connection.close()
