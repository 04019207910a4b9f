"""The database's side of orders to devices: what is open, whose turn it is, and what became of it.

Level-triggered: it looks again and again, so that nothing has to tell it, and a restart forgets nothing.
"""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime
from typing import NamedTuple

from devices import orders
from devices.orders import Open

BETWEEN_LOOKS = 0.3


class Fate(NamedTuple):
    """What became of an order: done when `failure` is empty."""

    number: int
    at: float
    failure: str = ""
    answer: str = ""


class Desk:
    """`work` runs on the registry's thread; the rest is noted and taken by the thread that has the link."""

    def __init__(self) -> None:
        self.ready = False  # is there a connection to send over?
        self.open: tuple[Open, ...] = ()
        self._to_send: deque[Open] = deque()
        self._fates: deque[Fate] = deque()
        self._claimed: set[int] = set()
        self._next = 0.0

    def take(self) -> list[Open]:
        """Orders that are to be sent now."""
        return [self._to_send.popleft() for _ in range(len(self._to_send))]

    def close(self, fate: Fate) -> None:
        self._fates.append(fate)

    def work(self) -> None:
        """
        Raises:
            DatabaseError: for now; what is left is done the next time.
        """
        while self._fates:
            _note(self._fates[0])
            self._fates.popleft()
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + BETWEEN_LOOKS
        now = datetime.now(UTC)
        found = orders.waiting()
        if any(each.expires_at <= now for each in found):
            orders.expire(now=now)
        found = [each for each in found if each.expires_at > now]
        self._claimed &= {each.number for each in found}
        self.open = tuple(each for each in map(self._turn, found) if each is not None)

    def _turn(self, order: Open) -> Open | None:
        """The order once it was sent; what an earlier process took on is said again if that does no harm."""
        if order.number in self._claimed:
            return order if order.sent_at else None
        if not self.ready:
            return order if order.sent_at else None
        now = datetime.now(UTC)
        if order.sent_at is None:
            if not orders.claim(order.number, now=now):
                return None
            order = Open(order.number, order.device, order.key, order.press, order.on, now, order.expires_at)
            self._to_send.append(order)
        elif not order.press:  # a switch that is told twice is where it was; nothing is restarted twice
            self._to_send.append(order)
        self._claimed.add(order.number)
        return order


def _note(fate: Fate) -> None:
    at = datetime.fromtimestamp(fate.at, UTC)
    if fate.failure:
        orders.fail(fate.number, fate.failure, at=at, answer=fate.answer)
    else:
        orders.finish(fate.number, at=at)
