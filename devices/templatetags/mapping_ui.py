"""What templates ask about mappings and families."""

from __future__ import annotations

from django import template

from devices.models import Device
from devices.rules.reasons import code_of
from devices.templatetags.letters_ui import code_name

register = template.Library()

PROFILE_NAMES = {
    "native": "Établi",
    "tasmota": "Tasmota",
    "shelly1": "Shelly Gen1",
    "shelly2": "Shelly Gen2+",
    "esphome": "ESPHome",
    "zigbee2mqtt": "Zigbee2MQTT",
    "octoprint": "OctoPrint",
    "moonraker": "Moonraker (Klipper)",
    "homie5": "Homie",
    "sparkplug": "Sparkplug B",
    "zebra": "Zebra IoT Connector",
    "impinj": "Impinj",
    "homeassistant": "Home Assistant",
    "mapping": "JSON",
}


@register.filter
def profile_name(device: Device) -> str:
    """What a device is, as far as we think: its family, or what it calls itself."""
    return PROFILE_NAMES.get(device.profile, device.profile)


@register.filter
def problem(reason: str) -> str:
    """Why a message gives nothing: its kind in a few words, and the reason that tells which value."""
    return f"{code_name(code_of(reason))} ({reason})"
