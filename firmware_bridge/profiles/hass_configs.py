"""Configurations of Home Assistant's discovery: whose they are, and what they say of which topics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from firmware_bridge.profiles.hass_entities import Entity, Presence, entities, presences, quiet_topics
from firmware_bridge.wire.payload import BadPayload

MOST_ABOUT_ONE = 1_000


class Owner(NamedTuple):
    """The device that a configuration is about."""

    own: str
    address: str
    name: str


@dataclass(slots=True)
class Topic:
    """What configurations (by their topics) say of one topic."""

    entities: dict[str, tuple[tuple[Owner, Entity], ...]] = field(default_factory=dict)
    presences: dict[str, tuple[Owner, Presence]] = field(default_factory=dict)
    weight: int = 1

    def add(self, config: str, owner: Owner, told: Entity | Presence) -> None:
        if self.weight > MOST_ABOUT_ONE:
            raise BadPayload(f"more than {MOST_ABOUT_ONE} values on one topic")
        if isinstance(told, Presence):
            self.weight += config not in self.presences
            self.presences[config] = owner, told
        else:
            self.weight += 1
            self.entities[config] = (*self.entities.get(config, ()), (owner, told))

    def drop(self, config: str) -> None:
        self.weight -= len(self.entities.pop(config, ()))
        self.weight -= self.presences.pop(config, None) is not None


def owner_of(topic: str, config: dict[str, Any]) -> Owner:
    """The device's first identifier or connection; without one, the node or object of the topic."""
    levels = topic.split("/")
    about = config.get("device")
    facts = about if type(about) is dict else {}
    name = facts["name"] if type(facts.get("name")) is str else ""
    told = facts.get("identifiers") or [each[1] for each in _pairs(facts.get("connections"))]
    own = told[0] if type(told) is list and told else told
    if type(own) in (str, int) and str(own):
        return Owner(str(own)[:200], f"device {str(own)[:200]}", name)
    own = levels[-3] if len(levels) > 4 else levels[-2]
    return Owner(own, f"topic {own}", name)


def _pairs(connections: Any) -> list[list[str]]:
    if type(connections) is not list:
        return []
    return [each for each in connections if type(each) is list and len(each) == 2 and type(each[1]) is str]


Part = tuple[str, Entity | Presence, str]


def parts(topic: str, config: dict[str, Any], owner: Owner) -> Iterator[Part]:
    """(topic, what it tells, why it is beyond us) of a configuration or of each of its components."""
    levels = topic.split("/")
    if levels[1] != "device":
        yield from _of_one(levels[1], levels[-2], config, owner)
        return
    components = config.get("components")
    if type(components) is not dict:
        raise BadPayload("a device without components")
    shared = {word: value for word, value in config.items() if word not in ("components", "device", "origin")}
    for name, each in components.items():
        if len(each) > 1:  # else it is taken away
            yield from _of_one(str(each.get("platform")), name, shared | each, owner)


def _of_one(component: str, name: str, config: dict[str, Any], owner: Owner) -> Iterator[Part]:
    for presence in presences(config):
        yield presence.topic, presence, ""
    for entity, reason in entities(component, name, config, (owner.own, owner.name)):
        yield entity.topic, entity, reason
    for where in quiet_topics(component, config):
        yield where, Entity(where, "", "quiet"), ""
