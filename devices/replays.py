"""Messages of the past decoded once more, and what that teaches about devices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from devices import actions, mappings
from devices.bridge import ask

HOURS = 6 * 3600.0  # days of messages may take as long


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many letters were read again, and how many are understood now."""

    read: int
    decoded: int


@dataclass(frozen=True, slots=True)
class Redone:
    """Messages that were read, those that make other readings now, and how many readings went and came."""

    read: int
    changed: int
    taken: int
    added: int


def replay_letters(*, numbers: Collection[int] | None = None, now: datetime) -> Outcome:
    """Decode dead letters again: those of these numbers, or all; who understood is kept, the rest stays.

    Raises:
        NoAnswer: the bridge could not do it now.
    """
    wanted = None if numbers is None else sorted(numbers)
    said = ask("replay", letters=wanted, mappings=mappings.in_use())
    _discover(said["found"], now)
    return Outcome(said["read"], said["decoded"])


def redo(*, start: datetime, end: datetime, device: str = "", now: datetime) -> Redone:
    """Decode again what arrived in `[start, end)`, from the raw log; doing it twice changes nothing.

    Raises:
        NoAnswer: the bridge could not do it now.
    """
    span = {"first": _ns(start), "past": _ns(end)}
    said = ask("redo", patience=HOURS, device=device, mappings=mappings.in_use(), **span)
    _discover(said["found"], now)
    return Redone(said["read"], said["changed"], said["taken"], said["added"])


def _ns(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6) * 1000


def _discover(found: dict[str, Any], now: datetime) -> None:
    for name, (profile, firmware, channels) in found.items():
        actions.discover(name=name, profile=profile, firmware=firmware, channels=channels, now=now)
