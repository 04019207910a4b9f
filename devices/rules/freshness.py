"""How far can the last value be trusted, and why? Absent is not zero, and unheard is not gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

DEFAULT_INTERVAL = timedelta(seconds=60)


class Freshness(StrEnum):
    """`late` after two expected intervals, `silent` after five, `offline` by the device's last will."""

    FRESH = "fresh"
    LATE = "late"
    SILENT = "silent"
    OFFLINE = "offline"


class Why(StrEnum):
    """What makes it so; the first that holds is told."""

    BRIDGE_AWAY = "bridge_away"  # nobody of ours hears devices: what they do is unknown
    GATEWAY_AWAY = "gateway_away"  # what it speaks through is offline, so it can't be heard
    LAST_WILL = "last_will"
    NEVER_HEARD = "never_heard"
    OVERDUE = "overdue"
    ON_TIME = "on_time"


@dataclass(frozen=True, slots=True)
class Judged:
    """How fresh, and why."""

    freshness: Freshness
    why: Why


def freshness(last: datetime | None, *, online: bool, interval: timedelta | None, now: datetime) -> Freshness:
    """Judge the newest value of a device or channel by its age; `last` is when it was measured."""
    if not online:
        return Freshness.OFFLINE
    if last is None:
        return Freshness.SILENT
    expected = interval or DEFAULT_INTERVAL
    age = now - last
    if age <= 2 * expected:
        return Freshness.FRESH
    return Freshness.LATE if age <= 5 * expected else Freshness.SILENT


def judged(
    last: datetime | None,
    *,
    online: bool,
    interval: timedelta | None,
    now: datetime,
    heard: bool = True,
    gateway: bool = True,
) -> Judged:
    """The same, with the reason: `heard` is whether our bridge is there, `gateway` what the device is behind.

    While either is away a device is at most silent: nobody can know that it is offline.
    """
    by_age = freshness(last, online=True, interval=interval, now=now)
    if not heard:
        return Judged(by_age, Why.BRIDGE_AWAY)
    if not gateway:
        return Judged(by_age, Why.GATEWAY_AWAY)
    if not online:
        return Judged(Freshness.OFFLINE, Why.LAST_WILL)
    if last is None:
        return Judged(by_age, Why.NEVER_HEARD)
    return Judged(by_age, Why.ON_TIME if by_age is Freshness.FRESH else Why.OVERDUE)


def expected(given: float | None, *learned: float | None) -> timedelta | None:
    """How often something should be heard: as somebody settled it, else as its channels mostly speak."""
    known = [each for each in learned if each]
    seconds = given or min(known, default=None)
    return timedelta(seconds=seconds) if seconds else None
