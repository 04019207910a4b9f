"""How far can the last value be trusted? Absent is not zero."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

DEFAULT_INTERVAL = timedelta(seconds=60)


class Freshness(StrEnum):
    """`late` after two expected intervals, `silent` after five, `offline` by the device's last will."""

    FRESH = "fresh"
    LATE = "late"
    SILENT = "silent"
    OFFLINE = "offline"


def freshness(last: datetime | None, *, online: bool, interval: timedelta | None, now: datetime) -> Freshness:
    """Judge the newest value of a device or channel; `last` is when it was measured."""
    if not online:
        return Freshness.OFFLINE
    if last is None:
        return Freshness.SILENT
    expected = interval or DEFAULT_INTERVAL
    age = now - last
    if age <= 2 * expected:
        return Freshness.FRESH
    return Freshness.LATE if age <= 5 * expected else Freshness.SILENT
