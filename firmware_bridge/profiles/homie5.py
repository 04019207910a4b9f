"""Homie 5 and, as far as it is alike, Homie 3 and 4 (homieiot.github.io/specification).

A Homie 5 device describes itself in one `$description`; an older one tells datatype and unit apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
from firmware_bridge.wire.clock import Arrival, Instant
from firmware_bridge.wire.payload import LARGEST_FOREIGN, BadPayload, parse_object, plain, told_number
from firmware_bridge.wire.topics import key
from firmware_bridge.wire.units import unit_of

NAME = "homie5"
ROOT = "homie"
# A sleeping device is well; it says when it will not be heard.
STATES = {
    "init": True,
    "ready": True,
    "sleeping": True,
    "alert": True,
    "disconnected": False,
    "lost": False,
}
_DURATION = re.compile(r"PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?", re.ASCII)
_ID = re.compile(r"[a-z0-9-]{1,100}", re.ASCII)
NUMBERS = ("integer", "float", "percent")  # the last of Homie 4
_WHOLE = re.compile(r"-?\d{1,19}", re.ASCII)
_MOST_PROPERTIES = 5_000
_MOST_CHILDREN = 1_000

CHANNELS = (Channel("<node>_<property>"),)


class Property(NamedTuple):
    datatype: str
    unit: str
    settable: bool = False


Properties = dict[str, Property]


def place(heard: Heard, memory: Memory) -> Place | None:
    levels = heard.levels
    if len(levels) >= 4 and levels[1] == "5":
        base, rest = "/".join(levels[:3]), levels[3:]
        if levels[0] != ROOT and not _is_homie(base, rest, heard, memory):
            return None
    elif levels[0] == ROOT and len(levels) >= 3 and levels[1] != "5":
        base, rest = "/".join(levels[:2]), levels[2:]
    else:
        return None
    own = base.rpartition("/")[2]
    if own.startswith("$"):
        return Place("", "broadcast")
    return Place(memory.names.of(NAME, own, base), "/".join(rest), base) if own else None


def _is_homie(base: str, rest: list[str], heard: Heard, memory: Memory) -> bool:
    """Below a root of the owner's choice: what only Homie says, or a device that has described itself."""
    if rest == ["$state"]:
        return heard.payload.decode(errors="replace") in STATES
    if rest == ["$description"]:
        return type(heard.facts.get("homie")) is str
    shelf = memory.shelf(NAME)
    return bool(shelf) and shelf.get(base) is not None


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterable[Event]:
    device, what, base = place
    parts = what.split("/")
    if what == "$state":
        return _state(device, base, payload, arrival, memory)
    if what == "$description":
        return _describe(device, base, payload, arrival, memory)
    if len(parts) == 2 and parts[0] == "$alert":
        return _alert(device, parts[1], payload, arrival)
    if what == "$fw/version" and payload:  # Homie 3
        return (Seen(device, NAME, plain(payload, most=80)),)
    if what == "$online" and payload in (b"true", b"false"):  # Homie 2
        return (Status(device, online=payload == b"true"),)
    if len(parts) == 3 and parts[2] in ("$datatype", "$unit"):
        return _attribute(base, parts, payload, arrival, memory)
    if len(parts) != 2 or parts[0].startswith("$") or parts[1].startswith("$") or not payload:
        return ()
    told = "" if payload == b"\0" else plain(payload, most=64 * 1024)  # a zero byte is an empty string
    return _value(device, base, parts, told, arrival, memory)


def _alert(device: str, name: str, payload: bytes, arrival: Arrival) -> Iterator[Event]:
    """What a person has to know, until it is taken away."""
    told = plain(payload, most=1_000) or "cleared"
    yield stated(device, key(f"alert {name}"), told, Instant(arrival.ns, by_device=False))


