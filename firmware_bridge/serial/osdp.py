"""OSDP readers: cards come over the secure channel, answers go to bolt, lamp, buzzer and display."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from firmware_bridge.links.osdp import Answered, Bus, Event, Member, Opened, Secured
from firmware_bridge.serial.driving import Channels, Done, Heard, Turned, Values
from firmware_bridge.serial.seats import Seat
from firmware_bridge.serial.signs import signs
from firmware_bridge.wire import wiegand
from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.orders import Order
from firmware_bridge.wire.payload import BadPayload

SHORTEST_UID, LONGEST_UID = 32, 128  # bits
SILENT = "the reader does not answer"
WRONG_KEY = "the reader refuses our key"
NO_READER = "no OSDP reader answers at this address"
WAITED = "a card that had waited in the reader while nobody listened"
PATIENCE = 3.0  # seconds for a secure channel, before one says what is wrong


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader on the line, its key, and the output that moves its bolt or relay."""

    device: str
    address: int
    key: bytes = field(repr=False)
    output: int = 0
    installing: bool = False


class Osdp:
    """All readers of one line."""

    pause = 0.02
    channels: Channels = (("relay", ""), ("tamper", ""))

    def __init__(self, readers: Sequence[Reader]) -> None:
        self._readers = tuple(readers)
        self._places = {reader.device: place for place, reader in enumerate(readers)}
        self._seats = [Seat(reader.output) for reader in readers]
        self._why = [""] * len(self._readers)
        self._doubt = [(NO_READER, 0.0)] * len(self._readers)  # what seems wrong, and since when
        self._bus: Bus | None = None

    def opened(self, now: float) -> list[Heard]:
        members = [Member(each.address, each.key, each.installing) for each in self._readers]
        self._bus = Bus(members, now=now)
        self._why, self._doubt = [""] * len(self._readers), [(NO_READER, now)] * len(self._readers)
        return []

    def closed(self) -> list[Heard]:
        self._bus = None
        return [each for place, seat in enumerate(self._seats) for each in self._of(place, seat.gone())]

    def feed(self, data: bytes, now: float) -> list[Heard]:
        if self._bus is None:
            return []
        self._bus.feed(data, now)
        return self._news(self._bus, now)

    def tick(self, now: float) -> list[Heard]:
        if self._bus is None:
            return []
        self._bus.refresh(now)
        heard = self._news(self._bus, now)
        for place, seat in enumerate(self._seats):
            heard += self._of(place, seat.tick(now))
            heard += self._complaint(self._bus, place, now)
            self._submit(self._bus, place)
        return heard

    def obey(self, device: str, order: Order, now: float) -> list[Heard]:
        place, bus = self._places[device], self._bus
        if bus is None or not bus.is_secure(place):
            return [Heard(device, Done(order.id, ok=False, state="offline"))]
        seat, moves = self._seats[place], order.do != "refuse"
        able = moves and bus.can(place, "OutputControl") > self._readers[place].output
        if able:
            seat.move(order, now)
        if order.id:
            seat.show(sign for sign in signs(order, welcome=able) if bus.can(place, sign.needs))
        self._submit(bus, place)
        if able:
            return []  # done when the reader says so
        return [Heard(device, Done(order.id, not moves, "unsupported" if moves else "refused"))]

    def outgoing(self) -> bytes:
        return self._bus.take() if self._bus else b""

    def _submit(self, bus: Bus, place: int) -> None:
        seat = self._seats[place]
        while (sign := seat.next()) and bus.submit(place, sign.command, sign.fields):
            seat.took()

    def _news(self, bus: Bus, now: float) -> list[Heard]:
        return [each for event in bus.events() for each in self._tell(bus, event, now)]

    def _tell(self, bus: Bus, event: Event, now: float) -> Iterable[Heard]:
        if isinstance(event, Garbage):
            return [Heard(self._readers[0].device, event)]  # whose it was, nobody can know
        if isinstance(event, Secured):
            return self._turned(bus, event, now)
        place = event.member
        if isinstance(event, Answered):
            return self._of(place, self._seats[place].answered(event.command, event.ok))
        if isinstance(event, Opened):
            return self._of(place, [Values({"tamper": float(event.tampered)})])
        return self._of(place, [Garbage(event.bits.encode(), WAITED) if event.waited else card(event.bits)])

    def _turned(self, bus: Bus, event: Secured, now: float) -> Iterator[Heard]:
        place, seat = event.member, self._seats[event.member]
        if event.up:
            self._why[place] = ""
            seat.back(now)
            yield from self._of(place, [Turned(online=True, firmware=bus.firmware(place))])
        else:
            self._why[place] = SILENT
            yield from self._of(place, [*seat.gone(), Turned(online=False, why=self._why[place])])

    def _complaint(self, bus: Bus, place: int, now: float) -> list[Heard]:
        """What is wrong with a reader that never came, once; what comes late may be another lab's."""
        if bus.is_secure(place) or self._why[place] not in ("", NO_READER):
            return []
        why = WRONG_KEY if bus.answered(place) else NO_READER
        if why != self._doubt[place][0]:
            self._doubt[place] = why, now
        if why == self._why[place] or now - self._doubt[place][1] < PATIENCE:
            return []
        self._why[place] = why
        return self._of(place, [Turned(online=False, why=why)])

    def _of(self, place: int, told: Iterable[Card | Garbage | Values | Turned | Done]) -> list[Heard]:
        return [Heard(self._readers[place].device, each) for each in told]


def card(bits: str) -> Card | Garbage:
    """The UID in a reader's bits: that of Wiegand for 26 and 34, else all of them as bytes."""
    try:
        if len(bits) in wiegand.DATA_BITS:
            return wiegand.decode(bits)
    except BadPayload as bad:
        return Garbage(bits.encode(), bad.reason)
    if not SHORTEST_UID <= len(bits) <= LONGEST_UID:
        return Garbage(bits.encode(), f"a card of {len(bits)} bits")
    size = -(-len(bits) // 8)
    return Card(int(bits, 2).to_bytes(size, "big").hex().upper())
