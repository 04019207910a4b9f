"""What a driver is: the bytes of one serial line on one side, what its devices say and obey on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.orders import Order
from firmware_bridge.wire.payload import Value

Channels = tuple[tuple[str, str], ...]  # (key, unit)


@dataclass(frozen=True, slots=True)
class Values:
    """Newest values, by channel."""

    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Turned:
    """The device answers, or no longer does and `why`."""

    online: bool
    why: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a command, as the device said itself."""

    id: str
    ok: bool
    state: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that one device of the line told."""

    device: str
    what: Card | Garbage | Values | Turned | Done


class Driver(Protocol):
    """No clock and no line of its own: `now` is monotonic seconds, bytes come by `feed` and go by `outgoing`.

    `pause` is how many seconds may pass between two ticks.
    """

    pause: float
    channels: Channels

    def opened(self, now: float) -> list[Heard]: ...
    def closed(self) -> list[Heard]: ...
    def feed(self, data: bytes, now: float) -> list[Heard]: ...
    def tick(self, now: float) -> list[Heard]: ...
    def obey(self, device: str, order: Order, now: float) -> list[Heard]: ...
    def outgoing(self) -> bytes: ...
