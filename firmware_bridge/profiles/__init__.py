"""The device families that we read: one file each. `find` recognises one by topic and payload."""

from __future__ import annotations

from firmware_bridge.profiles import (
    esphome,
    homeassistant,
    homie5,
    impinj,
    mapping,
    moonraker,
    native,
    octoprint,
    shelly1,
    shelly2,
    sparkplug,
    tasmota,
    zebra,
    zigbee2mqtt,
)
from firmware_bridge.profiles.base import Heard, Place, Profile
from firmware_bridge.profiles.memory import Memory

# In this order, after the one whose root it is, each family is asked for a topic that may be anybody's.
PROFILES: tuple[Profile, ...] = (
    native.PROFILE,
    tasmota.PROFILE,
    shelly1.PROFILE,
    shelly2.PROFILE,
    octoprint.PROFILE,
    moonraker.PROFILE,
    homie5.PROFILE,
    sparkplug.PROFILE,
    zigbee2mqtt.PROFILE,
    esphome.PROFILE,
    zebra.PROFILE,
    impinj.PROFILE,
    homeassistant.PROFILE,
)
_AT_HOME = {root: profile for profile in PROFILES for root in profile.roots}
# First levels that no mapping may claim: a family's own, and our bus.
OWNED = frozenset(_AT_HOME) | {"etabli"}


def find(topic: str, payload: bytes, memory: Memory) -> tuple[Profile, Place] | None:
    """The first family that takes this message for its own, and where in the family it belongs."""
    place = native.of(topic)
    if place is not None:  # most messages are ours, and none of ours is anybody else's
        return native.PROFILE, place
    heard = Heard(topic, payload)
    home = _AT_HOME.get(topic.partition("/")[0])
    if home is not None:
        place = home.place(heard, memory)
        if place is not None:
            return home, place
    elif memory.mappings:  # what a manager says goes before what we guess, but not into a family's own tree
        place = mapping.PROFILE.place(heard, memory)
        if place is not None:
            return mapping.PROFILE, place
    for profile in PROFILES:
        if profile is not home:
            place = profile.place(heard, memory)
            if place is not None:
                return profile, place
    return None
