"""Any JSON that a manager has mapped: a topic's pattern, and which path is which channel in which unit.

Unlike the families, a mapping is data that changes while we run: `Memory.mappings` holds the compiled ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from firmware_bridge.profiles.base import Event, Heard, Place, Profile, Reading, Unread
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire import paths
from firmware_bridge.wire.clock import Arrival, Instant, judge, judge_iso
from firmware_bridge.wire.paths import MISSING, BadPath
from firmware_bridge.wire.payload import (
    LARGEST_FOREIGN,
    BadPayload,
    Value,
    is_number,
    number,
    parse,
    plain,
    text,
    told_number,
)
from firmware_bridge.wire.topics import is_device
from firmware_bridge.wire.units import LONGEST as LONGEST_UNIT
from firmware_bridge.wire.units import canonical, unit_of

NAME = "mapping"
DEVICE = "{device}"
MOST_RULES = 64
MOST_STATES = 50
LONGEST_TOPIC = 200
LONGEST_TEXT = 1_000
ANY = "*"

_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")
# Times since 1970 in other steps than seconds, by how large they are today.
_STEPS = ((1e17, 1e-9), (1e14, 1e-6), (1e11, 1e-3))


class BadMapping(ValueError):
    """A mapping that can't be used: which field (`channels.2.path`), and a code of why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True)
class Rule:
    """One value of a message: where it stands, which channel it is, and what its words mean."""

    key: str
    path: paths.Path
    unit: str
    states: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Compiled:
    """`levels` are the pattern's; `at` is None when messages tell no time."""

    levels: tuple[str, ...]
    device: str
    at: paths.Path | None
    rules: tuple[Rule, ...]


def compiled(facts: Mapping[str, Any], *, owned: Iterable[str] = ()) -> Compiled:
    """Of `topic`, `device`, `at` and `channels` (`key`, `path`, `unit`, `states`), as the table has them.

    Raises:
        BadMapping: for the first thing that can't be used; `owned` are first levels that are somebody's.
    """
    levels = levels_of(facts["topic"], owned)
    device = facts.get("device", "")
    if (DEVICE in levels) == bool(device):
        raise BadMapping("device", "needed" if not device else "twice")
    if device and not is_device(device):
        raise BadMapping("device", "name")
    at = facts.get("at", "")
    rules = tuple(_rule(f"channels.{index}", each) for index, each in enumerate(facts["channels"]))
    if not 0 < len(rules) <= MOST_RULES:
        raise BadMapping("channels", "none" if not rules else "many")
    for index, rule in enumerate(rules):
        if rule.key in {other.key for other in rules[:index]}:
            raise BadMapping(f"channels.{index}.key", "twice")
    return Compiled(levels, device, _path("at", at) if at else None, rules)


def levels_of(topic: str, owned: Iterable[str]) -> tuple[str, ...]:
    """
    Raises:
        BadMapping: when it is no pattern, or somebody else's.
    """
    levels = tuple(topic.split("/"))
    if not 0 < len(topic) <= LONGEST_TOPIC or not topic.isprintable():
        raise BadMapping("topic", "pattern")
    if levels.count(DEVICE) > 1 or "#" in levels[:-1] or levels == ("#",):
        raise BadMapping("topic", "pattern")
    if any(sign in level for level in levels if level not in (DEVICE, "+", "#") for sign in "+#{}"):
        raise BadMapping("topic", "pattern")
    if levels[0] in frozenset(owned) or levels[0].startswith("$"):
        raise BadMapping("topic", "owned")
    return levels


def _rule(field: str, facts: Mapping[str, Any]) -> Rule:
    if not _KEY.fullmatch(facts["key"]):
        raise BadMapping(f"{field}.key", "key")
    unit = facts.get("unit", "").strip()
    if len(unit) > LONGEST_UNIT or not unit.isprintable():
        raise BadMapping(f"{field}.unit", "unit")
    states = {str(word): _meaning(value) for word, value in facts.get("states", {}).items()}
    if not facts["path"].strip():
        raise BadMapping(f"{field}.path", "path")
    if len(states) > MOST_STATES or any(len(word) > LONGEST_TEXT for word in states):
        raise BadMapping(f"{field}.states", "many")
    return Rule(facts["key"], _path(f"{field}.path", facts["path"]), unit, states)


