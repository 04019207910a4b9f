"""Our own protocol: any key is a channel, `hello` may declare it."""

from __future__ import annotations

from collections.abc import Iterable

from firmware_bridge.profiles.base import Event, Heard, Place, Profile, Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire import native, topics
from firmware_bridge.wire.clock import Arrival, judge
from firmware_bridge.wire.payload import BadPayload


def place(heard: Heard, _memory: Memory) -> Place | None:
    return of(heard.topic)


def of(topic: str) -> Place | None:
    found = topics.native(topic)
    return None if found is None else Place(*found)


def decode(place: Place, payload: bytes, arrival: Arrival, _memory: Memory) -> Iterable[Event]:
    device, what, _ = place
    if not topics.is_device(device):
        raise BadPayload("the topic holds no device name")
    if what == "readings":
        return _readings(device, payload, arrival)
    if what == "status":
        return (Status(device, native.status(payload)),)
    if what == "hello":
        hello = native.hello(payload)
        return (Seen(device, hello.profile, hello.firmware, hello.channels),)
    raise BadPayload("the topic is none of ours")


def _readings(device: str, payload: bytes, arrival: Arrival) -> list[Event]:
    found: list[Event] = []
    for claimed, values in native.readings(payload):
        at, by_device = judge(claimed, arrival.ns)
        found += [Reading(device, key, value, "", at, by_device) for key, value in values]
    return found


PROFILE = Profile("native", "Établi", (), ("fablab/v1/{device}/#",), place, decode, roots=("fablab",))
