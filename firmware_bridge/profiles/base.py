"""What a family of devices is: its channels as data, how a message is placed, and one pure decode."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from firmware_bridge.wire.clock import Arrival
from firmware_bridge.wire.payload import BadPayload, Value, parse


@dataclass(frozen=True, slots=True)
class Channel:
    """One value of a family, in its canonical unit. A `counter` only grows, until its device forgets."""

    key: str
    unit: str = ""
    counter: bool = False


class Place(NamedTuple):
    """Whose message it is (the device's name as a slug) and what it tells, in the family's own words."""

    device: str
    what: str


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One value of one channel at one time, in Unix nanoseconds; thousands a second, hence a struct."""

    device: str
    channel: str
    value: Value
    unit: str
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


Event = Reading | Status | Seen


@dataclass(frozen=True, slots=True)
class Profile:
    """`topics` are the filters that the broker lets a device of this family use; `{device}` is its name.

    `place` is None for a message of another family; `decode` raises BadPayload for one that is broken.
    """

    name: str
    label: str
    channels: tuple[Channel, ...]
    topics: tuple[str, ...]
    place: Callable[[str, bytes], Place | None]
    decode: Callable[[Place, bytes, Arrival], Iterable[Event]]


def peek(payload: bytes) -> dict[str, Any]:
    """The payload's object, to recognise a family by; empty when it is none."""
    try:
        found = parse(payload)
    except BadPayload:
        return {}
    return found if type(found) is dict else {}
