"""ESPHome nodes: `<prefix>/<component>/<object>/state` as plain text (esphome.io, MQTT client component).

The prefix is the node's name unless its owner chose another. A value's unit is told to Home Assistant
only, and learnt from there.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    whole,
)
from firmware_bridge.wire.topics import key

NAME = "esphome"
NUMBERS = frozenset({"sensor", "number"})
SWITCHES = frozenset({"binary_sensor", "switch", "fan", "light"})
TEXTS = frozenset(
    {
        "text_sensor",
        "text",
        "select",
        "cover",
        "valve",
        "lock",
        "climate",
        "water_heater",
        "alarm_control_panel",
    }
    | {"date", "time", "datetime", "event", "update", "button", "media_player"}
)
OBJECTS = frozenset({"date", "time", "datetime", "event", "update"})  # these tell an object
COMPONENTS = NUMBERS | SWITCHES | TEXTS
NOTHING = frozenset({"", "nan", "none", "unknown", "unavailable"})  # what a sensor says that has no value yet
_SAID = (b"online", b"offline")
# Parts of a cover, a climate device or a fan that are numbers, and their unit.
PARTS = {
    "position": "%",
    "tilt": "%",
    "current_temperature": "°C",
    "target_temperature": "°C",
    "target_temperature_low": "°C",
    "target_temperature_high": "°C",
    "current_humidity": "%",
    "target_humidity": "%",
    "speed_level": "",
}
CHANNELS = (Channel("<object>"), Channel("<object>_brightness", "%"))


def place(heard: Heard, memory: Memory) -> Place | None:
    levels = heard.levels
    tail = levels[-1]
    if levels[0] in ("homeassistant", "shellies"):  # what is said there may have the same shape
        return None
    if levels[:2] in (["esphome", "discover"], ["esphome", "ping"]):
        return _discovered(heard, memory)
    custom = memory.shelf(NAME).get(f"topic {heard.topic}")
    if custom is not None:  # its owner chose where this one value goes
        prefix, what = custom
        return Place(memory.names.of(NAME, prefix.rpartition("/")[2], prefix), what, prefix)
    if tail == "state" and len(levels) >= 4:
        at = next((index for index in (len(levels) - 3, len(levels) - 4) if _begins(levels, index)), 0)
        prefix, what = "/".join(levels[:at]), "/".join(levels[at:-1])
        if not at or memory.shelf("homeassistant").get(heard.topic):  # a maker's own device of that shape
            return None
        if not _known(prefix, memory) and not _looks_right(what, heard.payload):
            return None
    elif tail in ("status", "debug", "command") and len(levels) >= 2:
        at, prefix, what = -1, "/".join(levels[:-1]), tail
        if tail == "command":
            at = next((index for index in (len(levels) - 3, len(levels) - 4) if _begins(levels, index)), 0)
            prefix = "/".join(levels[:at])
        if not prefix or not _known(prefix, memory):
            return None
    else:
        return None
    own = levels[at - 1]
    return Place(memory.names.of(NAME, own, prefix), what, prefix) if own else None


def _discovered(heard: Heard, memory: Memory) -> Place:
    """A node that tells its version; where its topics begin is another matter."""
    name = heard.facts.get("name")
    if type(name) is not str or not _known(name, memory):
        return Place("", "command")
    return Place(memory.names.of(NAME, name, name), "discover", name)


def _begins(levels: list[str], index: int) -> bool:
    return index > 0 and levels[index] in COMPONENTS and bool(levels[index + 1])


def _known(prefix: str, memory: Memory) -> bool:
    shelf = memory.shelf(NAME)
    return bool(shelf) and shelf.get(f"{prefix}/") is not None


def _looks_right(what: str, payload: bytes) -> bool:
    """May a stranger's payload be that of such a component?"""
    if len(payload) > 4096:
        return False
    told = payload.decode(errors="replace").strip()
    component, *rest = what.split("/")
    if len(rest) > 1:
        return told.isprintable()
    if component in NUMBERS:
        return is_number(told) or told.lower() in NOTHING
    if component in SWITCHES:
        return told in ("ON", "OFF") or (component == "light" and told.startswith("{"))
    return told.isprintable()


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    device, what, prefix = place
    if what in ("debug", "command"):
        return
    if what == "discover":
        yield Seen(device, NAME, optional_text(parse_object(payload), "version", most=80))
        return
    if what == "status":
        if payload not in _SAID:
            raise BadPayload("status is not online or offline")
        yield Status(device, payload == b"online")
        return
    component, *rest = what.split("/")
    unit = memory.shelf(NAME).get(f"{prefix}/{what}/state", arrival.ns) or ""
    yield from _said(device, component, rest, payload, unit, Instant(arrival.ns, by_device=False))
    facts = {f"{prefix}/": ""}
    if component == "switch" and len(rest) == 1:
        facts[f"{prefix}/switch {key(rest[0])}"] = rest[0]
    shelf = memory.shelf(NAME)
    new = {word: fact for word, fact in facts.items() if shelf.get(word, arrival.ns) is None}
    for word, fact in new.items():
        shelf.learn(word, fact, arrival.ns)
    if new:
        yield Lesson()


