"""Tasmota plugs and sensors, which count kWh and tell naive local time (tasmota.github.io, MQTT page).

Topics are `%prefix%/%topic%/` by default; an owner may set any other FullTopic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from firmware_bridge.profiles.base import Channel, Event, Place, Profile, Reading, Seen, Status, peek
from firmware_bridge.wire.clock import Arrival, Instant, judge_naive
from firmware_bridge.wire.payload import BadPayload, number, parse_object
from firmware_bridge.wire.topics import slug

_PREFIXES = ("tele", "stat", "cmnd")
_TAIL = re.compile(r"SENSOR|STATE|LWT|RESULT|POWER\d{0,2}|STATUS\d{0,2}|INFO\d|UPTIME|MARGINS|HASS_STATE")
_RELAY = re.compile(r"POWER(\d{0,2})")

# Their word → (our channel, unit, factor).
ENERGY = {
    "Power": ("power", "W", 1.0),
    "Total": ("energy", "Wh", 1000.0),
    "Today": ("energy_today", "Wh", 1000.0),
    "Yesterday": ("energy_yesterday", "Wh", 1000.0),
    "ApparentPower": ("apparent_power", "VA", 1.0),
    "ReactivePower": ("reactive_power", "var", 1.0),
    "Factor": ("factor", "", 1.0),
    "Frequency": ("frequency", "Hz", 1.0),
    "Voltage": ("voltage", "V", 1.0),
    "Current": ("current", "A", 1.0),
}
UNITS = {"Temperature": "°C", "DewPoint": "°C", "Humidity": "%", "Pressure": "hPa", "CarbonDioxide": "ppm"}

CHANNELS = (
    *(Channel(key, unit, counter=key == "energy") for key, unit, _ in ENERGY.values()),
    Channel("relay"),
    Channel("rssi", "dBm"),
)


def place(topic: str, payload: bytes) -> Place | None:
    """Default topics by their first level; others where the payload or the words leave no doubt."""
    levels = topic.split("/")
    tail = levels[-1]
    if len(levels) < 2 or not _TAIL.fullmatch(tail):
        return None
    name = _name(levels)
    if not name and _no_doubt(tail, payload):
        name = levels[-2]
    device = slug(name)
    return Place(device, "" if "cmnd" in levels else tail) if device else None


def _name(levels: list[str]) -> str:
    """`tele/plug/SENSOR`, `home/tele/plug/SENSOR` and `home/plug/tele/SENSOR` are all of `plug`."""
    at = next((index for index, level in enumerate(levels[:-1]) if level in _PREFIXES), None)
    if at is None:
        return ""
    after = levels[at + 1 : -1]
    return "-".join(after) if after else levels[at - 1] if at else ""


def _no_doubt(tail: str, payload: bytes) -> bool:
    if tail == "LWT":
        return payload in (b"Online", b"Offline")
    facts = peek(payload)
    if type(facts.get("Time")) is not str:
        return False
    return (tail == "SENSOR" and "ENERGY" in facts) or (tail == "STATE" and "Wifi" in facts)


def decode(place: Place, payload: bytes, arrival: Arrival) -> Iterable[Event]:
    device, what = place
    if what == "LWT":
        return (_status(device, payload),)
    if what == "SENSOR":
        return _sensor(device, parse_object(payload), arrival)
    if what in ("STATE", "RESULT"):
        return _state(device, parse_object(payload), arrival)
    if what == "INFO1":
        return _info(device, parse_object(payload))
    return ()


def _status(device: str, payload: bytes) -> Status:
    if payload not in (b"Online", b"Offline"):
        raise BadPayload("LWT is not Online or Offline")
    return Status(device, payload == b"Online")


def _info(device: str, facts: dict[str, Any]) -> Iterator[Event]:
    about = facts.get("Info1", facts)
    if type(about) is dict and type(about.get("Version")) is str:
        yield Seen(device, "tasmota", about["Version"][:80])


def _sensor(device: str, facts: dict[str, Any], arrival: Arrival) -> Iterator[Event]:
    at = judge_naive(facts.get("Time"), arrival)
    for name, values in facts.items():
        if type(values) is not dict:
            continue
        if name == "ENERGY":
            for word, (key, unit, factor) in ENERGY.items():
                yield from _values(device, key, values.get(word), unit, factor, at)
        else:
            yield from _climate(device, name, values, fahrenheit=facts.get("TempUnit") == "F", at=at)


def _climate(
    device: str, sensor: str, values: dict[str, Any], *, fahrenheit: bool, at: Instant
) -> Iterator[Event]:
    for word, value in values.items():
        if type(value) not in (int, float):
            continue
        unit, found = UNITS.get(word, ""), number(value, word)
        if unit == "°C" and fahrenheit:
            found = round((found - 32) / 1.8, 3)
        key = slug(f"{sensor} {word}").replace("-", "_")
        if key:
            yield Reading(device, key, found, unit, *at)


def _state(device: str, facts: dict[str, Any], arrival: Arrival) -> Iterator[Event]:
    at = judge_naive(facts.get("Time"), arrival)
    for word, value in facts.items():
        relay = _RELAY.fullmatch(word)
        if relay and value in ("ON", "OFF"):
            key = f"relay_{relay[1]}" if relay[1] else "relay"
            yield Reading(device, key, float(value == "ON"), "", *at)
    wifi = facts.get("Wifi")
    if type(wifi) is dict and type(wifi.get("Signal")) is int:
        yield Reading(device, "rssi", float(wifi["Signal"]), "dBm", *at)


def _values(device: str, key: str, value: Any, unit: str, factor: float, at: Instant) -> Iterator[Event]:
    """One value, or one a phase or relay: `power_1`, `power_2`…"""
    if value is None:
        return
    if type(value) is not list:
        yield Reading(device, key, _scaled(value, key, factor), unit, *at)
        return
    if len(value) > 16:
        raise BadPayload(f"{key} has more than 16 values")
    for index, each in enumerate(value, start=1):
        if each is not None:
            yield Reading(device, f"{key}_{index}", _scaled(each, key, factor), unit, *at)


def _scaled(value: Any, key: str, factor: float) -> float:
    found = number(value, key)
    return found if factor == 1.0 else round(number(found * factor, key), 6)


PROFILE = Profile(
    "tasmota",
    "Tasmota",
    CHANNELS,
    ("tele/{device}/#", "stat/{device}/#", "cmnd/{device}/#"),
    place,
    decode,
)
