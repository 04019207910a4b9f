"""Tasmota plugs and sensors, which count kWh and tell naive local time (tasmota.github.io, MQTT page).

Topics are `%prefix%/%topic%/` by default. An owner may set any other FullTopic and other prefixes; the
device's own announcement below `tasmota/discovery` then tells which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from firmware_bridge.profiles.base import (
    Ask,
    Channel,
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
)
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import Arrival, Instant, judge, judge_naive
from firmware_bridge.wire.payload import BadPayload, number, parse_object, plain, text, told_number
from firmware_bridge.wire.topics import key
from firmware_bridge.wire.units import canonical

NAME = "tasmota"
_PREFIXES = ("tele", "stat", "cmnd")
_DISCOVERY = ["tasmota", "discovery"]
_ANY_TAIL = re.compile(r"[A-Z][A-Z0-9_]*", re.ASCII)
_TAIL = re.compile(
    r"SENSOR|STATE|LWT|RESULT|POWER\d{0,2}|STATUS\d{0,2}|INFO\d|UPTIME|MARGINS|HASS_STATE|Restart", re.ASCII
)
_RELAY = re.compile(r"POWER(\d{0,2})", re.ASCII)
_DIMMER = re.compile(r"Dimmer(\d?)", re.ASCII)
_SHUTTER = re.compile(r"SHUTTER(\d{1,2})", re.ASCII)
_MOSTLY = frozenset({"SENSOR", "STATE", "RESULT", "POWER", "LWT"})  # thousands a second: placed in a hurry
_MOST_VALUES = 16

# Their word → (our channel, their unit).
ENERGY = {
    "Power": ("power", "W"),
    "Total": ("energy", "kWh"),
    "Today": ("energy_today", "kWh"),
    "Yesterday": ("energy_yesterday", "kWh"),
    "ImportActive": ("energy_imported", "kWh"),
    "ExportActive": ("energy_exported", "kWh"),
    "ApparentPower": ("apparent_power", "VA"),
    "ReactivePower": ("reactive_power", "var"),
    "Factor": ("factor", ""),
    "Frequency": ("frequency", "Hz"),
    "Voltage": ("voltage", "V"),
    "Current": ("current", "A"),
}
UNITS = {
    "Temperature": "°C",
    "DewPoint": "°C",
    "Humidity": "%",
    "Moisture": "%",
    "Illuminance": "lx",
    "Pressure": "hPa",
    "SeaPressure": "hPa",
    "CarbonDioxide": "ppm",
    "CO2": "ppm",
    "eCO2": "ppm",
    "TVOC": "ppb",
    "Voltage": "V",
    "Current": "A",
    "Power": "W",
    "Frequency": "Hz",
    "RMSVoltage": "V",
    "ActivePower": "W",
    "BatteryVoltage": "V",
    "BatteryPercentage": "%",
    "Battery": "%",
    "RSSI": "dBm",
    **dict.fromkeys(("CF1", "CF2.5", "CF10", "PM1", "PM2.5", "PM4", "PM10"), "µg/m³"),
}
# Smart meters are read by scripts, whose words are their writers'; these stand in the vendor's examples.
METER = {"total_in": "kWh", "total_out": "kWh", "power_curr": "W"}
SHUTTER = {"position": "%", "target": "%"}
# What a phase has of its own, and the whole meter as their sum.
SUMMED = ("Power", "Total")
# A card's number is no measurement, and nothing to be kept.
_NEVER = frozenset({"UID", "UidHex"})
_CLOCK = ("Time", "Epoch")
# A word of theirs that tells the unit of others → the unit that it replaces.
TOLD_UNITS = {"TempUnit": "°C", "PressureUnit": "hPa"}

CHANNELS = (
    *(Channel(key, canonical(0, unit)[1], counter=key == "energy") for key, unit in ENERGY.values()),
    Channel("relay"),
    Channel("rssi", "dBm"),
)


def place(heard: Heard, memory: Memory) -> Place | None:
    """Default topics by their first level; others where words, payload or announcement leave no doubt."""
    levels, shelf = heard.levels, memory.shelf(NAME)
    tail = levels[-1]
    if len(levels) < 2:
        return None
    usual = len(levels) > 2 and levels[0] in _PREFIXES
    if usual and len(levels) == 3 and levels[1] and not shelf and tail in _MOSTLY:
        what = "" if levels[0] == "cmnd" else tail
        return Place(memory.names.of(NAME, levels[1], f"+/{levels[1]}"), what)
    if levels[:2] == _DISCOVERY:
        return _announced(heard, memory)
    if not (_ANY_TAIL.fullmatch(tail) if usual else _TAIL.fullmatch(tail)):
        return Place("", "") if levels[0] == "cmnd" and len(levels) > 2 else None
    known = shelf.get("/".join(levels[:-1])) if shelf else None
    own, address, command = known or _address(levels)
    if not own and _no_doubt(tail, heard):
        own, address = levels[-2], "/".join(levels[:-1])
    if not own:
        return None
    return Place(memory.names.of(NAME, own, address), "" if command else tail)


def _address(levels: list[str]) -> tuple[str, str, bool]:
    """`tele/plug/SENSOR`, `home/tele/plug/SENSOR` and `home/plug/tele/SENSOR` are each of a `plug`."""
    for at, level in enumerate(levels[:-1]):
        if level in _PREFIXES:
            after = levels[at + 1 : -1]
            own = after[-1] if after else levels[at - 1] if at else ""
            return own, "/".join([*levels[:at], "+", *after]), level == "cmnd"
    return "", "", False


def _no_doubt(tail: str, heard: Heard) -> bool:
    if tail == "LWT":
        return heard.payload in (b"Online", b"Offline")
    facts = heard.facts
    if type(facts.get("Time")) not in (str, int, float):
        return False
    telling = {"SENSOR": ("ENERGY", "TempUnit", "PressureUnit"), "STATE": ("Wifi",)}.get(tail, ())
    return any(word in facts for word in telling)


def _announced(heard: Heard, memory: Memory) -> Place | None:
    if len(heard.levels) != 4 or heard.levels[3] not in ("config", "sensors"):
        return None
    topics = _full_topics(heard.facts)
    if not topics:
        return Place("", heard.levels[3])
    own, address = str(heard.facts["t"]), topics[0]
    if _usual(topics):
        own, address, _ = _address([*topics[0].split("/"), ""])
    return Place(memory.names.of(NAME, own, address), "config")


def _full_topics(facts: dict[str, Any]) -> list[str]:
    """The topics of an announced device, without the last level: status, telemetry, and of commands."""
    full, topic, prefixes = facts.get("ft"), facts.get("t"), facts.get("tp")
    if type(full) is not str or type(topic) is not str or type(prefixes) is not list or len(full) > 200:
        return []
    if len(prefixes) < 2:
        return []
    for token, word in (("%topic%", topic), ("%hostname%", facts.get("hn")), ("%id%", facts.get("mac"))):
        full = full.replace(token, str(word))
    return [full.replace("%prefix%", str(prefix)).rstrip("/") for prefix in [*prefixes[1:3], prefixes[0]]]


def _usual(topics: list[str]) -> bool:
    return all(any(level in _PREFIXES for level in topic.split("/")) for topic in topics)


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterable[Event]:
    device, what, _ = place
    if what in _READERS:
        return _READERS[what](device, parse_object(payload), arrival)
    if what == "LWT":
        return (_status(device, payload),)
    if what.startswith("STATUS"):
        return _asked(device, parse_object(payload), arrival)
    if what == "config":
        return _config(device, parse_object(payload), arrival, memory)
    if what and payload.startswith(b"{"):  # SetOption4: an answer below its command's name
        return _state(device, parse_object(payload), arrival)
    if (relay := _RELAY.fullmatch(what)) is not None:
        return (_power(device, relay[1], payload.decode(errors="replace"), arrival),)
    if (shutter := _SHUTTER.fullmatch(what)) is not None:
        position = told_number(plain(payload), "a shutter")
        return (Reading(device, f"shutter{shutter[1]}_position", position, "%", arrival.ns, False),)
    return ()


def _status(device: str, payload: bytes) -> Status:
    if payload not in (b"Online", b"Offline"):
        raise BadPayload("LWT is not Online or Offline")
    return Status(device, payload == b"Online")


def _power(device: str, index: str, told: str, arrival: Arrival) -> Reading:
    if told not in ("ON", "OFF"):
        raise BadPayload("POWER is not ON or OFF")
    return Reading(device, f"relay_{index}" if index else "relay", float(told == "ON"), "", arrival.ns, False)


def _info(device: str, facts: dict[str, Any], _arrival: Arrival) -> Iterator[Event]:
    about = facts.get("Info1", facts.get("StatusFWR", facts))
    version = about.get("Version", about.get("sw")) if type(about) is dict else None
    if type(version) is str:
        yield Seen(device, NAME, version[:80])


def _config(device: str, facts: dict[str, Any], arrival: Arrival, memory: Memory) -> Iterator[Event]:
    topics = _full_topics(facts)
    if not topics:
        raise BadPayload("the announcement tells no topics")
    yield from _info(device, facts, arrival)
    if not _usual(topics):
        shelf, own = memory.shelf(NAME), str(facts["t"])
        *spoken, commands = topics
        shelf.learn(commands, (own, topics[0], True), arrival.ns)
        for topic in spoken:
            shelf.learn(topic, (own, topics[0], False), arrival.ns)
        shelf.learn(f"command {topics[0]}", commands, arrival.ns)
        yield Lesson()


def _asked(device: str, facts: dict[str, Any], arrival: Arrival) -> Iterator[Event]:
    """The answers to `Status 0` … `Status 11`."""
    if type(facts.get("StatusFWR")) is dict:
        yield from _info(device, facts, arrival)
    if type(facts.get("StatusSNS")) is dict:
        yield from _sensor(device, facts["StatusSNS"], arrival)
    if type(facts.get("StatusSTS")) is dict:
        yield from _state(device, facts["StatusSTS"], arrival)


def _at(facts: dict[str, Any], arrival: Arrival) -> Instant:
    """Naive local time, unless its owner chose to have it in seconds (`Time 2`, `Time 3`, `Time 4`)."""
    told = facts.get("Time")
    if type(told) is str and "Epoch" not in facts:
        return judge_naive(told, arrival)
    epoch = next((each for each in (facts.get("Epoch"), told) if type(each) in (int, float)), None)
    return judge_naive(told, arrival) if epoch is None else judge(number(epoch, "Time"), arrival.ns)


def _sensor(device: str, facts: dict[str, Any], arrival: Arrival) -> Iterator[Event]:
    at = _at(facts, arrival)
    told = {unit: facts[word] for word, unit in TOLD_UNITS.items() if type(facts.get(word)) is str}
    for name, values in facts.items():
        if name == "ENERGY" and type(values) is dict:
            yield from _energy(device, values, at)
        elif type(values) is dict:
            yield from _climate(device, name, values, told, at)
        elif values in ("ON", "OFF"):
            yield Reading(device, key(name), float(values == "ON"), "", *at)
        elif type(values) in (int, float) and name not in _CLOCK:
            unit = UNITS.get(name, "")
            yield _reading(device, key(name), values, told.get(unit, unit), at)


def _climate(
    device: str, name: str, values: dict[str, Any], told: dict[str, str], at: Instant, depth: int = 0
) -> Iterator[Event]:
    """What one sensor measures; a bridge to others has theirs inside its own."""
    for word, value in values.items():
        unit = _unit(name, word)
        if word in _NEVER:
            continue
        if type(value) is list and all(type(each) in (int, float) for each in value):
            yield from _values(device, key(f"{name} {word}"), value, told.get(unit, unit), at)
        elif type(value) in (int, float):
            yield _reading(device, key(f"{name} {word}"), value, told.get(unit, unit), at)
        elif type(value) is dict and not depth:
            yield from _climate(device, f"{name} {word}", value, told, at, depth=1)


def _unit(name: str, word: str) -> str:
    """A word may be numbered; to Zigbee, power is a switch."""
    if name.upper().startswith("SHUTTER"):
        return SHUTTER.get(word.lower(), "")
    if name == "SML":
        return METER.get(word.lower(), "")
    if name.startswith("ZbReceived") and word == "Power":
        return ""
    return UNITS.get(word) or UNITS.get(word.rstrip("0123456789"), "")


def _energy(device: str, values: dict[str, Any], at: Instant) -> Iterator[Event]:
    for word, (channel, unit) in ENERGY.items():
        value = values.get(word)
        if type(value) is list:
            yield from _values(device, channel, value, unit, at)
        elif value is not None:
            yield _reading(device, channel, value, unit, at)
    if type(values.get("Voltage", values.get("Current"))) is list:  # phases; relays share one voltage
        for word in SUMMED:
            value = values.get(word)
            if type(value) is list and value and None not in value:
                channel, unit = ENERGY[word]
                whole = round(sum(number(each, channel) for each in value), 6)
                yield _reading(device, channel, whole, unit, at)


def _state(device: str, facts: dict[str, Any], arrival: Arrival) -> Iterator[Event]:
    at = _at(facts, arrival)
    for word, value in facts.items():
        relay = _RELAY.fullmatch(word)
        if relay and value in ("ON", "OFF"):
            yield Reading(device, f"relay_{relay[1]}" if relay[1] else "relay", float(value == "ON"), "", *at)
        elif (dimmer := _DIMMER.fullmatch(word)) and value is not None:
            yield Reading(device, f"dimmer{dimmer[1]}", number(value, word), "%", *at)
        elif word == "Vcc" and value is not None:
            yield Reading(device, "vcc", number(value, word), "V", *at)
        elif type(value) is dict and word.upper().startswith("SHUTTER"):
            yield from _climate(device, word, value, {}, at)
        elif type(value) is dict and type(value.get("Action")) is str:
            yield _acted(device, word, value["Action"], at)
    wifi = facts.get("Wifi")
    if type(wifi) is dict and type(wifi.get("Signal")) is int:
        yield Reading(device, "rssi", number(wifi["Signal"], "Signal"), "dBm", *at)


def _early(device: str, facts: dict[str, Any], arrival: Arrival) -> Iterator[Event]:
    """Until 2018 energy had a topic of its own."""
    return _energy(device, facts, _at(facts, arrival))


_READERS: dict[str, Callable[[str, dict[str, Any], Arrival], Iterator[Event]]] = {
    "SENSOR": _sensor,
    "STATE": _state,
    "RESULT": _state,
    "ENERGY": _early,
    "INFO1": _info,
}


def _acted(device: str, word: str, action: str, at: Instant) -> Reading:
    """A switch was turned or a button was pushed."""
    if action in ("ON", "OFF"):
        return Reading(device, key(word), float(action == "ON"), "", *at)
    return Reading(device, key(word), text(action, word, most=40), "", *at)


def _values(device: str, channel: str, value: list[Any], unit: str, at: Instant) -> Iterator[Event]:
    """One a phase or relay: `power_1`, `power_2`…"""
    if len(value) > _MOST_VALUES:
        raise BadPayload(f"{channel} has more than {_MOST_VALUES} values")
    for index, each in enumerate(value, start=1):
        if each is not None:
            yield _reading(device, f"{channel}_{index}", each, unit, at)


def _reading(device: str, channel: str, value: Any, unit: str, at: Instant) -> Reading:
    return Reading(device, channel, *canonical(number(value, channel), unit), *at)


def encode(target: Target, deed: Deed, memory: Memory) -> Ask | None:
    """`cmnd/<topic>/POWER2 ON`, `…/Restart 1` (tasmota.github.io, Commands)."""
    where = target.address.replace("+", "cmnd")
    if where == target.address:  # a FullTopic or prefixes of the owner's own
        where = memory.shelf(NAME).get(f"command {target.address}")
    if where is None:
        return None
    if deed.key == "restart":
        return Ask(f"{where}/Restart", b"1")
    number = deed.key.partition("_")[2] or "1"
    return Ask(f"{where}/POWER{number}", b"ON" if deed.on else b"OFF")


PROFILE = Profile(
    NAME,
    "Tasmota",
    CHANNELS,
    ("tele/{device}/#", "stat/{device}/#", "cmnd/{device}/#"),
    place,
    decode,
    roots=("tele", "stat", "cmnd", "tasmota"),
    controls=(Control(r"relay(_[1-9]\d?)?"), Control("restart", press=True)),
    encode=encode,
)
