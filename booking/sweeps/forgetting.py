"""Once an hour: forget what is kept about people for too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.privacy import purge
from lab.every import Every

EVERY = timedelta(hours=1)


class Forgetting:
    """What `purge` does, often enough."""

    def __init__(self) -> None:
        self._pause = Every(EVERY)

    def sweep(self, *, now: datetime) -> dict[str, int]:
        """How many of each kind went; nothing until the hour is over."""
        return purge(now=now) if self._pause.due(now) else {}
