"""Once an hour: forget what is kept about people for too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.privacy import purge

EVERY = timedelta(hours=1)


class Forgetting:
    """Remembers when it last looked; a new process looks at once."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def sweep(self, *, now: datetime) -> dict[str, int]:
        """How many of each kind went; nothing until the hour is over."""
        if self._next is not None and now < self._next:
            return {}
        self._next = now + EVERY
        return purge(now=now)
