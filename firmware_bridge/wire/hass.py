"""Configurations of Home Assistant's MQTT discovery, with long names and whole topics."""

from __future__ import annotations

from typing import Any

from firmware_bridge.wire.hass_words import ABBREVIATIONS, OF_DEVICES, OF_ORIGINS
from firmware_bridge.wire.payload import BadPayload

# What is told once and stands for many would else become gigabytes.
LONGEST_BASE = 256
MOST_COMPONENTS = 500
PARTS = ("components", "cmps")  # a component has none of its own


def expand(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration with long names and whole topics, its components and availabilities too.

    Raises:
        BadPayload: its base topic is none, or it has too many components.
    """
    facts = _long(config, ABBREVIATIONS)
    base = _base(facts.pop("~", None))
    for word, table in (("device", OF_DEVICES), ("origin", OF_ORIGINS)):
        if type(facts.get(word)) is dict:
            facts[word] = _long(facts[word], table)
    if type(facts.get("availability")) is list:
        facts["availability"] = [
            _whole(_long(each, ABBREVIATIONS), base) for each in facts["availability"] if type(each) is dict
        ]
    components = facts.get("components")
    if type(components) is dict:
        if len(components) > MOST_COMPONENTS:
            raise BadPayload(f"more than {MOST_COMPONENTS} components")
        inherited = {} if base is None else {"~": base}
        facts["components"] = {
            name: expand(inherited | {word: each[word] for word in each if word not in PARTS})
            for name, each in components.items()
            if type(each) is dict
        }
    return _whole(facts, base)


def _base(told: Any) -> str | None:
    if told is None:
        return None
    if type(told) is not str or not 0 < len(told) <= LONGEST_BASE:
        raise BadPayload(f"~ is not a topic of 1 to {LONGEST_BASE} characters")
    return told


def _long(facts: dict[str, Any], table: dict[str, str]) -> dict[str, Any]:
    return {table.get(word, word): value for word, value in facts.items()}


def _whole(facts: dict[str, Any], base: str | None) -> dict[str, Any]:
    """`~` at the begin or end of a topic stands for the base topic."""
    if base is None:
        return facts
    for word, value in facts.items():
        if (word == "topic" or word.endswith("_topic")) and type(value) is str and value:
            if value[0] == "~":
                value = base + value[1:]
            if value[-1] == "~":
                value = value[:-1] + base
            facts[word] = value
    return facts
