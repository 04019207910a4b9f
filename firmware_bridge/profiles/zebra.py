"""Zebra's RFID readers with the IoT Connector: tag data, management events (zebradevs.github.io, ziotc).

The topics are whatever the owner set, so the payload tells; readers glue objects together or send arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from firmware_bridge.profiles.base import (
    Channel,
    Event,
    Heard,
    Place,
    Profile,
    Read,
    Seen,
    Status,
    measured,
    stated,
)
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import Arrival, Instant, judge, judge_iso
from firmware_bridge.wire.payload import BadPayload, number, parse_objects, text, whole
from firmware_bridge.wire.tags import MOST_PORTS, epc_of_hex
from firmware_bridge.wire.topics import key

NAME = "zebra"
# The last level when it names a kind of message and not the reader.
_KIND = re.compile(
    r"(?:[tmdch]|tags?|data|mgmt|management|control|health|rfid)?[-_]?"
    r"(?:event|evt|data|tags|read|heartbeat|health|req|rsp|res|response|command|cmd)s?",
    re.IGNORECASE,
)
_MANAGEMENT = ("heartbeat", "gpi", "gpo", "error", "warning", "firmwareUpdateProgress", "userapp")
_NUMBER = {"HIGH": 1.0, "LOW": 0.0}

# A path into a heartbeat's data → (our channel, unit).
HEARTBEAT = {
    "system.temperature": ("temperature", "°C"),
    "system.temperature.ambient": ("temperature", "°C"),
    "system.temperature.pa": ("temperature_pa", "°C"),
    "system.cpu.user": ("cpu_user", "%"),
    "system.cpu.system": ("cpu_system", "%"),
    "system.ram.free": ("ram_free", "B"),
    "radio_control.numTagReads": ("tag_reads", ""),
    "radio_control.numErrors": ("radio_errors", ""),
    "radio_control.numWarnings": ("radio_warnings", ""),
    "inventoryStatus.tagCount": ("tag_reads", ""),  # of a handheld reader, as what follows
    "batteryAlert.chargePercentage": ("battery", "%"),
}
_ACTIVITY = ("radio_control.radioActivity", "radio_control.radioActivitiy", "inventoryStatus.rfidStatus")
CHANNELS = (
    *(Channel(channel, unit, counter=channel == "tag_reads") for channel, unit in HEARTBEAT.values()),
    Channel("radio"),
    Channel("antenna_1"),
    Channel("gpi_1"),
)


def place(heard: Heard, memory: Memory) -> Place | None:
    payload = heard.payload
    if payload[:16].lstrip()[:1] not in (b"{", b"[") or not _tells(payload):
        return None
    levels = heard.levels
    base = levels[:-1] if len(levels) > 1 and _KIND.fullmatch(levels[-1]) else levels
    own = next((level for level in reversed(base) if level), "")
    return Place(memory.names.of(NAME, own, "/".join(base)), "events") if own else None


def _tells(payload: bytes) -> bool:
    """Words that stand together in no other family's messages."""
    if b'"eventNum"' in payload:
        return any(word in payload for word in (b'"idHex"', b'"component"', b'"tagData"', b'"beaconType"'))
    if b'"eventNumber"' in payload:
        return b'"eventName"' in payload and b'"data"' in payload
    if b'"command_id"' in payload:
        return b'"command"' in payload
    return b'"idHex"' in payload and b'"data"' in payload and b'"type"' in payload


def decode(place: Place, payload: bytes, arrival: Arrival, _memory: Memory) -> Iterable[Event]:
    for facts in parse_objects(payload):
        yield from _event(place.device, facts, arrival)


def _event(device: str, facts: dict[str, Any], arrival: Arrival) -> Iterator[Event]:
    data, kind = facts.get("data", facts), facts.get("type", facts.get("eventName"))
    if "command_id" in facts:
        yield from _answer(device, facts, Instant(arrival.ns, by_device=False))
        return
    if type(data) is not dict:
        raise BadPayload("data is not an object")
    told = facts.get("timestamp")
    at = judge_iso(told, arrival)
    if type(told) in (int, float):  # older readers count milliseconds
        at = judge(number(told, "timestamp") / 1000, arrival.ns)
    if type(data.get("tagData")) is list:  # handheld readers tell several at once
        for each in data["tagData"]:
            if type(each) is not dict:
                raise BadPayload("a tag's record is not an object")
            if _epc(each) is not None:
                yield _read(device, each, at)
    elif "idHex" in data:
        yield _read(device, data, at)
    elif kind in _MANAGEMENT:
        yield from _managed(device, str(kind), data, at)


