"""Orders leave for devices in their own words, and are done when the devices report it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

from devices.orders import Failure, Open
from firmware_bridge.links.dialling import Message
from firmware_bridge.profiles.base import Ask, Deed
from firmware_bridge.profiles.native import order_id
from firmware_bridge.telemetry.desk import Desk, Fate
from firmware_bridge.telemetry.newest import Newest
from firmware_bridge.wire import native, topics
from firmware_bridge.wire.payload import BadPayload

log = logging.getLogger("etabli.telemetry")

SLACK = 2.0  # seconds that a device's clock may be behind; only its newest word counts anyway


class Orders:
    """`encode` finds a family's words; `send` publishes them, within so many seconds."""

    def __init__(
        self,
        desk: Desk,
        newest: Newest,
        *,
        encode: Callable[[str, Deed], Ask | None],
        send: Callable[[Ask, float], None],
    ) -> None:
        self._desk, self._newest, self._encode, self._send = desk, newest, encode, send
        self._closed: set[int] = set()
        self._back: dict[str, float] = {}  # device → when it said that it is there

    def step(self, *, connected: bool) -> None:
        """Send what is due, and look which devices now report what was wanted of them."""
        self._desk.ready = connected
        for order in self._desk.take():
            self._tell(order)
        standing = self._desk.open
        self._closed &= {order.number for order in standing}
        for order in standing:
            if order.number not in self._closed and self._is_done(order):
                self._close(Fate(order.number, time.time()))
        if not standing:
            self._back.clear()

    def came(self, device: str, now: float) -> None:
        """The device says that it is there, or what it is: it has just started."""
        if self._desk.open:
            self._back[device] = now

    def hear(self, messages: Iterable[Message]) -> None:
        """Our own devices say at once when they won't."""
        if not self._desk.open:
            return
        by_id = {(order.device, order_id(order.number)): order for order in self._desk.open}
        for message in messages:
            device, what = topics.native(message.topic) or ("", "")
            if what != "ack" or message.retain:
                continue
            try:
                told = native.ack(message.payload)
            except BadPayload:
                continue  # whoever answers taps buries it
            order = by_id.get((device, told.id))
            if order is not None and not told.ok:
                self._close(Fate(order.number, time.time(), Failure.REFUSED, told.state))

    def _tell(self, order: Open) -> None:
        deed = Deed(order.key, order.on, order.number, order.expires_at.timestamp())
        ask = self._encode(order.device, deed)
        if ask is None:
            log.warning("nobody knows how to tell %s: %s", order.device, order.key)
            self._close(Fate(order.number, time.time(), Failure.WORDLESS))
            return
        self._send(ask, max(order.expires_at.timestamp() - time.time(), 0.0))
        log.info("%s is told: %s", order.device, ask.topic)

    def _is_done(self, order: Open) -> bool:
        sent = order.sent_at.timestamp() if order.sent_at else time.time()
        if order.press:
            return self._back.get(order.device, 0.0) > sent
        state = self._newest.states.get(order.device)
        value, at = state.channels.get(order.key, (None, 0)) if state else (None, 0)
        return value == float(order.on) and at / 1e9 >= sent - SLACK

    def _close(self, fate: Fate) -> None:
        if fate.number not in self._closed:
            self._closed.add(fate.number)
            self._desk.close(fate)
