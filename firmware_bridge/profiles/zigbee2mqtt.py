"""Zigbee2MQTT: an object a device below the bridge's base topic (zigbee2mqtt.io, MQTT topics and messages).

`<base>/bridge/…` is no device; `bridge/devices` tells what every device exposes, in which unit. Another base
topic than `zigbee2mqtt` is known as soon as the bridge has listed its devices there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

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
from firmware_bridge.wire.clock import Arrival, Instant, judge, judge_iso
from firmware_bridge.wire.payload import (
    LARGEST_FOREIGN,
    BadPayload,
    is_number,
    number,
    optional_text,
    parse,
    plain,
    text,
    told_number,
)
from firmware_bridge.wire.topics import key
from firmware_bridge.wire.units import unit_of

NAME = "zigbee2mqtt"
BASE = "zigbee2mqtt"

# What devices tell without a word about its unit, when the bridge's list is not there.
UNITS = {
    "power": "W",
    "energy": "kWh",
    "produced_energy": "kWh",
    "consumed_energy": "kWh",
    "voltage": "V",
    "current": "A",
    "ac_frequency": "Hz",
    "power_apparent": "VA",
    "power_reactive": "var",
    "apparent_power": "VA",
    "reactive_power": "var",
    "energy_produced": "kWh",
    "energy_consumed": "kWh",
    "temperature": "°C",
    "device_temperature": "°C",
    "local_temperature": "°C",
    "soil_temperature": "°C",
    "occupied_heating_setpoint": "°C",
    "current_heating_setpoint": "°C",
    "humidity": "%",
    "soil_moisture": "%",
    "battery": "%",
    "pressure": "hPa",
    "illuminance": "lx",
    "illuminance_lux": "lx",
    "co2": "ppm",
    "pm25": "µg/m³",
    "pm10": "µg/m³",
    "position": "%",
    "valve_position": "%",
    "pi_heating_demand": "%",
    "produced_power": "W",
    "battery_voltage": "mV",
}
_ENDPOINT = re.compile(r"_(?:l?\d+|(?:phase_)?[abc]|left|right|today|yesterday|month)\Z", re.ASCII)
_PHASED = ("power", "voltage", "current")
MAINS = 1_000  # no mains has so many volts: it is a battery's millivolts
ASIDE = frozenset({"last_seen", "elapsed", "device", "update", "update_available", "color"})


class Exposed(NamedTuple):
    """What the bridge's list says of a property: its unit, and how it says yes and no."""

    unit: str = ""
    on: str = ""
    off: str = ""


Exposes = Mapping[str, Exposed]
NOTHING = Exposed()
CHANNELS = (
    Channel("relay"),
    *(Channel(channel, unit_of(unit), counter=channel.endswith("energy")) for channel, unit in UNITS.items()),
    Channel("linkquality"),
)


def place(heard: Heard, memory: Memory) -> Place | None:
    levels = heard.levels
    if "bridge" in levels[1:]:
        return _bridge(heard)
    if levels[0] == BASE:
        base = [BASE]
    else:
        shelf = memory.shelf(NAME)
        cuts = range(1, min(len(levels), 5)) if shelf else ()
        base = next((levels[:cut] for cut in cuts if shelf.get("/".join(levels[:cut])) is not None), [])
    rest = levels[len(base) :]
    if not base or not rest or not rest[0]:
        return None
    what = ""
    if "set" in rest[1:] or "get" in rest[1:]:
        return Place("", "command")
    if rest[-1] == "availability" and len(rest) > 1:
        rest, what = rest[:-1], "availability"
    elif len(rest) > 1 and heard.payload and not heard.payload.startswith((b"{", b"[")):
        rest, what = rest[:-1], f"attribute/{rest[-1]}"  # `output: attribute`
    own = "/".join(rest)
    prefix = "/".join(base)
    return Place(memory.names.of(NAME, own, f"{prefix}/{own}"), what, f"{prefix}/{own}")


def _bridge(heard: Heard) -> Place | None:
    """The bridge's own topics; below a foreign base only those that can be nobody else's."""
    at = heard.levels.index("bridge", 1)
    base, what = heard.levels[:at], "/".join(heard.levels[at + 1 :])
    listing = what == "devices" and b'"ieee_address"' in heard.payload
    if base != [BASE] and not listing:
        return None
    return Place("", "devices" if what == "devices" else "bridge", "/".join(base))


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterable[Event]:
    device, what, address = place
    if what in ("bridge", "command"):
        return ()
    if what == "devices":
        return _devices(address, payload, arrival, memory)
    if what == "availability":
        return (Status(device, _online(payload)),)
    exposed = memory.shelf(NAME).get(address, arrival.ns) or {}
    at = Instant(arrival.ns, by_device=False)
    if what.startswith("attribute/"):
        return _value(device, what.partition("/")[2], _scalar(plain(payload)), exposed, exposed, at)
    facts = parse(payload)
    if type(facts) is not dict:
        raise BadPayload("not a JSON object")
    return _told(device, facts, exposed, arrival)


def _online(payload: bytes) -> bool:
    facts = parse(payload) if payload.startswith(b"{") else None
    told = facts.get("state") if type(facts) is dict else plain(payload)
    if told not in ("online", "offline"):
        raise BadPayload("availability is not online or offline")
    return bool(told == "online")


