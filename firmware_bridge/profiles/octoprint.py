"""Printers behind OctoPrint with the OctoPrint-MQTT plugin; its base topic is `octoPrint` or any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from firmware_bridge.profiles.base import Channel, Event, Place, Profile, Reading, Status, peek
from firmware_bridge.wire.clock import Arrival, judge
from firmware_bridge.wire.payload import BadPayload, number, optional_number, parse_object
from firmware_bridge.wire.topics import slug

_BASE = "octoprint"
_TELLING = {"temperature": "actual", "progress": "progress", "event": "_event"}

STATES = {
    "PrintStarted": "printing",
    "PrintResumed": "printing",
    "PrintPaused": "paused",
    "PrintDone": "idle",
    "PrintCancelled": "idle",
    "PrintFailed": "failed",
    "Connected": "idle",
    "Disconnected": "off",
    "Error": "failed",
}
CHANNELS = (
    Channel("tool0", "°C"),
    Channel("tool0_target", "°C"),
    Channel("bed", "°C"),
    Channel("bed_target", "°C"),
    Channel("progress", "%"),
    Channel("state"),
)


def place(topic: str, payload: bytes) -> Place | None:
    levels = topic.split("/")
    if levels[-1] == "mqtt":
        base, what = levels[:-1], "mqtt"
        telling = payload in (b"connected", b"disconnected")
    elif len(levels) > 2 and levels[-2] in _TELLING:
        base, what = levels[:-2], f"{levels[-2]}/{levels[-1]}"
        telling = _TELLING[levels[-2]] in peek(payload)
    else:
        base, what, telling = levels[:-1], "", False
    named = any(level.lower() == _BASE for level in base)
    device = slug(_name(base)) if named or telling else ""
    return Place(device, what) if device else None


def _name(base: list[str]) -> str:
    """What follows `octoPrint`, else what stands before it; the last level of a custom base topic."""
    words = [level.lower() for level in base]
    if _BASE not in words:
        return base[-1] if base else ""
    at = words.index(_BASE)
    return "-".join(base[at + 1 :]) or (base[at - 1] if at else _BASE)


def decode(place: Place, payload: bytes, arrival: Arrival) -> Iterable[Event]:
    device = place.device
    kind, _, detail = place.what.partition("/")
    if kind == "mqtt":
        if payload not in (b"connected", b"disconnected"):
            raise BadPayload("mqtt is not connected or disconnected")
        return (Status(device, payload == b"connected"),)
    if kind in _TELLING:
        return _readings(device, kind, detail, parse_object(payload), arrival)
    return ()


def _readings(
    device: str, kind: str, detail: str, facts: dict[str, Any], arrival: Arrival
) -> Iterator[Reading]:
    at = judge(optional_number(facts, "_timestamp"), arrival.ns)
    if kind == "temperature":
        key = slug(detail).replace("-", "_")
        if not key:
            raise BadPayload("the topic names no heater")
        for name, word in ((key, "actual"), (f"{key}_target", "target")):
            if facts.get(word) is not None:
                yield Reading(device, name, number(facts[word], word), "°C", *at)
    elif kind == "progress":
        if detail == "printing" and facts.get("progress") is not None:
            yield Reading(device, "progress", number(facts["progress"], "progress"), "%", *at)
    elif detail in STATES:
        yield Reading(device, "state", STATES[detail], "", *at)


PROFILE = Profile(
    "octoprint",
    "OctoPrint",
    CHANNELS,
    (
        "octoPrint/{device}/#",
        "{device}/mqtt",
        "{device}/temperature/+",
        "{device}/progress/+",
        "{device}/event/+",
    ),
    place,
    decode,
)