def _read(device: str, data: dict[str, Any], at: Instant) -> Read:
    antenna, rssi, reads = data.get("antenna"), data.get("peakRssi"), data.get("reads", data.get("seenCount"))
    return Read(
        device,
        epc_of_hex(_epc(data)),
        0 if antenna is None else whole(antenna, "antenna", most=MOST_PORTS),
        None if rssi is None else number(rssi, "peakRssi"),
        1 if reads is None else min(max(int(number(reads, "reads")), 1), 1_000_000),
        at.ns,
        at.by_device,
    )


def _epc(data: dict[str, Any]) -> Any:
    """In hex, as fixed readers (`idHex`) and handheld ones name it."""
    return next((data[word] for word in ("idHex", "EPCid", "EPC") if data.get(word) is not None), None)


def _managed(device: str, kind: str, data: dict[str, Any], at: Instant) -> Iterator[Event]:
    if kind == "heartbeat":
        yield Status(device, online=True)
        yield from _heartbeat(device, data, at)
    elif kind in ("gpi", "gpo"):
        pin, state = data.get("pin"), _NUMBER.get(str(data.get("state")).upper())
        if type(pin) is not int or state is None:
            raise BadPayload(f"{kind} tells no pin that is HIGH or LOW")
        yield stated(device, f"{kind}_{whole(pin, 'pin', most=MOST_PORTS)}", state, at)
    elif kind == "firmwareUpdateProgress":
        if type(data.get("overallUpdateProgress")) in (int, float):
            done = number(data["overallUpdateProgress"], "overallUpdateProgress")
            yield measured(device, "update_progress", done, "%", at)
    else:
        yield stated(device, kind, text(_said(data)[:1000], kind, most=1000, least=0), at)


def _said(data: dict[str, Any]) -> str:
    """What an error, a warning or an owner's program tells, in one line."""
    if len(data) == 1 and type(only := next(iter(data.values()))) is str:
        return only
    told = {
        f"{word}.{part}" if part else word: inner
        for word, value in list(data.items())[:20]
        for part, inner in (list(value.items())[:20] if type(value) is dict else [("", value)])
    }
    return ", ".join(f"{word}: {value}" for word, value in told.items())


def _heartbeat(device: str, data: dict[str, Any], at: Instant) -> Iterator[Event]:
    for path, (channel, unit) in HEARTBEAT.items():
        value = _at(data, path)
        if type(value) in (int, float):
            yield measured(device, channel, number(value, channel), unit, at)
    activity = next((told for path in _ACTIVITY if (told := _at(data, path))), None)
    if type(activity) is str and activity:
        yield stated(device, "radio", text(activity, "radioActivity", most=40), at)
    antennas = _at(data, "radio_control.antennas")
    for port, state in list(antennas.items())[:64] if type(antennas) is dict else ():
        yield stated(device, f"antenna_{key(port)}", state == "connected", at)
    for kind in ("GPI", "GPO"):
        pins = _at(data, f"system.{kind}")
        for pin, state in list(pins.items())[:64] if type(pins) is dict else ():
            if type(state) is str and state in _NUMBER:
                yield stated(device, f"{kind.lower()}_{key(pin)}", _NUMBER[state], at)


def _answer(device: str, facts: dict[str, Any], at: Instant) -> Iterator[Event]:
    """What a reader answers to `get_version` and `get_status`; others are not for us."""
    about = facts.get("payload")
    if type(about) is not dict:
        return
    if facts.get("command") == "get_status":
        yield from _heartbeat(device, {"system": about, "radio_control": about}, at)
    elif facts.get("command") == "get_version" and type(about.get("readerApplication")) is str:
        yield Seen(device, NAME, about["readerApplication"][:80])


def _at(data: Any, path: str) -> Any:
    for word in path.split("."):
        if type(data) is not dict:
            return None
        data = data.get(word)
    return data


PROFILE = Profile(NAME, "Zebra IoT Connector", CHANNELS, ("{device}/#", "zebra/{device}/#"), place, decode)
