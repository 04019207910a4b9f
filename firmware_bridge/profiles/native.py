"""Our own protocol: any key is a channel, `hello` may declare it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from firmware_bridge.profiles.base import (
    Ask,
    Control,
    Deed,
    Event,
    Heard,
    Place,
    Profile,
    Reading,
    Seen,
    Status,
    Target,
)
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


LEASE = 12 * 3600  # seconds; a relay of ours goes off by itself


def encode(target: Target, deed: Deed, _memory: Memory) -> Ask | None:
    """Our own `command`; what the device makes of it comes back as an `ack` with the same id."""
    facts: dict[str, object] = {"id": order_id(deed.number)}
    if deed.key == "restart":
        facts["do"] = "restart"
    else:
        facts |= {"do": "relay", "on": deed.on, "lease": LEASE if deed.on else 0}
    whole = facts | {"expires": round(deed.expires, 3)}
    return Ask(topics.command(target.device), json.dumps(whole).encode())


def order_id(number: int) -> str:
    return f"order-{number}"


PROFILE = Profile(
    "native",
    "Établi",
    (),
    ("fablab/v1/{device}/#",),
    place,
    decode,
    roots=("fablab",),
    controls=(Control("relay"), Control("restart", press=True)),
    encode=encode,
)