def _state(device: str, base: str, payload: bytes, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    """Whoever hangs on a bridge that is lost is lost too."""
    told = plain(payload)
    if told and told not in STATES:
        raise BadPayload("$state is none of Homie's")
    yield Status(device, STATES.get(told, False))
    if told == "lost":
        for address in memory.shelf(NAME).get(f"under {base}") or ():
            yield Status(memory.names.of(NAME, address.rpartition("/")[2], address), online=False)
    elif not told:  # removed for good
        memory.shelf(NAME).forget(base)


def _describe(device: str, base: str, payload: bytes, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    if not payload:
        memory.shelf(NAME).forget(base)
        yield Lesson(kept=False)
        return
    facts = parse_object(payload, most=LARGEST_FOREIGN)
    properties = dict(_properties(facts.get("nodes") or {}))
    if len(properties) > _MOST_PROPERTIES:
        raise BadPayload(f"more than {_MOST_PROPERTIES} properties")
    memory.shelf(NAME).learn(base, properties, arrival.ns, weight=1 + len(properties))
    _hang(base, facts.get("root"), arrival, memory)
    told = tuple(
        (key(where), _unit(known)) for where, known in properties.items() if known.datatype != "json"
    )
    yield Seen(device, NAME, "", told)
    yield Lesson()


def _hang(base: str, root: Any, arrival: Arrival, memory: Memory) -> None:
    """Remember which bridge a device hangs on."""
    if type(root) is not str or not _ID.fullmatch(root):
        return
    shelf, where = memory.shelf(NAME), f"under {base.rpartition('/')[0]}/{root}"
    children: tuple[str, ...] = shelf.get(where) or ()
    if base not in children and len(children) < _MOST_CHILDREN:
        shelf.learn(where, (*children, base), arrival.ns, weight=1 + len(children))


def _properties(nodes: Any) -> Iterator[tuple[str, Property]]:
    for node, about in _listed(nodes):
        for name, facts in _listed(about.get("properties") or {}):
            datatype, unit = facts.get("datatype"), facts.get("unit")
            if type(datatype) is not str:
                raise BadPayload("a property without a datatype")
            yield (
                f"{node}/{name}",
                Property(datatype, unit if type(unit) is str else "", facts.get("settable") is True),
            )


def _listed(found: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Objects by their id; a draft of the convention had them in arrays."""
    if type(found) is list:
        found = {each.get("id"): each for each in found if type(each) is dict}
    if type(found) is not dict:
        raise BadPayload("nodes or properties are not an object")
    for name, about in found.items():
        if type(about) is not dict or type(name) is not str or not _ID.fullmatch(name):
            raise BadPayload("a node or property is not an object with an id")
        yield name, about


def _attribute(
    base: str, parts: list[str], payload: bytes, arrival: Arrival, memory: Memory
) -> Iterator[Event]:
    """Homie 3 and 4 tell what a property is like one attribute at a time."""
    shelf, where = memory.shelf(NAME), f"{base}/{parts[0]}/{parts[1]}"
    held = shelf.get(where) or Property("string", "")
    told = plain(payload, most=100)
    changed = held._replace(datatype=told) if parts[2] == "$datatype" else held._replace(unit=told)
    shelf.learn(where, changed, arrival.ns)
    yield Lesson(kept=bool(payload))


def _value(
    device: str, base: str, parts: list[str], told: str, arrival: Arrival, memory: Memory
) -> Iterator[Event]:
    shelf, where = memory.shelf(NAME), "/".join(parts)
    described: Properties | None = shelf.get(base, arrival.ns)
    own: Property | None = shelf.get(f"{base}/{where}", arrival.ns)  # as Homie 3 and 4 tell it
    known = own if described is None else described.get(where)
    if known is None:
        raise BadPayload("not described yet" if described is None else "the description has no such property")
    channel, at = key(where), Instant(arrival.ns, by_device=False)
    if known.datatype in NUMBERS:
        if known.datatype == "integer" and not _WHOLE.fullmatch(told):
            raise BadPayload(f"{channel} is not an integer")
        yield measured(device, channel, told_number(told, channel), _told_unit(known), at)
    elif known.datatype == "boolean":
        if told not in ("true", "false"):
            raise BadPayload(f"{channel} is not true or false")
        yield stated(device, channel, told == "true", at)
    elif known.datatype == "duration":
        yield measured(device, channel, _seconds(told), "s", at)
    elif known.datatype != "json" and len(told) <= 1_000:
        yield stated(device, channel, told, at)


def _seconds(told: str) -> float:
    found = _DURATION.fullmatch(told)
    if found is None or told == "PT":
        raise BadPayload("not a duration")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _unit(known: Property) -> str:
    return "s" if known.datatype == "duration" else unit_of(_told_unit(known))


def _told_unit(known: Property) -> str:
    if known.datatype == "percent":
        return "%"
    return "" if known.unit == "#" else known.unit  # a mere count


def encode(target: Target, deed: Deed, memory: Memory) -> Ask | None:
    """`<device>/<node>/<property>/set true`, for what the description calls settable."""
    described: Properties = memory.shelf(NAME).get(target.address) or {}
    for where, known in described.items():
        if known.settable and known.datatype == "boolean" and key(where) == deed.key:
            return Ask(f"{target.address}/{where}/set", b"true" if deed.on else b"false")
    return None


PROFILE = Profile(
    NAME,
    "Homie",
    CHANNELS,
    (f"{ROOT}/5/{{device}}/#",),
    place,
    decode,
    roots=(ROOT,),
    hears_empty=True,
    controls=(Control(r".+"),),
    encode=encode,
)
