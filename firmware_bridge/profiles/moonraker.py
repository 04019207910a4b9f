"""Klipper printers behind Moonraker: `<instance>/klipper/status` and its split form (moonraker docs, [mqtt]).

Only what changed is told; `eventtime` counts from the start of the machine and is no time of day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from firmware_bridge.profiles.base import (
    Channel,
    Event,
    Heard,
    Place,
    Profile,
    Status,
    measured,
    stated,
)
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import Arrival, Instant
from firmware_bridge.wire.payload import BadPayload, number, parse_object, text
from firmware_bridge.wire.topics import key

NAME = "moonraker"

# Object and field of Klipper → (our channel, unit, how many of ours one of theirs is).
FIELDS: dict[tuple[str, str], tuple[str, str, float]] = {
    ("extruder", "temperature"): ("tool0", "°C", 1),
    ("extruder", "target"): ("tool0_target", "°C", 1),
    ("extruder", "power"): ("tool0_power", "%", 100),
    ("heater_bed", "temperature"): ("bed", "°C", 1),
    ("heater_bed", "target"): ("bed_target", "°C", 1),
    ("heater_bed", "power"): ("bed_power", "%", 100),
    ("display_status", "progress"): ("progress", "%", 100),
    ("virtual_sdcard", "progress"): ("file_progress", "%", 100),
    ("print_stats", "total_duration"): ("total_time", "s", 1),
    ("print_stats", "print_duration"): ("print_time", "s", 1),
    ("print_stats", "filament_used"): ("filament_used", "mm", 1),
    ("fan", "speed"): ("fan", "%", 100),
    ("fan", "rpm"): ("fan_rpm", "rpm", 1),
    ("system_stats", "sysload"): ("sysload", "", 1),
    ("gcode_move", "speed_factor"): ("speed_factor", "%", 100),
    ("gcode_move", "extrude_factor"): ("extrude_factor", "%", 100),
}
LAYERS = {"current_layer": "layer", "total_layer": "layers"}  # in the info of what is printed
# Kinds of objects that have a name of their own: `temperature_sensor chamber`.
NAMED = {
    "temperature": ("", "°C", 1),
    "target": ("_target", "°C", 1),
    "speed": ("_speed", "%", 100),
    "rpm": ("_rpm", "rpm", 1),
    "filament_detected": ("", "", 1),
    "humidity": ("_humidity", "%", 1),
    "pressure": ("_pressure", "hPa", 1),
    "power": ("_power", "%", 100),
    "value": ("", "", 1),
}
KINDS = frozenset(
    {"temperature_sensor", "temperature_fan", "temperature_probe", "heater_generic", "heater_fan"}
    | {"controller_fan", "fan_generic", "filament_switch_sensor", "filament_motion_sensor"}
    | {"bme280", "sht3x", "htu21d", "aht10", "output_pin"}
)
STATES = {
    "standby": "idle",
    "printing": "printing",
    "paused": "paused",
    "complete": "idle",
    "cancelled": "idle",
    "error": "failed",
}
CHANNELS = (
    *(Channel(channel, unit) for channel, unit, _ in FIELDS.values()),
    Channel("state"),
    Channel("klipper"),
)


def place(heard: Heard, memory: Memory) -> Place | None:
    levels = heard.levels
    if levels[-2:] in (["klipper", "status"], ["moonraker", "status"]):
        base, what = levels[:-2], "/".join(levels[-2:])
    elif levels[-4:-2] == ["klipper", "state"]:
        base, what = levels[:-4], "/".join(levels[-2:])
        what = f"state/{what}"
    elif levels[-3:] in (["moonraker", "api", "request"], ["moonraker", "api", "response"]):
        base, what = levels[:-3], "api"
    else:
        return None
    if not base or not base[-1]:
        return None
    return Place(memory.names.of(NAME, base[-1], "/".join(base)), what)


def decode(place: Place, payload: bytes, arrival: Arrival, _memory: Memory) -> Iterable[Event]:
    device, what, _ = place
    if what == "api":
        return ()
    facts = parse_object(payload)
    if what == "moonraker/status":
        if facts.get("server") not in ("online", "offline"):
            raise BadPayload("server is not online or offline")
        return (Status(device, facts["server"] == "online"),)
    at = Instant(arrival.ns, by_device=False)
    if what == "klipper/status":
        return _status(device, facts.get("status"), at)
    if "value" not in facts:
        raise BadPayload("a state without a value")
    _, name, field = what.split("/")
    return _field(device, name, field, facts["value"], at)


def _status(device: str, status: Any, at: Instant) -> Iterator[Event]:
    if type(status) is not dict:
        raise BadPayload("status is not an object")
    for name, fields in status.items():
        if type(fields) is not dict:
            raise BadPayload(f"{key(name)} is not an object")
        for field, value in fields.items():
            yield from _field(device, name, field, value, at)


def _field(device: str, name: str, field: str, value: Any, at: Instant) -> Iterator[Event]:
    if value is None:
        return
    if (name, field) == ("print_stats", "state"):
        yield stated(device, "state", STATES.get(str(value), "unknown"), at)
    elif (name, field) == ("webhooks", "state"):
        yield stated(device, "klipper", text(value, field, most=40), at)
    elif (name, field) == ("print_stats", "info") and type(value) is dict:
        for word, channel in LAYERS.items():
            if value.get(word) is not None:
                yield stated(device, channel, number(value[word], word), at)
    else:
        known = FIELDS.get((name, field)) or _named(name, field)
        if known is None:
            return
        channel, unit, factor = known
        if type(value) is bool:
            yield stated(device, channel, value, at)
        else:
            found = number(value, channel) * factor
            yield measured(device, channel, round(found, 3) if factor != 1 else found, unit, at)


def _named(name: str, field: str) -> tuple[str, str, float] | None:
    """A further extruder, or an object that its owner named."""
    if name.startswith("extruder") and name[8:].isdecimal() and len(name) < 12:
        channel, unit, factor = FIELDS.get(("extruder", field), ("", "", 1))
        return (channel.replace("tool0", f"tool{int(name[8:])}"), unit, factor) if channel else None
    kind, _, own = name.partition(" ")
    if kind not in KINDS or not own or field not in NAMED:
        return None
    suffix, unit, factor = NAMED[field]
    return key(own + suffix), unit, factor


PROFILE = Profile(
    NAME,
    "Moonraker",
    CHANNELS,
    ("{device}/klipper/#", "{device}/moonraker/#"),
    place,
    decode,
)
