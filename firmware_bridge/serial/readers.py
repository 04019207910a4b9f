"""Readers that only read: a card becomes a tap, and there is no lamp or bolt to answer with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from firmware_bridge.serial.driving import Channels, Done, Heard, Turned
from firmware_bridge.wire.cards import Card, Dwell, Garbage
from firmware_bridge.wire.orders import Order


class Framer(Protocol):
    def feed(self, data: bytes) -> list[Card | Garbage]: ...


class CardReader:
    """`framer` makes one for each opening of the line; after `hold` seconds away a card counts anew."""

    pause = 0.5
    channels: Channels = ()

    def __init__(self, device: str, framer: Callable[[], Framer], *, hold: float) -> None:
        self._device, self._make = device, framer
        self._framer, self._dwell = framer(), Dwell(hold)

    def opened(self, now: float) -> list[Heard]:
        self._framer = self._make()
        return [Heard(self._device, Turned(online=True))]

    def closed(self) -> list[Heard]:
        return []

    def feed(self, data: bytes, now: float) -> list[Heard]:
        return [
            Heard(self._device, each)
            for each in self._framer.feed(data)
            if isinstance(each, Garbage) or self._dwell.arrives(each.uid, now)
        ]

    def tick(self, now: float) -> list[Heard]:
        return []

    def obey(self, device: str, order: Order, now: float) -> list[Heard]:
        """A refusal needs no lamp; what should move has nothing to move."""
        refused = order.do == "refuse"
        return [Heard(device, Done(order.id, refused, "refused" if refused else "unsupported"))]

    def outgoing(self) -> bytes:
        return b""
