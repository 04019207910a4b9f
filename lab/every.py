"""Once in a while: what a long-lived process need not do in each of its rounds."""

from __future__ import annotations

from datetime import datetime, timedelta


class Every:
    """Remembers when it was time last; a new process, and one whose clock was set back, begins at once."""

    def __init__(self, pause: timedelta) -> None:
        self._pause = pause
        self._last: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is time; then not again before the pause is over."""
        if self._last is not None and timedelta(0) <= now - self._last < self._pause:
            return False
        self._last = now
        return True

    def at_once(self) -> None:
        """It is time whenever it is asked next."""
        self._last = None
