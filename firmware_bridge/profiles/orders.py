"""What may be ordered of a device, and its family's words for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from firmware_bridge.profiles import OWNED, PROFILES, homeassistant, native
from firmware_bridge.profiles.base import Ask, Deed, Profile, Target
from firmware_bridge.profiles.memory import Memory

_FORBIDDEN = re.compile(r"fablab/|etabli/|\$|.*[+#\0]", re.DOTALL)
_BY_NAME = {profile.name: profile for profile in PROFILES}


def controls(device: str, channels: Iterable[str], memory: Memory) -> Iterator[tuple[str, bool]]:
    """(key, is it a press?) of everything that this device would obey; `channels` are on or off."""
    found = _of(device, memory)
    if found is None:
        return
    profile, target = found
    keys = list(channels)
    for control in profile.controls:
        pattern = re.compile(control.key, re.ASCII)
        for key in [control.key] if control.press else filter(pattern.fullmatch, keys):
            if _words(profile, target, Deed(key), memory) is not None:
                yield key, control.press


def encode(device: str, deed: Deed, memory: Memory) -> Ask | None:
    """The message that says it; None when this device has no words for it (any more)."""
    found = _of(device, memory)
    if found is None:
        return None
    profile, target = found
    known = any(re.fullmatch(control.key, deed.key, re.ASCII) for control in profile.controls)
    return _words(profile, target, deed, memory) if known else None


def _words(profile: Profile, target: Target, deed: Deed, memory: Memory) -> Ask | None:
    """A foreign device may name the topic that it obeys on: never one of ours, where only we speak."""
    ask = profile.encode(target, deed, memory)
    foreign = profile is not native.PROFILE
    if ask is None or (foreign and _FORBIDDEN.match(ask.topic)):
        return None
    # Only discovery lets a device name any topic: not one in another family's tree.
    root = ask.topic.partition("/")[0]
    stray = profile is homeassistant.PROFILE and root in OWNED and root != homeassistant.PREFIX
    return None if stray else ask


def _of(device: str, memory: Memory) -> tuple[Profile, Target] | None:
    """The family that gave the device its name; one that was named by nobody is our own."""
    held = memory.names.whose(device)
    if held is None:
        return native.PROFILE, Target(device, device)
    profile = _BY_NAME.get(held[0])
    return (profile, Target(device, held[1])) if profile else None