def _meaning(told: Any) -> Value:
    return told_number(told, "a state") if type(told) is str and is_number(told) else _plain_value(told)


def _plain_value(told: Any) -> Value:
    return number(told, "a state") if type(told) in (int, float) else str(told)[:LONGEST_TEXT]


def _path(field: str, told: str) -> paths.Path:
    try:
        return paths.parse(told)
    except BadPath:
        raise BadMapping(field, "path") from None


def matches(levels: tuple[str, ...], topic: list[str]) -> bool:
    """Whether a topic's levels fit a pattern's."""
    if levels[-1] == "#":
        levels = levels[:-1]
        if len(topic) < len(levels):
            return False
    elif len(topic) != len(levels):
        return False
    return all(
        wanted in ("+", DEVICE) or wanted == level for wanted, level in zip(levels, topic, strict=False)
    )


def place(heard: Heard, memory: Memory) -> Place | None:
    """The first mapping that fits; `what` is its number."""
    for index, each in enumerate(memory.mappings):
        if matches(each.levels, heard.levels):
            if each.device:
                return Place(each.device, str(index))
            own = heard.levels[each.levels.index(DEVICE)]
            return Place(memory.names.of(NAME, own, own), str(index))
    return None


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    mapping = memory.mappings[int(place.what)]
    facts = _facts(payload, mapping)
    at = (
        _time(paths.pick(facts, mapping.at), arrival)
        if mapping.at is not None
        else Instant(arrival.ns, False)
    )
    missing, troubles, made = 0, [], 0
    for rule in mapping.rules:
        value = paths.pick(facts, rule.path)
        if value is MISSING:
            missing += 1
        elif value is not None:
            try:
                yield _reading(place.device, rule, value, at)
                made += 1
            except BadPayload as bad:
                troubles.append(bad.reason)
    if missing == len(mapping.rules):
        raise BadPayload("none of the mapping's paths is in the message")
    if troubles:
        yield Unread(troubles[0])


def _facts(payload: bytes, mapping: Compiled) -> Any:
    """The JSON value; a mapping of the whole message reads plain text too."""
    try:
        return parse(payload, most=LARGEST_FOREIGN)
    except BadPayload:
        if len(payload) > LONGEST_TEXT * 4 or any(rule.path for rule in mapping.rules):
            raise
        return plain(payload)


def _time(told: Any, arrival: Arrival) -> Instant:
    """Seconds, or smaller steps, since 1970; or ISO 8601. What can't be true is the arrival."""
    if type(told) in (int, float):
        step = next((step for above, step in _STEPS if told > above), 1.0)
        return judge(told * step if told < 1e30 else None, arrival.ns)
    if type(told) is str and is_number(told):
        return _time(float(told), arrival)
    return judge_iso(told, arrival)


def _reading(device: str, rule: Rule, value: Any, at: Instant) -> Reading:
    if rule.states:
        word = _word(value)
        found = rule.states.get(word, rule.states.get(ANY))
        if found is None:
            raise BadPayload(f"{rule.key} has a state that the mapping does not know: {word[:40]!r}")
        return Reading(device, rule.key, found, "", at.ns, at.by_device)
    if type(value) is bool:
        return Reading(device, rule.key, float(value), "", at.ns, at.by_device)
    if type(value) is str and not rule.unit:
        return Reading(device, rule.key, text(value, rule.key, most=LONGEST_TEXT, least=0), "", *at)
    told = told_number(value.strip(), rule.key) if type(value) is str else number(value, rule.key)
    found, unit = canonical(told, rule.unit)
    return Reading(device, rule.key, found, unit, at.ns, at.by_device)


def _word(value: Any) -> str:
    """How a state is written in a mapping."""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in (int, float):
        return f"{number(value, 'a state'):.15g}"
    if type(value) is not str:
        raise BadPayload("a state is not one value")
    return value


def units(mapping: Compiled) -> list[str]:
    """The unit in which each channel is kept."""
    return [unit_of(rule.unit) for rule in mapping.rules]


PROFILE = Profile(NAME, "JSON", (), (), place, decode)
