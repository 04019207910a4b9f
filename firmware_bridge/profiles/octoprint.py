"""Printers behind OctoPrint with the OctoPrint-MQTT plugin; its base topic is `octoPrint` or any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from firmware_bridge.profiles.base import Channel, Event, Heard, Place, Profile, Reading, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import Arrival, Instant, judge
from firmware_bridge.wire.payload import BadPayload, number, optional_number, parse_object
from firmware_bridge.wire.topics import key

NAME = "octoprint"
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
# What `PrinterStateChanged` calls them (docs.octoprint.org, "Events").
STATE_IDS = {
    "OPERATIONAL": "idle",
    "STARTING": "printing",
    "PRINTING": "printing",
    "FINISHING": "printing",
    "PAUSING": "paused",
    "PAUSED": "paused",
    "RESUMING": "printing",
    "CANCELLING": "printing",
    "ERROR": "failed",
    "CLOSED_WITH_ERROR": "failed",
    "CLOSED": "off",
    "OFFLINE": "off",
    "TRANSFERRING_FILE": "idle",
    "TRANSFERING_FILE": "idle",
}
CHANNELS = (
    Channel("tool0", "°C"),
    Channel("tool0_target", "°C"),
    Channel("bed", "°C"),
    Channel("bed_target", "°C"),
    Channel("progress", "%"),
    Channel("print_time", "s"),
    Channel("print_time_left", "s"),
    Channel("z", "mm"),
    Channel("state"),
)


def place(heard: Heard, memory: Memory) -> Place | None:
    levels, payload = heard.levels, heard.payload
    if levels[-1] == "mqtt":
        base, what = levels[:-1], "mqtt"
        telling = payload in (b"connected", b"disconnected")
    elif len(levels) > 2 and levels[-2] in _TELLING:
        base, what = levels[:-2], f"{levels[-2]}/{levels[-1]}"
        telling = _TELLING[levels[-2]] in heard.facts
    else:
        base, what, telling = levels[:-1], "", False
    named = any(level.lower() == _BASE for level in base)
    own = _name(base) if named or telling else ""
    return Place(memory.names.of(NAME, own, "/".join(base)), what) if own else None


def _name(base: list[str]) -> str:
    """What follows `octoPrint`, else what stands before it; the last level of a custom base topic."""
    words = [level.lower() for level in base]
    if _BASE not in words:
        return base[-1] if base else ""
    at = words.index(_BASE)
    return "-".join(base[at + 1 :]) or (base[at - 1] if at else _BASE)


def decode(place: Place, payload: bytes, arrival: Arrival, _memory: Memory) -> Iterable[Event]:
    device = place.device
    kind, _, detail = place.what.partition("/")
    if kind == "mqtt":
        if payload not in (b"connected", b"disconnected"):
            raise BadPayload("mqtt is not connected or disconnected")
        return (Status(device, payload == b"connected"),)
    if kind not in _TELLING:
        return ()
    facts = parse_object(payload)
    at = judge(optional_number(facts, "_timestamp"), arrival.ns)
    if kind == "temperature":
        return _heat(device, key(detail), facts, at)
    if kind == "event":
        return _event(device, detail, facts, at)
    return _progress(device, facts, at) if detail == "printing" else ()


def _heat(device: str, heater: str, facts: dict[str, Any], at: Instant) -> Iterator[Reading]:
    for channel, word in ((heater, "actual"), (f"{heater}_target", "target")):
        yield from _told(device, channel, facts, word, "°C", at)


def _progress(device: str, facts: dict[str, Any], at: Instant) -> Iterator[Reading]:
    yield from _told(device, "progress", facts, "progress", "%", at)
    more = facts.get("printer_data")  # when the plugin is set to send it
    told = more.get("progress") if type(more) is dict else None
    if type(told) is dict:
        yield from _told(device, "print_time", told, "printTime", "s", at)
        yield from _told(device, "print_time_left", told, "printTimeLeft", "s", at)


def _event(device: str, event: str, facts: dict[str, Any], at: Instant) -> Iterator[Reading]:
    state = STATE_IDS.get(str(facts.get("state_id"))) if event == "PrinterStateChanged" else STATES.get(event)
    if event == "PrintFailed" and facts.get("reason") == "cancelled":
        state = "idle"  # somebody stopped it: nothing is broken
    if state is not None:
        yield Reading(device, "state", state, "", *at)
    if event == "ZChange":
        yield from _told(device, "z", facts, "new", "mm", at)
    elif event in ("PrintDone", "PrintFailed", "PrintCancelled"):
        yield from _told(device, "print_time", facts, "time", "s", at)


def _told(
    device: str, channel: str, facts: dict[str, Any], word: str, unit: str, at: Instant
) -> Iterator[Reading]:
    if facts.get(word) is not None:
        yield Reading(device, channel, number(facts[word], word), unit, *at)


PROFILE = Profile(
    NAME,
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
    roots=("octoPrint", "octoprint"),
)
