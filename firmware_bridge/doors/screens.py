"""Screens see what passages changed as soon as readers rest; several passages make one picture."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from booking.checkin import Decision, show

log = logging.getLogger("etabli.doors")

QUIET = 0.05  # seconds without a tap: whoever stands at a reader does not wait for a picture
LATEST = 0.25  # seconds that screens may wait while one tap follows the other


class Screens:
    """`note` what was decided; `step` shows it once it is due. `clock` tells monotonic seconds."""

    def __init__(
        self,
        show: Callable[[Sequence[Decision], datetime], None] = lambda told, now: show(told, now=now),
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._show, self._clock = show, clock
        self._unshown: list[Decision] = []
        self._first = self._last = 0.0

    def note(self, decision: Decision) -> None:
        self._last = self._clock()
        if not self._unshown:
            self._first = self._last
        self._unshown.append(decision)

    @property
    def rests(self) -> float:
        """Seconds until something is to be shown."""
        if not self._unshown:
            return math.inf
        return max(0.0, min(self._last + QUIET, self._first + LATEST) - self._clock())

    @property
    def late(self) -> bool:
        """Has something waited as long as it may, though readers don't rest?"""
        return bool(self._unshown) and self._clock() >= self._first + LATEST

    def step(self) -> None:
        if self.rests > 0:
            return
        unshown, self._unshown = self._unshown, []
        try:
            self._show(unshown, datetime.now(UTC))
        except Exception:
            log.exception("%d decisions could not be shown", len(unshown))
