"""The device families that we read: one file each. `find` recognises one by topic and payload."""

from __future__ import annotations

from firmware_bridge.profiles import native, octoprint, tasmota
from firmware_bridge.profiles.base import Place, Profile

PROFILES: tuple[Profile, ...] = (native.PROFILE, tasmota.PROFILE, octoprint.PROFILE)


def find(topic: str, payload: bytes) -> tuple[Profile, Place] | None:
    """The first family that takes this message for its own, and where in the family it belongs."""
    for profile in PROFILES:
        place = profile.place(topic, payload)
        if place is not None:
            return profile, place
    return None