def _said(
    device: str, component: str, rest: list[str], payload: bytes, unit: str, at: Instant
) -> Iterator[Event]:
    if component == "light" and payload.startswith(b"{"):
        yield from _light(device, key(rest[0]), payload, at)
    elif component in OBJECTS and payload.startswith(b"{"):
        if told := _written(component, parse_object(payload)):
            yield stated(device, key(rest[0]), told, at)
    else:
        yield from _state(device, component, rest, plain(payload), unit, at)


def _state(
    device: str, component: str, rest: list[str], told: str, unit: str, at: Instant
) -> Iterator[Event]:
    channel = key("_".join(rest))
    part = rest[1] if len(rest) > 1 else ""
    if told.lower() in NOTHING:
        return
    if component in NUMBERS or part in PARTS:
        yield measured(device, channel, told_number(told, channel), unit or PARTS.get(part, ""), at)
    elif component in SWITCHES and not part:
        if told not in ("ON", "OFF"):
            raise BadPayload(f"{channel} is not ON or OFF")
        yield stated(device, channel, told == "ON", at)
    else:
        yield stated(device, channel, told, at)


def _written(component: str, facts: dict[str, Any]) -> str:
    """What happened, which version it has, or a date and time as one writes them."""
    if component in ("event", "update"):
        return optional_text(facts, "event_type" if component == "event" else "installed_version", most=200)
    told = []
    if component != "time":
        year, month, day = (whole(facts.get(word), word, most=9_999) for word in ("year", "month", "day"))
        told.append(f"{year:04}-{month:02}-{day:02}")
    if component != "date":
        words = ("hour", "minute", "second")
        told.append(":".join(f"{whole(facts.get(word), word, most=99):02}" for word in words))
    return "T".join(told)


def _light(device: str, channel: str, payload: bytes, at: Instant) -> Iterator[Event]:
    facts = parse_object(payload)
    if facts.get("state") in ("ON", "OFF"):
        yield stated(device, channel, facts["state"] == "ON", at)
    if facts.get("brightness") is not None:
        full = number(facts["brightness"], "brightness") / 255 * 100
        yield measured(device, f"{channel}_brightness", round(full, 1), "%", at)


def encode(target: Target, deed: Deed, memory: Memory) -> Ask | None:
    """`<prefix>/switch/<object>/command ON`, for a switch that has spoken."""
    own = memory.shelf(NAME).get(f"{target.address}/switch {deed.key}")
    if own is None:
        return None
    return Ask(f"{target.address}/switch/{own}/command", b"ON" if deed.on else b"OFF")


PROFILE = Profile(
    NAME,
    "ESPHome",
    CHANNELS,
    ("{device}/#",),
    place,
    decode,
    roots=("esphome",),
    controls=(Control(r".+"),),
    encode=encode,
)
