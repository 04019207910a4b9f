"""Our own protocol: any key is a channel, `hello` may declare it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from firmware_bridge.profiles.base import (
    Ask,
    Control,
    Deed,
    Event,
    Heard,
    Lesson,
    Place,
    Profile,
    Reading,
    Seen,
    Status,
    Target,
    measured,
)
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire import native, topics
from firmware_bridge.wire.clock import Arrival, Instant, judge
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.units import unit_of

NAME = "native"
USUAL = {"power": "W", "energy": "Wh", "rssi": "dBm"}  # of channels whose unit nobody told


def place(heard: Heard, _memory: Memory) -> Place | None:
    return of(heard.topic)


def of(topic: str) -> Place | None:
    found = topics.native(topic)
    return None if found is None else Place(*found)


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterable[Event]:
    device, what, _ = place
    if not topics.is_device(device):
        raise BadPayload("the topic holds no device name")
    if what == "readings":
        return _readings(device, payload, arrival, memory)
    if what == "status":
        return (Status(device, native.status(payload)),)
    if what == "hello":
        return _hello(device, native.hello(payload), arrival, memory)
    raise BadPayload("the topic is none of ours")


def _hello(device: str, hello: native.Hello, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    """Units that are not what its readings are taken for without a word are remembered."""
    shelf = memory.shelf(NAME)
    others = {key: unit for key, unit in hello.channels if unit and unit != USUAL.get(key, unit_of(unit))}
    yield Seen(
        device, hello.profile, hello.firmware, tuple((key, unit_of(unit)) for key, unit in hello.channels)
    )
    if others:
        shelf.learn(device, others, arrival.ns, weight=len(others))
        yield Lesson()
    elif shelf.get(device) is not None:
        shelf.forget(device)
        yield Lesson(kept=False)


def _readings(device: str, payload: bytes, arrival: Arrival, memory: Memory) -> list[Event]:
    told: Mapping[str, str] = memory.shelf(NAME).get(device, arrival.ns) or {}
    found: list[Event] = []
    for claimed, values in native.readings(payload):
        at, by_device = judge(claimed, arrival.ns)
        for key, value in values:
            unit = told.get(key) or USUAL.get(key, "")
            if unit and type(value) is float:
                found.append(measured(device, key, value, unit, Instant(at, by_device)))
            else:
                found.append(Reading(device, key, value, "", at, by_device))
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
    NAME,
    "Établi",
    (),
    ("fablab/v1/{device}/#",),
    place,
    decode,
    roots=("fablab",),
    controls=(Control("relay"), Control("restart", press=True)),
    encode=encode,
)
