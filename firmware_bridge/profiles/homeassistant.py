"""What makers tell Home Assistant: `<prefix>/<component>/…/config` explains any topic (home-assistant.io).

A configuration teaches which topics are whose and how to read them. Families that we read anyway are left to
their own files, except that ESPHome's units are told nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
    Unread,
    measured,
    stated,
)
from firmware_bridge.profiles.hass_configs import Topic, owner_of, parts
from firmware_bridge.profiles.hass_entities import Command, Entity, Presence
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import Arrival, Instant
from firmware_bridge.wire.hass import expand
from firmware_bridge.wire.payload import LARGEST_FOREIGN, BadPayload, is_number, number, parse_object, text
from firmware_bridge.wire.templates import Told, written
from firmware_bridge.wire.units import unit_of

NAME = "homeassistant"
PREFIX = "homeassistant"
NOTHING = frozenset({"", "None", "none", "unknown", "unavailable", "null"})
# Topics of these shapes are read by their own families; ours are never a device's.
SPOKEN_FOR = re.compile(
    r"(?:etabli|fablab|shellies|zigbee2mqtt|homie|spBv1\.0)/"
    r"|(?:.*/)?(?:tele|stat|octoPrint|octoprint|klipper|moonraker)/"
    r"|.*/status/[a-z0-9]+:\d+\Z|.*/events/rpc\Z",
    re.ASCII,
)
_CALENDAR = re.compile(r"20\d\d\.\d{1,2}\.\d\S* \(.{1,80}\)", re.ASCII)
COMPONENTS = {
    *("alarm_control_panel", "binary_sensor", "button", "camera", "climate", "cover", "date", "datetime"),
    *("device", "device_automation", "device_tracker", "event", "fan", "humidifier", "image", "infrared"),
    *("lawn_mower", "light", "lock", "notify", "number", "remote", "scene", "select", "sensor", "siren"),
    *("switch", "tag", "text", "time", "update", "vacuum", "valve", "water_heater"),
}
MOST_PATTERNS = 10  # that end alike
CHANNELS = (Channel("<object>"),)


def place(heard: Heard, memory: Memory) -> Place | None:
    levels, shelf = heard.levels, memory.shelf(NAME)
    if _is_config(heard, memory):
        return Place("", "config", heard.topic)
    where = heard.topic if not shelf or shelf.get(heard.topic) is not None else _patterned(heard, memory)
    known = shelf.get(where) if shelf else None
    if known is not None:
        owner = next((owner for told in known.entities.values() for owner, _ in told), None)
        owner = owner or next((owner for owner, _ in known.presences.values()), None)
        device = memory.names.of(NAME, owner.own, owner.address) if owner else ""
        return Place(device, "state", where)
    if levels == [PREFIX, "status"]:
        return Place("", "status")
    return None


def _is_config(heard: Heard, memory: Memory) -> bool:
    """Below another prefix than the usual: a payload that is nothing but a configuration."""
    levels = heard.levels
    if levels[-1] != "config" or not 4 <= len(levels) <= 6 or levels[1] not in COMPONENTS:
        return False
    if levels[0] == PREFIX or memory.shelf(NAME).get(f"config {heard.topic}") is not None:
        return True
    facts = heard.facts
    about = facts.get("device", facts.get("dev"))
    topics = {"state_topic", "stat_t", "command_topic", "cmd_t", "components", "cmps"} & facts.keys()
    return type(about) is dict and bool(topics)


def _patterned(heard: Heard, memory: Memory) -> str:
    """The pattern that a topic fits, if a gateway told its tags' topics as `+/+/BTtoMQTT/<tag>`."""
    levels = heard.levels
    for pattern in memory.shelf(NAME).get(f"pattern {levels[-1]}") or ():
        parts = pattern.split("/")
        if len(parts) == len(levels) and all(
            part in ("+", level) for part, level in zip(parts, levels, strict=True)
        ):
            return str(pattern)
    return heard.topic


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterable[Event]:
    if place.what == "config":
        return _configured(place.base, payload, arrival, memory)
    if place.what == "state" and payload:
        return _told(place.base, payload, arrival, memory)
    return ()


