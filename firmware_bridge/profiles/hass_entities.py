"""What a component of Home Assistant's discovery tells on which topics, as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.templates import Template, template, written
from firmware_bridge.wire.topics import key

# Device classes of sensors whose state is no number (home-assistant.io, "Sensor").
WORDY = frozenset({"date", "enum", "timestamp"})
SWITCHES = frozenset({"binary_sensor", "switch", "fan", "humidifier", "siren", "light"})
TEXTS = {
    *("alarm_control_panel", "cover", "date", "datetime", "device_tracker", "event", "lawn_mower", "lock"),
    *("select", "text", "time", "valve", "vacuum"),
}
QUIET = frozenset({"button", "camera", "device_automation", "image", "notify", "scene", "tag", "update"})
OBJECTS = frozenset({"event", "vacuum"})  # a word among others
WHOLE = template("{{ value_json }}")
# Topics that tell more than the state, and their unit; others are read as they come.
UNITS = {
    "position": "%",
    "tilt_status": "%",
    "percentage": "%",
    "current_humidity": "%",
    "target_humidity": "%",
}


class Command(NamedTuple):
    """Where a switch hears what it is to do, and in which words; `node` is below whom that was said."""

    topic: str
    on: str
    off: str
    node: str = ""


class Entity(NamedTuple):
    """One value on one topic. `kind` is number, switch, text, object, auto (as it comes) or quiet."""

    topic: str
    channel: str
    kind: str
    unit: str = ""
    template: Template | None = None
    on: str = ""
    off: str = ""
    command: Command | None = None


class Presence(NamedTuple):
    """One topic on which a device says whether it is there; `mode` is all, any or latest."""

    topic: str
    template: Template | None
    on: str
    off: str
    mode: str


def entities(
    component: str, name: str, config: dict[str, Any], owner: tuple[str, ...]
) -> Iterator[tuple[Entity, str]]:
    """What a component tells, each with the reason why it is beyond us, or nothing."""
    if component in QUIET:
        return
    channel = _channel(component, name, config, owner)
    where = _topic(config, "state_topic")
    if where:
        words = ("value_template", "state_value_template", "state_template")
        steps, reason = _template(config, words)
        kind = _kind(component, config)
        if steps is None and (kind == "object" or component in OBJECTS):
            steps = WHOLE
        unit = "%" if _is_position(component, config) else _text(config, "unit_of_measurement")
        entity = Entity(where, channel, kind, unit, steps)
        yield _switched(entity, component, config), reason
    for word in config:
        base = word.removesuffix("_topic")
        more = base.removesuffix("_state")
        if base == word or word in _OTHERS or base.endswith("_command") or not _topic(config, word):
            continue
        steps, reason = _template(config, (f"{base}_template", f"{more}_value_template", f"{more}_template"))
        unit = "°C" if "temperature" in more else UNITS.get(more, "")
        if unit == "°C" and _text(config, "temperature_unit") == "F":
            unit = "°F"
        yield Entity(_topic(config, word), key(f"{channel}_{more}"), "auto", unit, steps), reason


_OTHERS = frozenset(
    {
        "state_topic",
        "command_topic",
        "availability_topic",
        "json_attributes_topic",
        "image_topic",
        "url_topic",
    }
    | {"last_reset_topic", "latest_version_topic", "send_command_topic", "set_position_topic"}
)


def quiet_topics(component: str, config: dict[str, Any]) -> Iterator[str]:
    """Topics that are known and tell nothing that we keep."""
    words = ["json_attributes_topic", "last_reset_topic"]
    if component in SWITCHES:
        words.append("command_topic")  # we hear what we say there
    if component in QUIET:
        words += ["state_topic", "topic", "image_topic", "url_topic", "latest_version_topic"]
    for word in words:
        where = _topic(config, word)
        if (where and where != _topic(config, "state_topic")) or (where and component in QUIET):
            yield where


def presences(config: dict[str, Any]) -> Iterator[Presence]:
    listed = config.get("availability")
    mode = _text(config, "availability_mode") or "latest"
    told = listed if type(listed) is list else [config]
    for each in told[:20]:
        where = _topic(each, "topic") if type(listed) is list else _topic(each, "availability_topic")
        if not where:
            continue
        steps, reason = _template(
            each, ("value_template",) if type(listed) is list else ("availability_template",)
        )
        if not reason:
            on, off = each.get("payload_available", "online"), each.get("payload_not_available", "offline")
            yield Presence(where, steps, written(on), written(off), mode)


def _channel(component: str, name: str, config: dict[str, Any], owner: tuple[str, ...]) -> str:
    """The object's id without the device's, so that `kitchen_plug_power` of `kitchen plug` is its `power`."""
    whole = key(name)
    for each in owner:
        before = key(each) if each else ""
        if before and whole == before:
            return key(_text(config, "device_class") or ("relay" if component == "switch" else "state"))
        if before and whole.startswith(f"{before}_"):
            return whole[len(before) + 1 :]
    return whole


def _kind(component: str, config: dict[str, Any]) -> str:
    if component in ("light", "fan") and _text(config, "schema") == "json":
        return "object"
    if component in SWITCHES:
        return "switch"
    if component in TEXTS and not _is_position(component, config):
        return "text"
    if component == "number":
        return "number"
    if component == "sensor":
        group = _text(config, "device_class")
        if group in WORDY:
            return "text"
        if group or _text(config, "unit_of_measurement") or _text(config, "state_class"):
            return "number"
    return "auto"


def _is_position(component: str, config: dict[str, Any]) -> bool:
    return component == "valve" and config.get("reports_position") is True


def _switched(entity: Entity, component: str, config: dict[str, Any]) -> Entity:
    if entity.kind != "switch":
        return entity
    on = config.get("state_on", config.get("payload_on", "ON"))
    off = config.get("state_off", config.get("payload_off", "OFF"))
    where, said = (
        _topic(config, "command_topic"),
        (config.get("payload_on", "ON"), config.get("payload_off", "OFF")),
    )
    command = Command(where, written(said[0]), written(said[1])) if where else None
    return entity._replace(on=written(on), off=written(off), command=command)


def _template(config: dict[str, Any], words: tuple[str, ...]) -> tuple[Template | None, str]:
    """The first of these templates, and a reason when it needs more than we read."""
    for word in words:
        told = config.get(word)
        if type(told) is str and told.strip():
            steps = template(told)
            return steps, "" if steps else f"{word} is more than we read: {told[:200]}"
    return None, ""


def _topic(config: dict[str, Any], word: str) -> str:
    where = config.get(word)
    if where is None:
        return ""
    if type(where) is not str or len(where) > 1_000:
        raise BadPayload(f"{word} is not a topic")
    return where


def _text(config: dict[str, Any], word: str) -> str:
    told = config.get(word)
    return told if type(told) is str else ""
