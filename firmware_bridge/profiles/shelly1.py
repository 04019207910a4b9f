"""Shelly devices of the first generation: a plain value a topic (shelly-api-docs.shelly.cloud/gen1).

Relays, lights and rollers count W·min, energy meters Wh. The first of several has plain channels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from firmware_bridge.profiles.base import (
    Ask,
    Channel,
    Control,
    Deed,
    Event,
    Heard,
    Place,
    Profile,
    Seen,
    Status,
    Target,
    measured,
    stated,
)
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import Arrival, Instant
from firmware_bridge.wire.payload import (
    BadPayload,
    is_number,
    number,
    optional_text,
    parse_object,
    plain,
    told_number,
)
from firmware_bridge.wire.topics import key, mark

NAME = "shelly1"
ROOT = "shellies"

# The last level → (our channel, their unit).
METERED = {
    "power": ("power", "W"),
    "energy": ("energy", "Wmin"),
    "returned_energy": ("energy_returned", "Wmin"),
    "overpower_value": ("overpower_value", "W"),
}
EMETER = {
    "power": ("power", "W"),
    "reactive_power": ("reactive_power", "var"),
    "voltage": ("voltage", "V"),
    "current": ("current", "A"),
    "pf": ("factor", ""),
    "total": ("energy", "Wh"),
    "total_returned": ("energy_returned", "Wh"),
    "energy": ("energy_interval", "Wmin"),
    "returned_energy": ("energy_returned_interval", "Wmin"),
}
PLAIN = {
    "temperature": ("temperature", "°C"),
    "voltage": ("voltage", "V"),
    "humidity": ("humidity", "%"),
    "battery": ("battery", "%"),
    "lux": ("illuminance", "lx"),
    "concentration": ("concentration", "ppm"),
    "tilt": ("tilt", "°"),
    "ext_temperature": ("ext_temperature", "°C"),
    "ext_humidity": ("ext_humidity", "%"),
    "adc": ("adc", "V"),
    "pos": ("position", "%"),
}
LIGHTS = ("light", "color", "white")
# What sensors say that could not measure: H&T and add-on probes, door sensors.
NEVER = {"°C": (999.0,), "%": (999.0, -1.0), "°": (-1.0,), "lx": (-1.0,), "ppm": (-1.0,)}
COUNTED = ("relay", "light", "color", "white", "roller", "valve")
WORDS = {"on": 1.0, "off": 0.0, "true": 1.0, "false": 0.0}
PHASES = "abc"
SILENT = (
    "command",
    "set",
    "settings",
    "temperature_f",
    "ext_temperatures",
    "ext_humidities",
    "ext_temperature_f",
)

CHANNELS = (
    Channel("relay"),
    Channel("power", "W"),
    Channel("energy", "Wh", counter=True),
    Channel("energy_returned", "Wh", counter=True),
    *(Channel(channel, unit) for channel, unit in PLAIN.values()),
)


def place(heard: Heard, memory: Memory) -> Place | None:
    levels = heard.levels
    if levels[0] != ROOT or len(levels) < 2:
        return None
    if levels[1:] == ["command"]:
        return Place("", "command")
    if levels[1:] == ["announce"]:
        own = heard.facts.get("id")
        if type(own) is not str or not own:
            return None
        if "gen" in heard.facts:  # a later generation says hello here too
            return None
        return Place(memory.names.of(NAME, own, f"{ROOT}/{own}"), "announce")
    own, rest = levels[1], levels[2:]
    address = f"{ROOT}/{own}"
    if not own or not rest or _newer(rest) or memory.shelf("shelly2").get(address):
        return None
    what = "/".join(rest)
    if rest[0] == "emeter" and own.startswith("shellyem3"):
        what = f"em3/{what}"
    return Place(memory.names.of(NAME, own, address), what)


def _newer(rest: list[str]) -> bool:
    """The second generation may have its prefix below `shellies`."""
    return rest == ["events", "rpc"] or rest[0] == "rpc" or (rest[0] == "status" and len(rest) > 1)


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterable[Event]:
    device, what, _ = place
    parts = what.split("/")
    if parts[-1] in SILENT or parts[0] in SILENT or "command" in parts:
        return ()
    at = Instant(arrival.ns, by_device=False)
    if payload.startswith(b"{"):
        return _object(device, parts, parse_object(payload), at)
    if payload.startswith(b"["):
        return ()
    told = plain(payload)
    if what == "online":
        if told not in ("true", "false"):
            raise BadPayload("online is not true or false")
        return (Status(device, told == "true"),)
    if parts[0] in ("announce", "info"):
        raise BadPayload("not a JSON object")
    if parts[0] == "relay" and len(parts) == 2 and parts[1].isdecimal():
        return _relay(device, parts[1], told, at, memory)
    return _value(device, parts, told, at)


def _relay(device: str, index: str, told: str, at: Instant, memory: Memory) -> Iterator[Event]:
    """A relay that tripped says `overpower` until it is told something else."""
    if told not in ("on", "off", "overpower"):
        raise BadPayload("a relay is not on, off or overpower")
    yield stated(device, f"relay{_suffix(index)}", told == "on", at)
    shelf, where = memory.shelf(NAME), f"{device}/{index}"
    if told == "overpower":
        shelf.learn(where, fact=True, now=at.ns)
    if told == "overpower" or shelf.get(where):
        yield stated(device, f"overpower{_suffix(index)}", told == "overpower", at)
    if told != "overpower":
        shelf.forget(where)


def _value(device: str, parts: list[str], told: str, at: Instant) -> Iterator[Event]:
    channel, unit = _channel(parts)
    if channel == "open" and told in ("open", "close"):
        yield stated(device, channel, told == "open", at)
    elif told in WORDS and not unit:
        yield stated(device, channel, WORDS[told], at)
    elif unit or is_number(told):
        value = told_number(told, channel)
        uncalibrated = parts[-1] == "pos" and value < 0  # a roller
        if not uncalibrated and value not in NEVER.get(unit, ()):
            yield measured(device, channel, value, unit, at)
    elif told:
        yield stated(device, channel, told, at)


def _channel(parts: list[str]) -> tuple[str, str]:
    """(our channel, their unit) of what stands behind the device's id."""
    group, leaf = parts[0], parts[-1]
    if group == "em3" and leaf in EMETER:
        channel, unit = EMETER[leaf]
        phase = PHASES[int(parts[2])] if parts[2] in ("0", "1", "2") else _short(parts[2])
        return f"{channel}_{phase}", unit
    if group == "emeter" and len(parts) == 3 and leaf in EMETER:
        channel, unit = EMETER[leaf]
        return channel + _suffix(parts[1]), unit
    if group in COUNTED and len(parts) > 1:
        known = METERED.get(leaf) or (PLAIN.get(leaf) if len(parts) == 3 else None)
        index = parts[1] if len(parts) == 3 or not known else "0"  # the Shelly 2 meters both relays at once
        if known:
            return known[0] + _suffix(index), known[1]
        named = group if len(parts) == 2 or leaf == "state" else leaf
        return key("light" if named in LIGHTS else named) + _suffix(index), ""
    if len(parts) == 2 and parts[0] == "sensor":
        return PLAIN.get(leaf) or ("open" if leaf == "state" else key(leaf), "")
    if len(parts) == 2 and parts[1].isdecimal():
        channel, unit = PLAIN.get(group, (key(group), ""))
        return channel + _suffix(parts[1]), unit
    return PLAIN.get("/".join(parts)) or (key("/".join(parts)), "")


