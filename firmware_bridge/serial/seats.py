"""What one OSDP reader was told and has not done yet, and how long its bolt stays open."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from firmware_bridge.serial.driving import Done, Values
from firmware_bridge.serial.signs import LONGEST_TIMER, OFF, ON, ON_FOR_A_TIME, Sign, bolt
from firmware_bridge.wire.orders import Order

IN_FLIGHT = 3  # commands that the library is given at a time; it has room for four
MOST_WAITING = 16
RENEWED_AFTER = 15.0  # seconds: before the reader's own timer ends


class Seat:
    """`output` is the reader's output that moves bolt or relay; times are monotonic seconds.

    A long unlock is renewed while it lasts: a bridge that dies leaves a door open for 25 s at most.
    """

    def __init__(self, output: int) -> None:
        self._output = output
        self._waiting: deque[tuple[Sign, Done | None]] = deque(maxlen=MOST_WAITING)
        self._flying: deque[tuple[Sign, Done | None]] = deque()
        self._open_until = self._renew_at = 0.0
        self._held = False

    def move(self, order: Order, now: float) -> None:
        """Move the bolt or the relay; it is done when the reader says so."""
        if order.do == "unlock":
            self._open_until, self._renew_at = now + order.seconds, now + RENEWED_AFTER
            sign, state = bolt(self._output, ON_FOR_A_TIME, order.seconds), "unlocked"
        else:
            self._held = order.on
            sign, state = bolt(self._output, ON if order.on else OFF), "on" if order.on else "off"
        self._waiting.append((sign, Done(order.id, ok=True, state=state)))

    def show(self, signs: Iterable[Sign]) -> None:
        self._waiting += [(sign, None) for sign in signs]

    def next(self) -> Sign | None:
        """What the reader is to be told now; `took` says that it was."""
        return self._waiting[0][0] if self._waiting and len(self._flying) < IN_FLIGHT else None

    def took(self) -> None:
        self._flying.append(self._waiting.popleft())

    def answered(self, command: str, ok: bool) -> list[Done | Values]:
        """The reader did the oldest of these commands, or would not."""
        while self._flying:
            sign, done = self._flying.popleft()
            if sign.command == command:
                return _outcome(done, ok)
        return []

    def tick(self, now: float) -> list[Done | Values]:
        if not self._open_until:
            return []
        left = self._open_until - now
        if left <= 0:
            self._open_until = 0.0
            return [Values({"relay": float(self._held)})]
        if now >= self._renew_at and left > LONGEST_TIMER - RENEWED_AFTER:
            self._renew_at = now + RENEWED_AFTER
            self._waiting.append((bolt(self._output, ON_FOR_A_TIME, left), None))
        return []

    def back(self, now: float) -> None:
        """A reader that starts anew has forgotten that its bolt is open."""
        if self._open_until > now:
            self._waiting.append((bolt(self._output, ON_FOR_A_TIME, self._open_until - now), None))

    def gone(self) -> list[Done | Values]:
        """The reader is away: what it was told is not done, and would come too late."""
        lost = [done for _, done in (*self._flying, *self._waiting) if done is not None and done.id]
        self._flying.clear()
        self._waiting.clear()
        return [Done(done.id, ok=False, state="offline") for done in lost]


def _outcome(done: Done | None, ok: bool) -> list[Done | Values]:
    if done is None:
        return []
    if not ok:
        return [Done(done.id, ok=False, state="failed")]
    return [done, Values({"relay": float(done.state != "off")})]
