"""Which of two credentials a broker takes while a device changes from one to the other.

mosquitto knows one password of an account, and reading another one puts the account out. So the old one stays
as long as the device is there. While it is away the two take turns, the old one first, and which one it came
back with follows from when it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

TURN = timedelta(seconds=15)  # longer than most devices wait between two tries
SETTLED = timedelta(seconds=20)  # a device that came with the other one was put out long before


class InForce(Enum):
    """Which credential counts; `PROVED` when there is no way back to the old one."""

    OLD = "old"
    NEW = "new"
    PROVED = "proved"


@dataclass(frozen=True, slots=True)
class Renewal:
    """When a new credential was made and until when the old one counts; when the device came and went."""

    since: datetime
    until: datetime
    online: bool
    connected_at: datetime | None = None
    away_at: datetime | None = None


def in_force(one: Renewal, *, now: datetime) -> InForce:
    if now >= one.until:
        return InForce.PROVED
    if not one.online:
        return _turn(one, now)
    if one.connected_at is None or one.connected_at <= one.since:
        return InForce.OLD  # it has been there all the time
    came_with = _turn(one, one.connected_at)
    if came_with is InForce.NEW and now - one.connected_at >= SETTLED:
        return InForce.PROVED
    return came_with


def _turn(one: Renewal, moment: datetime) -> InForce:
    began = max(one.away_at or one.since, one.since)
    return InForce.NEW if (moment - began) // TURN % 2 else InForce.OLD