def _suffix(index: str) -> str:
    return "" if index == "0" else f"_{_short(index)}"


def _short(index: str) -> str:
    """A number of a relay or meter; whatever else stands in its place stays as short."""
    return key(index) if len(index) <= 8 else mark(index)


# Words of the objects that lights, motion sensors and valves tell → (our channel, their unit).
TOLD = {
    "ison": ("light", ""),
    "brightness": ("brightness", "%"),
    "gain": ("gain", "%"),
    "temp": ("color_temperature", "K"),
    "power": ("power", "W"),
    "motion": ("motion", ""),
    "vibration": ("vibration", ""),
    "lux": ("illuminance", "lx"),
    "bat": ("battery", "%"),
    "tmp": ("temperature", "°C"),
    "hum": ("humidity", "%"),
    "target_t": ("target_temperature", "°C"),
    "pos": ("position", "%"),
}


def _object(device: str, parts: list[str], facts: dict[str, Any], at: Instant) -> Iterator[Event]:
    if parts == ["announce"]:
        yield Seen(device, NAME, optional_text(facts, "fw_ver", most=80))
    elif parts == ["info"]:
        wifi = facts.get("wifi_sta")
        if type(wifi) is dict and type(wifi.get("rssi")) is int and wifi["rssi"] < 0:
            yield measured(device, "rssi", number(wifi["rssi"], "rssi"), "dBm", at)
        yield from _valve(device, facts, at)
    elif parts[0] == "input_event":
        if facts.get("event"):
            index = parts[1] if len(parts) > 1 else "0"
            yield stated(device, f"input_event{_suffix(index)}", optional_text(facts, "event", most=20), at)
    elif parts[-1] == "status":
        suffix = _suffix(parts[1]) if len(parts) == 3 else ""
        for word, (channel, unit) in TOLD.items():
            yield from _told(device, channel + suffix, facts.get(word), unit, at)


def _valve(device: str, facts: dict[str, Any], at: Instant) -> Iterator[Event]:
    """A radiator valve tells how it is among what it is."""
    listed = facts.get("thermostats")
    valve = listed[0] if type(listed) is list and listed else None
    if type(valve) is dict:
        for word, told in (*valve.items(), ("bat", facts.get("bat"))):
            if word in TOLD:
                channel, unit = TOLD[word]
                yield from _told(device, channel, told, unit, at)


def _told(device: str, channel: str, value: Any, unit: str, at: Instant) -> Iterator[Event]:
    if type(value) is dict:  # a thermostat's {"value": 21.2, "units": "C", "is_valid": true}
        if value.get("is_valid") is False:
            return
        unit, value = optional_text(value, "units", most=10) or unit, value.get("value")
    if type(value) is bool:
        yield stated(device, channel, value, at)
    elif value is not None:
        yield measured(device, channel, number(value, channel), unit, at)


def encode(target: Target, deed: Deed, _memory: Memory) -> Ask | None:
    """`shellies/<id>/relay/0/command on`; over MQTT this generation knows no restart."""
    number = deed.key.partition("_")[2] or "0"
    return Ask(f"{target.address}/relay/{number}/command", b"on" if deed.on else b"off")


PROFILE = Profile(
    NAME,
    "Shelly Gen1",
    CHANNELS,
    (f"{ROOT}/{{device}}/#",),
    place,
    decode,
    roots=(ROOT,),
    controls=(Control(r"relay(_[1-9])?"),),
    encode=encode,
)
