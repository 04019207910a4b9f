"""Sends readers what their relays have to know between taps: longer or shorter leases, and off."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path

from booking import relays
from booking.relays import Order, Values
from booking.rules.relays import SLACK
from devices import history
from firmware_bridge.doors.taps import Send
from firmware_bridge.wire import commands, topics

BETWEEN_LOOKS = 2.0
BETWEEN_ORDERS = 30.0  # the same is said again when the reader does not follow; it reports every 20 s


class Relays:
    """Looks every other second, when no tap waits; what was said is said again until the reader follows."""

    def __init__(self, *, send: Send, store: Callable[[], Path]) -> None:
        self._send, self._store = send, store
        self._next_look = 0.0
        self._told: dict[str, tuple[Order, float]] = {}  # device → what, and when on our own clock

    def step(self, *, now: datetime) -> None:
        clock = time.monotonic()
        if clock < self._next_look:
            return
        self._next_look = clock + BETWEEN_LOOKS
        relays.end_switched_off(ask=self._ask, now=now)
        told = {order.session: order.reason for order, _ in self._told.values()}
        for order in relays.orders(ask=self._ask, now=now, told=told):
            if self._is_new(order, clock) and self._send(topics.command(order.device), _command(order, now)):
                self._told[order.device] = order, clock
                relays.note_told(order)

    def _ask(self, names: Collection[str]) -> Mapping[str, Values]:
        return history.last(self._store(), names)

    def _is_new(self, order: Order, clock: float) -> bool:
        last, at = self._told.get(order.device, (None, 0.0))
        if (
            last is None
            or clock - at >= BETWEEN_ORDERS
            or (last.on, last.session, last.reason) != (order.on, order.session, order.reason)
        ):
            return True
        return bool(last.until and order.until and abs(order.until - last.until) > SLACK)


def _command(order: Order, now: datetime) -> bytes:
    return commands.relay(on=order.on, lease=order.lease, now=now, reason=order.reason, text=order.text)
