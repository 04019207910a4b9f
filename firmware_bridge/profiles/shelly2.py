"""Shelly devices from the second generation on: components with a status (shelly-api-docs, Gen2+).

`<prefix>/status/<component>` is whole, NotifyStatus below `<prefix>/events/rpc` tells what changed.
The prefix is the device's id unless its owner chose another.
"""

from __future__ import annotations

import json
import re
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
from firmware_bridge.wire.clock import Arrival, Instant, judge
from firmware_bridge.wire.payload import (
    BadPayload,
    number,
    optional_number,
    optional_text,
    parse_object,
    text,
)

NAME = "shelly2"
_COMPONENT = re.compile(r"([a-z][a-z0-9_]*)(?::(\d{1,5}))?", re.ASCII)
_NOTES = ("NotifyStatus", "NotifyFullStatus", "NotifyEvent")

# What a component tells (a path into its status) → (our channel, their unit).
_LOAD = {
    "apower": ("power", "W"),
    "voltage": ("voltage", "V"),
    "current": ("current", "A"),
    "aprtpower": ("apparent_power", "VA"),
    "pf": ("factor", ""),
    "freq": ("frequency", "Hz"),
    "aenergy.total": ("energy", "Wh"),
    "ret_aenergy.total": ("energy_returned", "Wh"),
    "temperature.tC": ("device_temperature", "°C"),
}
_LIGHT = {
    "output": ("light", ""),
    "brightness": ("brightness", "%"),
    "ct": ("color_temperature", "K"),
    "white": ("white", ""),
    **_LOAD,
}
_PHASE = {
    "act_power": ("power", "W"),
    "aprt_power": ("apparent_power", "VA"),
    "voltage": ("voltage", "V"),
    "current": ("current", "A"),
    "pf": ("factor", ""),
    "freq": ("frequency", "Hz"),
}
_COUNTED = {
    "total_act_energy": ("energy", "Wh"),
    "total_act_ret_energy": ("energy_returned", "Wh"),
}