def _told(device: str, facts: dict[str, Any], exposed: Exposes, arrival: Arrival) -> Iterator[Event]:
    seen = facts.get("last_seen")  # a bridge that starts tells old states again
    at = judge_iso(seen, arrival)
    if type(seen) in (int, float):
        at = judge(number(seen, "last_seen") / 1000, arrival.ns)
    about = facts.get("device")
    if type(about) is dict and type(about.get("softwareBuildID")) is str:
        yield Seen(device, NAME, about["softwareBuildID"][:80])
    words = exposed.keys() | facts.keys()
    for word, value in facts.items():
        if word not in ASIDE:
            yield from _value(device, word, value, exposed, words, at)


def _value(
    device: str, word: str, value: Any, exposed: Exposes, words: Collection[str], at: Instant
) -> Iterator[Event]:
    known = exposed.get(word, NOTHING)
    unit = known.unit or UNITS.get(_ENDPOINT.sub("", word), "")
    channel = key(_phase(word, words))
    if word == "state" or word.startswith("state_"):
        if value in ("ON", "OFF"):
            yield stated(device, key(f"relay{word[5:]}"), value == "ON", at)
            return
        unit = ""
    if type(value) is bool:
        yield stated(device, channel, value, at)
    elif type(value) in (int, float):
        found = number(value, word)
        small = unit == "V" and word.startswith("voltage") and abs(found) >= MAINS
        yield measured(device, channel, found, "mV" if small else unit, at)
    elif type(value) is str and value:
        if unit:
            raise BadPayload(f"{word} is not a number")
        said = value == known.on if value in (known.on, known.off) else text(value, word, most=1_000)
        yield stated(device, channel, said, at)
    elif type(value) is dict:
        for part, inner in value.items():
            if type(inner) in (bool, int, float, str):
                yield from _value(device, f"{word}_{part}", inner, exposed, words, at)


def _phase(word: str, words: Collection[str]) -> str:
    """`power_phase_b` is `power_b`; beside it a mere `power` is the first phase's, if no other is."""
    if word in _PHASED and f"{word}_phase_b" in words and f"{word}_phase_a" not in words:
        return f"{word}_a"
    return word.replace("_phase_", "_")


def _scalar(told: str) -> float | bool | str | None:
    if told in ("", "null"):
        return None
    if told in ("true", "false"):
        return told == "true"
    return told_number(told, "the payload") if is_number(told) else told


def _devices(base: str, payload: bytes, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    """The bridge's list: every device with what it exposes."""
    listed = parse(payload, most=LARGEST_FOREIGN)
    if type(listed) is not list:
        raise BadPayload("the bridge's devices are not a list")
    shelf = memory.shelf(NAME)
    shelf.learn(base, base, arrival.ns)
    yield Lesson()
    for about in listed:
        if type(about) is not dict:
            raise BadPayload("a device of the bridge is not an object")
        name = text(about.get("friendly_name"), "friendly_name", most=200)
        if about.get("type") == "Coordinator":
            continue
        definition = about.get("definition")
        exposes = definition.get("exposes") if type(definition) is dict else None
        exposed = dict(_exposed(exposes))
        address = f"{base}/{name}"
        shelf.learn(
            address,
            {word: known for word, known in exposed.items() if known.unit or known.on},
            arrival.ns,
            weight=1 + len(exposed),
        )
        channels = tuple((_channel(word, exposed), unit_of(known.unit)) for word, known in exposed.items())
        firmware = optional_text(about, "software_build_id", most=80)
        yield Seen(memory.names.of(NAME, name, address), NAME, firmware, channels)


def _channel(word: str, exposed: Exposes) -> str:
    """The state of a switch is a relay; a lock and a blind have states of their own."""
    if (word == "state" or word.startswith("state_")) and exposed[word].on == "ON":
        return key(f"relay{word[5:]}")
    return key(_phase(word, exposed))


def _exposed(exposes: Any, above: str = "", depth: int = 0) -> Iterator[tuple[str, Exposed]]:
    """Each property that a device publishes; lights and locks bundle theirs, composites hold them."""
    if type(exposes) is not list or depth > 2:
        return
    for each in exposes[:200]:
        if type(each) is not dict:
            continue
        access, own, features = each.get("access", 1), each.get("property"), each.get("features")
        name = own[:100] if type(own) is str and own not in ASIDE else ""
        if type(features) is list and each.get("type") != "composite":
            yield from _exposed(features, above, depth + 1)
        elif not name or type(access) is not int or not access & 1:
            continue
        elif type(features) is list:
            yield from _exposed(features, f"{above}{name}_", depth + 1)
        else:
            yield f"{above}{name}", _meant(each)


def _meant(facts: dict[str, Any]) -> Exposed:
    unit, on, off = facts.get("unit"), facts.get("value_on", "ON"), facts.get("value_off", "OFF")
    known = unit[:16] if type(unit) is str and unit != "lqi" else ""  # links have no unit
    if facts.get("type") != "binary" or type(on) is not str or type(off) is not str:
        return Exposed(known)
    return Exposed(known, on[:100], off[:100])


def encode(target: Target, deed: Deed, _memory: Memory) -> Ask | None:
    """`<base>/<name>/set {"state": "ON"}`, or the state of one of several endpoints."""
    word = f"state{deed.key.removeprefix('relay')}"
    return Ask(f"{target.address}/set", json.dumps({word: "ON" if deed.on else "OFF"}).encode())


PROFILE = Profile(
    NAME,
    "Zigbee2MQTT",
    CHANNELS,
    (f"{BASE}/{{device}}/#",),
    place,
    decode,
    roots=(BASE,),
    controls=(Control(r"relay(_\w+)?"),),
    encode=encode,
)