def _configured(topic: str, payload: bytes, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    config = expand(parse_object(payload, most=LARGEST_FOREIGN)) if payload else {}
    if config.get("migrate_discovery"):
        return
    _forget(topic, memory)
    if not config:
        yield Lesson(kept=False)
        return
    owner = owner_of(topic, config)
    shelf, now = memory.shelf(NAME), arrival.ns
    channels: list[tuple[str, str]] = []
    used: list[str] = []
    shelf.learn(f"config {topic}", used, now)
    for where, told, reason in parts(topic, config, owner):
        if reason:
            yield Unread(reason)
        elif _is_esphome(config):
            _teach_esphome(topic, where, told, config, memory, now)
        elif not _spoken_for(where, config):
            record = shelf.get(where) or Topic()
            record.add(topic, owner, told)
            if isinstance(told, Entity) and told.kind != "quiet":
                channels.append((told.channel, unit_of(told.unit)))
            shelf.learn(where, record, now, weight=record.weight)
            used.append(where)
            _learn_pattern(where, memory, now)
            if isinstance(told, Entity) and told.command:
                said = f"command {owner.address} {told.channel}"
                shelf.learn(said, told.command._replace(node=topic.split("/")[2]), now)
                used.append(said)
    yield Lesson()
    if channels:
        about = config.get("device")
        version = about.get("sw_version") if type(about) is dict else None
        yield Seen(
            memory.names.of(NAME, owner.own, owner.address),
            NAME,
            version[:80] if type(version) is str else "",
            tuple(channels),
        )


def _learn_pattern(where: str, memory: Memory, now: int) -> None:
    *before, last = where.split("/")
    if "+" not in before or last in ("+", "#"):
        return
    shelf, name = memory.shelf(NAME), f"pattern {last}"
    known: tuple[str, ...] = shelf.get(name) or ()
    if where not in known and len(known) < MOST_PATTERNS:
        shelf.learn(name, (*known, where), now, weight=1 + len(known))


def _forget(topic: str, memory: Memory) -> None:
    shelf = memory.shelf(NAME)
    for where in shelf.get(f"config {topic}") or ():
        record = shelf.get(where)
        if isinstance(record, Topic):
            record.drop(topic)
        if not isinstance(record, Topic) or record.weight == 1:
            shelf.forget(where)
    shelf.forget(f"config {topic}")


def _is_esphome(config: dict[str, Any]) -> bool:
    """Older nodes tell `esphome v2023.12.5`, later ones `2025.8.0 (config hash …)`."""
    about = config.get("device")
    version = about.get("sw_version") if type(about) is dict else None
    if type(version) is not str:
        return False
    there = str(config.get("availability_topic")).endswith("/status")
    return "esphome" in version.lower() or (there and _CALENDAR.fullmatch(version) is not None)


def _teach_esphome(
    topic: str, where: str, told: Entity | Presence, config: dict[str, Any], memory: Memory, now: int
) -> None:
    """Where a node begins, in which unit it counts, and whose a topic of its owner's choice is."""
    shelf, own = memory.shelf("esphome"), where
    prefix = str(config.get("availability_topic", "")).rpartition("/")[0]
    if isinstance(told, Presence):
        shelf.learn(f"{where.rpartition('/')[0]}/", fact="", now=now)
        return
    elsewhere = where == config.get("state_topic") and not where.startswith(f"{prefix}/")
    if prefix and elsewhere and not SPOKEN_FOR.match(where):
        what = f"{topic.split('/')[1]}/{topic.split('/')[-2]}"
        own = f"{prefix}/{what}/state"
        shelf.learn(f"topic {where}", (prefix, what), now)
    if told.unit:
        shelf.learn(own, told.unit, now)


def _spoken_for(where: str, config: dict[str, Any]) -> bool:
    origin = config.get("origin")
    maker = origin.get("name") if type(origin) is dict else None
    return SPOKEN_FOR.match(where) is not None or maker == "Zigbee2MQTT"


def _told(topic: str, payload: bytes, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    """Several may have named this topic: what one of them can't read spoils nothing of the others."""
    told, good, bad = Told(payload), list[Event](), list[BadPayload]()
    for read in _readers(topic, told, arrival, memory):
        try:
            good += read
        except BadPayload as why:
            bad.append(why)
    if bad and not good:
        raise bad[0]
    yield from good
    if bad:
        yield Unread(bad[0].reason)


def _readers(topic: str, told: Told, arrival: Arrival, memory: Memory) -> Iterator[Iterator[Event]]:
    record: Topic = memory.shelf(NAME).get(topic, arrival.ns)
    at = Instant(arrival.ns, by_device=False)
    present: dict[str, Presence] = {}
    for owner, presence in record.presences.values():
        present.setdefault(memory.names.of(NAME, owner.own, owner.address), presence)
    for device, presence in present.items():
        yield _present(device, presence, topic, told, arrival, memory)
    seen: set[tuple[str, Entity]] = set()
    for owner, entity in (pair for pairs in record.entities.values() for pair in pairs):
        device = memory.names.of(NAME, owner.own, owner.address)
        if entity.kind != "quiet" and (device, entity) not in seen:
            seen.add((device, entity))
            yield _read(device, entity, told, at)


def _read(device: str, entity: Entity, told: Told, at: Instant) -> Iterator[Event]:
    yield from _value(device, entity, told.read(entity.template), at)


def _present(
    device: str, presence: Presence, topic: str, told: Told, arrival: Arrival, memory: Memory
) -> Iterator[Event]:
    """A device with several availability topics is there when the latest, all, or any of them say so."""
    word = written(told.read(presence.template))
    if word not in (presence.on, presence.off):
        raise BadPayload("availability is neither the one nor the other")
    shelf, where = memory.shelf(NAME), f"present {device}"
    words = {**(shelf.get(where) or {}), topic: word == presence.on}
    shelf.learn(where, words, arrival.ns, weight=len(words))
    ways = {"all": all(words.values()), "any": any(words.values())}
    yield Status(device, online=ways.get(presence.mode, word == presence.on))


def _value(device: str, entity: Entity, value: Any, at: Instant) -> Iterator[Event]:
    if value is None or (type(value) is str and value.strip() in NOTHING):
        return
    if entity.kind == "object":
        yield from _light(device, entity, value, at)
    elif entity.kind == "switch":
        yield stated(device, entity.channel, _is_on(entity, written(value)), at)
    elif entity.kind != "text" and type(value) is not bool and is_number(written(value).strip()):
        found = number(float(written(value)), entity.channel)
        yield measured(device, entity.channel, found, entity.unit, at)
    elif entity.kind == "number":
        raise BadPayload(f"{entity.channel} is not a number")
    elif type(value) is bool:
        yield stated(device, entity.channel, value, at)
    elif type(value) is dict and entity.kind == "text" and (told := _word(value)):
        yield stated(device, entity.channel, text(told, entity.channel, most=200), at)
    elif type(value) in (dict, list):
        raise BadPayload(f"{entity.channel} is not one value")
    else:
        yield stated(device, entity.channel, text(written(value), entity.channel, most=1_000), at)


def _is_on(entity: Entity, word: str) -> bool:
    if word.startswith("{"):  # a siren may tell its tone too
        word = _word(parse_object(word.encode()))
    if word not in (entity.on, entity.off):
        raise BadPayload(f"{entity.channel} is neither on nor off")
    return word == entity.on


def _word(facts: dict[str, Any]) -> str:
    """What an event or a vacuum cleaner says beside other things."""
    told = facts.get("event_type", facts.get("state"))
    return told if type(told) is str else ""


def _light(device: str, entity: Entity, value: Any, at: Instant) -> Iterator[Event]:
    if type(value) is not dict:
        raise BadPayload(f"{entity.channel} is not an object")
    if value.get("state") in ("ON", "OFF"):
        yield stated(device, entity.channel, value["state"] == "ON", at)
    if value.get("brightness") is not None:
        yield measured(
            device, f"{entity.channel}_brightness", number(value["brightness"], "brightness"), "", at
        )


def encode(target: Target, deed: Deed, memory: Memory) -> Ask | None:
    """In the words of the configuration: its `command_topic`, `payload_on` and `payload_off`.

    Our account may publish everywhere: what lies in another device's tree is not said for this one.
    """
    told: Command | None = memory.shelf(NAME).get(f"command {target.address} {deed.key}")
    if told is None or memory.names.is_anothers(told.topic, mine={target.device, told.node}):
        return None
    return Ask(told.topic, (told.on if deed.on else told.off).encode())


PROFILE = Profile(
    NAME,
    "Home Assistant",
    CHANNELS,
    (f"{PREFIX}/+/{{device}}/#", "{device}/#"),
    place,
    decode,
    roots=(PREFIX,),
    hears_empty=True,
    controls=(Control(r".+"),),
    encode=encode,
)
