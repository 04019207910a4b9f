"""Messages of the past decoded once more, and what that teaches about devices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from devices import actions
from devices.bridge import ask


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many letters were read again, and how many are understood now."""

    read: int
    decoded: int


def replay_letters(*, numbers: Collection[int] | None = None, now: datetime) -> Outcome:
    """Decode dead letters again: those of these numbers, or all; who understood is kept, the rest stays.

    Raises:
        NoAnswer: the bridge could not do it now.
    """
    said = ask("replay", letters=None if numbers is None else sorted(numbers))
    _discover(said["found"], now)
    return Outcome(said["read"], said["decoded"])


def _discover(found: dict[str, Any], now: datetime) -> None:
    for name, (profile, firmware, channels) in found.items():
        actions.discover(name=name, profile=profile, firmware=firmware, channels=channels, now=now)