def _phases(told: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {
        f"{phase}_{word}": (f"{channel}_{phase}", unit)
        for phase in "abc"
        for word, (channel, unit) in told.items()
    }


COMPONENTS: dict[str, dict[str, tuple[str, str]]] = {
    "switch": {"output": ("relay", ""), **_LOAD},
    "cover": {
        "state": ("cover", ""),
        "current_pos": ("position", "%"),
        "slat_pos": ("slat_position", "%"),
        **_LOAD,
    },
    "light": _LIGHT,
    "rgb": _LIGHT,
    "rgbw": _LIGHT,
    "cct": _LIGHT,
    "rgbcct": _LIGHT,
    "pm1": _LOAD,
    "em": {
        "total_act_power": ("power", "W"),
        "total_aprt_power": ("apparent_power", "VA"),
        "total_current": ("current", "A"),
        "n_current": ("current_n", "A"),
        **_phases(_PHASE),
    },
    "emdata": {
        "total_act": ("energy", "Wh"),
        "total_act_ret": ("energy_returned", "Wh"),
        **_phases(_COUNTED),
    },
    "em1": _PHASE,
    "em1data": _COUNTED,
    "input": {
        "state": ("input", ""),
        "percent": ("input_percent", "%"),
        "xpercent": ("input_value", ""),  # by an expression of its owner's
        "counts.total": ("input_count", ""),
        "counts.xtotal": ("input_count_value", ""),
        "freq": ("input_frequency", "Hz"),
        "xfreq": ("input_frequency_value", ""),
    },
    "temperature": {"tC": ("temperature", "°C")},
    "humidity": {"rh": ("humidity", "%")},
    "illuminance": {"lux": ("illuminance", "lx")},
    "voltmeter": {"voltage": ("voltage", "V"), "xvoltage": ("voltmeter_value", "")},
    "devicepower": {"battery.percent": ("battery", "%"), "battery.V": ("battery_voltage", "V")},
    "smoke": {"alarm": ("smoke", "")},
    "flood": {"alarm": ("flood", "")},
    "thermostat": {
        "current_C": ("current_temperature", "°C"),
        "target_C": ("target_temperature", "°C"),
        "current_humidity": ("current_humidity", "%"),
        "output": ("heating", ""),
    },
    "blutrv": {  # a radiator valve behind a gateway
        "current_C": ("current_temperature", "°C"),
        "target_C": ("target_temperature", "°C"),
        "pos": ("position", "%"),
        "battery": ("battery", "%"),
        "rssi": ("bthome_rssi", "dBm"),
    },
    "presence": {"num_objects": ("presence_count", "")},
    "presencezone": {
        "state": ("presence", ""),
        "value": ("presence", ""),
        "num_objects": ("presence_count", ""),
    },
    "bthomesensor": {"value": ("bthome", "")},
    "bthomedevice": {"rssi": ("bthome_rssi", "dBm"), "battery": ("bthome_battery", "%")},
    "boolean": {"value": ("boolean", "")},  # what a script or its owner made up
    "number": {"value": ("number", "")},
    "enum": {"value": ("enum", "")},
    "text": {"value": ("text", "")},
    "wifi": {"rssi": ("rssi", "dBm")},
}
_PUSHED = frozenset({"input", "bthomedevice", "bthomesensor"})
_QUIET = frozenset({"sys", "cloud", "mqtt", "ws", "ble", "eth", "ui", "modbus", "knx", "matter", "script"})

CHANNELS = (
    Channel("relay"),
    *(Channel(channel, unit, counter=unit == "Wh") for channel, unit in _LOAD.values()),
    Channel("rssi", "dBm"),
)


def place(heard: Heard, memory: Memory) -> Place | None:
    levels = heard.levels
    if len(levels) >= 3 and levels[-2] == "status":
        prefix, what = levels[:-2], f"status/{levels[-1]}"
        named = _COMPONENT.fullmatch(levels[-1])
        sure = bool(named and named[1] in COMPONENTS and named[2])
    elif levels[-2:] == ["events", "rpc"] and len(levels) >= 3:
        prefix, what = levels[:-2], "events"
        sure = heard.facts.get("method") in _NOTES
    elif levels[-2:] == ["debug", "log"] and len(levels) >= 3:
        prefix, what, sure = levels[:-2], "debug", False
    elif levels[-1] == "announce" and len(levels) >= 2:
        return _announced(heard, memory)
    elif levels[-1] in ("online", "rpc", "command") and len(levels) >= 2:
        prefix, what = levels[:-1], levels[-1]
        sure = False
    else:
        return None
    if what == "rpc" and str(heard.facts.get("src")).lower().startswith("shelly"):
        return Place("", "rpc")  # an answer, below the name of who asked
    if not prefix[-1] or not (sure or _is_shelly(prefix, memory)):
        return None
    base = "/".join(prefix)
    return Place(memory.names.of(NAME, prefix[-1], base), what, base)


def _announced(heard: Heard, memory: Memory) -> Place | None:
    """A device that says what it is; `shellies/announce` is everybody's, so its id is its prefix."""
    own, prefix = heard.facts.get("id"), heard.levels[:-1]
    if (
        type(own) is not str
        or not own.lower().startswith("shelly")
        or type(heard.facts.get("gen")) is not int
    ):
        return None
    base = own if prefix == ["shellies"] else "/".join(prefix)
    return Place(memory.names.of(NAME, base.rpartition("/")[2] or own, base), "announce", base)


def _is_shelly(prefix: list[str], memory: Memory) -> bool:
    if prefix[-1].lower().startswith("shelly") and prefix[0] != "shellies":
        return True
    shelf = memory.shelf(NAME)
    return bool(shelf) and shelf.get("/".join(prefix)) is not None


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    device, what, prefix = place
    if what == "online":
        if payload not in (b"true", b"false"):
            raise BadPayload("online is not true or false")
        yield Status(device, payload == b"true")
    elif what == "announce":
        yield Seen(device, NAME, optional_text(parse_object(payload), "ver", most=80))
    elif what == "events":
        yield from _notified(device, parse_object(payload), arrival, memory)
        yield from _learn(prefix, arrival, memory)
    elif what.startswith("status/"):
        if not payload.startswith(b"{"):
            raise BadPayload("not a JSON object")
        name, facts = what[7:], parse_object(payload)
        at = Instant(arrival.ns, by_device=False)
        yield from _component(device, name, facts, at)
        yield from _errors(device, name, facts.get("errors", []), at, memory)
        yield from _learn(prefix, arrival, memory)


def _learn(prefix: str, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    """From now on `<prefix>/online` is a Shelly's too."""
    shelf = memory.shelf(NAME)
    if shelf.get(prefix, arrival.ns) is None:
        shelf.learn(prefix, fact=True, now=arrival.ns)
        if not prefix.startswith("shelly"):
            yield Lesson()


def _notified(device: str, frame: dict[str, Any], arrival: Arrival, memory: Memory) -> Iterator[Event]:
    facts = frame.get("params")
    if type(facts) is not dict:
        raise BadPayload("a notification without params")
    at = judge(optional_number(facts, "ts"), arrival.ns)
    if frame.get("method") == "NotifyEvent":
        yield from _events(device, facts.get("events"), at)
        return
    for name, status in facts.items():
        if type(status) is dict:
            yield from _component(device, name, status, at)
            yield from _errors(device, name, status.get("errors"), at, memory)


def _events(device: str, events: Any, at: Instant) -> Iterator[Event]:
    """Buttons were pushed; what devices tell of their own upkeep is not for us."""
    for event in events if type(events) is list else ():
        if type(event) is not dict:
            raise BadPayload("an event is not an object")
        name = _COMPONENT.fullmatch(str(event.get("component")))
        if name and name[1] in _PUSHED:
            pushed = text(event.get("event"), "event", most=40)
            yield stated(device, f"{name[1]}_event{_suffix(name[2])}", pushed, at)


def _component(device: str, name: str, status: dict[str, Any], at: Instant) -> Iterator[Event]:
    found = _COMPONENT.fullmatch(name)
    if found is None or found[1] in _QUIET:
        return
    for path, (channel, unit) in COMPONENTS.get(found[1], {}).items():
        value = _at(status, path)
        if value is not None and value != "":
            yield _reading(device, channel + _suffix(found[2]), value, unit, at)


def _errors(device: str, name: str, errors: Any, at: Instant, memory: Memory) -> Iterator[Event]:
    """A component tells its errors while it has some; `none` when they are over."""
    found = _COMPONENT.fullmatch(name)
    if found is None or found[1] in _QUIET or type(errors) is not list:
        return
    shelf, where = memory.shelf(NAME), f"errors {device}/{name}"
    had = shelf.get(where) is not None
    if errors:
        shelf.learn(where, fact=True, now=at.ns)
    elif had:
        shelf.forget(where)
    if errors or had:
        told = ", ".join(str(error) for error in errors[:10]) or "none"
        yield stated(device, f"{found[1]}_errors{_suffix(found[2])}", text(told, "errors", most=1000), at)


def _reading(device: str, channel: str, value: Any, unit: str, at: Instant) -> Event:
    if unit or type(value) in (int, float):
        return measured(device, channel, number(value, channel), unit, at)
    return stated(device, channel, value if type(value) is bool else text(value, channel, most=200), at)


def _at(status: dict[str, Any], path: str) -> Any:
    """What stands at `aenergy.total`; None where a partial status has nothing."""
    value: Any = status
    for word in path.split("."):
        if type(value) is not dict:
            return None
        value = value.get(word)
    return value


def _suffix(index: str | None) -> str:
    return f"_{int(index)}" if index and int(index) else ""


def encode(target: Target, deed: Deed, _memory: Memory) -> Ask | None:
    """A request over `<prefix>/rpc`; its answer goes to our own tree, where nobody has to read it."""
    call: dict[str, Any] = {"id": deed.number, "src": "etabli", "method": "Shelly.Reboot"}
    if deed.key != "restart":
        number = int(deed.key.partition("_")[2] or 0)
        call |= {"method": "Switch.Set", "params": {"id": number, "on": deed.on}}
    return Ask(f"{target.address}/rpc", json.dumps(call).encode())


PROFILE = Profile(
    NAME,
    "Shelly Gen2+",
    CHANNELS,
    ("{device}/#",),
    place,
    decode,
    controls=(Control(r"relay(_[1-9]\d{0,2})?"), Control("restart", press=True)),
    encode=encode,
)
