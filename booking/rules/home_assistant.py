"""A resource as Home Assistant discovers it: its configuration and its state, without anybody's name.

Source: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

OURS = "etabli_"  # begins what is ours below their prefix
ROOT = "etabli/home/"
BRIDGE = "etabli/live/system/telemetry"  # its last will says that nobody hears devices any more
BUSY = frozenset({"reserved", "in_use", "idle", "finishing"})

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What doesn't change by the minute; `words` name its values in the lab's language."""

    slug: str
    name: str
    kind: str
    zone: str
    metered: bool
    states: tuple[str, ...]
    words: Mapping[str, str]
    site: str


def config_topic(slug: str) -> str:
    return f"homeassistant/device/{OURS}{slug}/config"


def state_topic(slug: str) -> str:
    return f"{ROOT}{slug}"


def is_ours(topic: str) -> bool:
    return topic.startswith((ROOT, f"homeassistant/device/{OURS}"))


def config(shown: Shown) -> Payload:
    """One device with its values, all told on one topic."""
    parts: dict[str, Payload] = {
        "busy": {"platform": "binary_sensor", "device_class": "occupancy"},
        "state": {"platform": "sensor", "device_class": "enum", "options": list(shown.states)},
        "free": {"platform": "sensor", "state_class": "measurement"},
        "next": {"platform": "sensor", "device_class": "timestamp"},
    }
    if shown.metered:
        parts["power"] = {
            "platform": "sensor",
            "device_class": "power",
            "state_class": "measurement",
            "unit_of_measurement": "W",
        }
    return {
        "device": {
            "identifiers": [f"{OURS}{shown.slug}"],
            "name": shown.name,
            "manufacturer": "Établi",
            "model": shown.kind,
            "suggested_area": shown.zone,
            "configuration_url": f"{shown.site}/resources/{shown.slug}/",
        },
        "origin": {"name": "Établi", "support_url": shown.site},
        "availability": [
            {
                "topic": BRIDGE,
                "value_template": "{{ value_json.up }}",
                "payload_available": "True",
                "payload_not_available": "False",
            }
        ],
        "state_topic": state_topic(shown.slug),
        "components": {
            key: part
            | {
                "name": shown.words[key],
                "unique_id": f"{OURS}{shown.slug}_{key}",
                "value_template": f"{{{{ value_json.{key} }}}}",
            }
            for key, part in parts.items()
        },
    }


def state(snapshot: Mapping[str, Any], power: float | None) -> Payload:
    """What a live page shows, as Home Assistant reads it; null is what nobody knows."""
    coming = snapshot.get("next")
    return {
        "state": snapshot["state"],
        "busy": "ON" if snapshot["state"] in BUSY else "OFF",
        "free": snapshot["units_free"],
        "next": None if coming is None else datetime.fromtimestamp(coming, UTC).isoformat(),
        "power": power,
    }
