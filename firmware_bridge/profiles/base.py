"""What a family of devices is: its channels as data, how a message is placed, and one decode."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import Arrival, Instant
from firmware_bridge.wire.payload import LARGEST_FOREIGN, BadPayload, Value, parse
from firmware_bridge.wire.units import canonical


@dataclass(frozen=True, slots=True)
class Channel:
    """One value of a family, in its canonical unit. A `counter` only grows, until its device forgets."""

    key: str
    unit: str = ""
    counter: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """What of a family may be ordered: a switch, by a pattern of its channel's key; a press has none."""

    key: str
    press: bool = False


class Place(NamedTuple):
    """Whose message it is (the device's name), what it tells in the family's words, and below which topic."""

    device: str
    what: str
    base: str = ""


class Reading(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One value of one channel at one time, in Unix nanoseconds; thousands a second, hence a struct."""

    device: str
    channel: str
    value: Value
    unit: str
    at: int
    by_device: bool


class Read(msgspec.Struct, frozen=True, gc=False):
    """A tag that an antenna saw `count` times since its last report; `rssi` in dBm, `epc` in upper hex."""

    device: str
    epc: str
    antenna: int
    rssi: float | None
    count: int
    at: int
    by_device: bool


@dataclass(frozen=True, slots=True)
class Status:
    """The device came or went."""

    device: str
    online: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The device described itself; `channels` are (key, unit)."""

    device: str
    profile: str
    firmware: str = ""
    channels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """Later messages can't be understood without this one: it is kept, or forgotten again."""

    kept: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """What the family wants said on the broker, to be told something again."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Deed:
    """What a device is to do: turn a channel on or off, or what a press does; `expires` is Unix seconds."""

    key: str
    on: bool = True
    number: int = 0
    expires: float = 0.0


class Target(NamedTuple):
    """A device by its name, and the address that it has in its family."""

    device: str
    address: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Part of the message is beyond us: it goes to the dead letters too, while the rest counts."""

    reason: str


Event = Reading | Read | Status | Seen | Lesson | Ask | Unread


class Heard:
    """A message as it came; what a family recognises it by is worked out once, when one asks."""

    def __init__(self, topic: str, payload: bytes) -> None:
        self.topic, self.payload = topic, payload

    @cached_property
    def levels(self) -> list[str]:
        return self.topic.split("/")

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The payload's object; empty when it is none."""
        if not self.payload.startswith((b"{", b" ", b"\n")) or len(self.payload) > LARGEST_FOREIGN:
            return {}
        try:
            found = parse(self.payload, most=LARGEST_FOREIGN)
        except BadPayload:
            return {}
        return found if type(found) is dict else {}


@dataclass(frozen=True, slots=True)
class Profile:
    """`topics` are the filters that the broker lets a device of this family use; `{device}` is its name.

    `roots` are first levels that are the family's own; `hears_empty` when an empty payload tells something
    more than that a retained message is taken away. `controls` may be ordered of those devices for which
    `encode` finds words. `place` is None for a message of another family;
    `decode` raises BadPayload for one that is broken. What it has to remember is handed in.
    """

    name: str
    label: str
    channels: tuple[Channel, ...]
    topics: tuple[str, ...]
    place: Callable[[Heard, Memory], Place | None]
    decode: Callable[[Place, bytes, Arrival, Memory], Iterable[Event]]
    roots: tuple[str, ...] = ()
    hears_empty: bool = False
    controls: tuple[Control, ...] = ()
    encode: Callable[[Target, Deed, Memory], Ask | None] = lambda _target, _deed, _memory: None


def measured(device: str, channel: str, value: float, unit: str, at: Instant) -> Reading:
    """A reading in our unit of a value in theirs."""
    found, ours = canonical(value, unit)
    return Reading(device, channel, found, ours, at.ns, at.by_device)


def stated(device: str, channel: str, value: Value | bool, at: Instant) -> Reading:
    """A reading without a unit; true and false are 1 and 0."""
    return Reading(device, channel, float(value) if type(value) is bool else value, "", at.ns, at.by_device)
