"""Impinj readers with the IoT device interface (platform.impinj.com, ReaderEvent).

The topic is whatever the owner set; a message holds one event, an array, or one a line. No field is sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from firmware_bridge.profiles.base import Channel, Event, Heard, Place, Profile, Read, stated
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import Arrival, Instant, judge_iso
from firmware_bridge.wire.payload import BadPayload, number, parse_objects, text, whole
from firmware_bridge.wire.tags import MOST_PORTS, epc_of_base64, epc_of_hex

NAME = "impinj"
_WORDS = (
    b'"tagInventoryEvent"',
    b'"inventoryStatusEvent"',
    b'"inventoryTerminatedEvent"',
    b'"antennaConnectedEvent"',
    b'"antennaDisconnectedEvent"',
    b'"gpiTransitionEvent"',
    b'"overflowEvent"',
    b'"tagLocationEntryEvent"',
    b'"tagLocationUpdateEvent"',
    b'"tagLocationExitEvent"',
    b'"diagnosticEvent"',
)
_HOST = re.compile(rb'"hostname"\s*:\s*"([A-Za-z0-9._-]{1,253})"')
CHANNELS = (Channel("inventory"), Channel("antenna_1"), Channel("gpi_1"))


def place(heard: Heard, memory: Memory) -> Place | None:
    """The reader's host name when it tells one: several may share a topic."""
    payload = heard.payload
    if payload[:16].lstrip()[:1] not in (b"{", b"[") or not any(word in payload for word in _WORDS):
        return None
    own = next((level for level in reversed(heard.levels) if level), "")
    address = heard.topic
    host = _HOST.search(payload, 0, 4_096)
    if host:
        own = host[1].decode()
        address = f"{heard.topic} {own}"  # who writes elsewhere under this name is somebody else
    return Place(memory.names.of(NAME, own, address), "events") if own else None


def decode(place: Place, payload: bytes, arrival: Arrival, _memory: Memory) -> Iterable[Event]:
    for facts in parse_objects(payload):
        at = judge_iso(facts.get("timestamp"), arrival)
        for word, read in READERS.items():
            about = facts.get(word)
            if about is None:
                continue
            if type(about) is not dict:
                raise BadPayload(f"{word} is not an object")
            yield from read(place.device, about, at, arrival)


def _tag(device: str, about: dict[str, Any], at: Instant, arrival: Arrival) -> Iterator[Event]:
    if about.get("epcHex") is not None:
        epc = epc_of_hex(about["epcHex"])
    elif about.get("epc") is not None:
        epc = epc_of_base64(about["epc"])
    else:
        return  # its owner turned the EPC off: a read of nobody
    if about.get("lastSeenTime") is not None:
        at = judge_iso(about["lastSeenTime"], arrival)
    antenna, strength = about.get("antennaPort"), about.get("peakRssiCdbm")
    yield Read(
        device,
        epc,
        0 if antenna is None else whole(antenna, "antennaPort", most=MOST_PORTS),
        None if strength is None else round(number(strength, "peakRssiCdbm") / 100, 2),
        1,
        at.ns,
        at.by_device,
    )


def _inventory(device: str, about: dict[str, Any], at: Instant, _: Arrival) -> Iterator[Event]:
    told = about.get("inventoryStatus")
    if told is not None:
        yield stated(device, "inventory", text(told, "inventoryStatus", most=40), at)


def _ended(device: str, about: dict[str, Any], at: Instant, _: Arrival) -> Iterator[Event]:
    yield stated(device, "inventory", "terminated", at)


def _antenna(connected: bool) -> Callable[..., Iterator[Event]]:
    def read(device: str, about: dict[str, Any], at: Instant, _: Arrival) -> Iterator[Event]:
        port = about.get("antennaPort")
        if port is not None:
            yield stated(device, f"antenna_{whole(port, 'antennaPort', most=MOST_PORTS)}", connected, at)

    return read


def _pin(device: str, about: dict[str, Any], at: Instant, _: Arrival) -> Iterator[Event]:
    pin, transition = about.get("gpi"), about.get("transition")
    if pin is not None and transition in ("low-to-high", "high-to-low"):
        yield stated(device, f"gpi_{whole(pin, 'gpi', most=MOST_PORTS)}", transition == "low-to-high", at)


def _overflow(device: str, about: dict[str, Any], at: Instant, _: Arrival) -> Iterator[Event]:
    yield stated(device, "overflow", 1.0, at)


READERS: dict[str, Callable[..., Iterator[Event]]] = {
    "tagInventoryEvent": _tag,
    "inventoryStatusEvent": _inventory,
    "inventoryTerminatedEvent": _ended,
    "antennaConnectedEvent": _antenna(connected=True),
    "antennaDisconnectedEvent": _antenna(connected=False),
    "gpiTransitionEvent": _pin,
    "overflowEvent": _overflow,
    "tagLocationEntryEvent": _tag,
    "tagLocationUpdateEvent": _tag,
}  # an exit is no read, and diagnostics are for the vendor

PROFILE = Profile(
    NAME, "Impinj IoT device interface", CHANNELS, ("{device}/#", "impinj/{device}/#"), place, decode
)
