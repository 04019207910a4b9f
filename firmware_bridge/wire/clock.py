"""Two clocks: a device's own, which may lie, and ours at the message's arrival. One place decides."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

SECOND = 1_000_000_000
DAY = 86_400 * SECOND

AHEAD = 60 * SECOND
BEHIND = 31 * DAY  # a device keeps no more than a month of readings for us
FRESH = 15 * SECOND
ZONE_STEP = 15 * 60 * SECOND  # every time zone's offset is a multiple of it
FARTHEST_ZONE = 15 * 3600 * SECOND

_NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?", re.ASCII)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,12}))?(?:(Z)|([+-]\d\d):?(\d\d))", re.ASCII
)


class Instant(NamedTuple):
    """When a reading was taken, in Unix nanoseconds, and whether the device's clock said so."""

    ns: int
    by_device: bool


class Arrival(NamedTuple):
    """When a message reached us, in Unix nanoseconds, and the lab's time zone."""

    ns: int
    zone: tzinfo = UTC


def judge(claimed: float | None, arrived: int) -> Instant:
    """The device's time when it can be true, else the arrival.

    A clock before its first NTP answer says 1970 or its uptime; one that is ahead of us is wrong; one that is
    behind by up to 31 days may be a reading that waited for its connection.
    """
    if claimed is None or not -1e12 < claimed < 1e12:
        return Instant(arrived, by_device=False)
    return judge_ns(round(claimed * 1e6) * 1000, arrived)  # what a float of today's seconds can tell


def judge_ns(claimed: int | None, arrived: int) -> Instant:
    """The same for a time in Unix nanoseconds."""
    if claimed is not None and arrived - BEHIND <= claimed <= arrived + AHEAD:
        return Instant(claimed, by_device=True)
    return Instant(arrived, by_device=False)


def judge_iso(claimed: object, arrival: Arrival) -> Instant:
    """A time in ISO 8601, to the nanosecond if it says so; without an offset it is local and naive."""
    if isinstance(claimed, str) and (found := _ISO.fullmatch(claimed)):
        day, moment, fraction, _, hours, minutes = found.groups()
        try:
            whole = datetime.fromisoformat(f"{day}T{moment}{hours or '+00'}:{minutes or '00'}")
        except ValueError:
            return Instant(arrival.ns, by_device=False)
        ns = int((fraction or "0").ljust(9, "0")[:9])
        return judge_ns(int(whole.timestamp()) * SECOND + ns, arrival.ns)
    return judge_naive(claimed, arrival)


def judge_naive(claimed: object, arrival: Arrival) -> Instant:
    """Local time without a zone: its seconds are too coarse to beat a fresh arrival.

    A device in the wrong zone is off by whole quarters of an hour: then the arrival is right too. What is
    left waited in a queue, and the device's time is the better one.
    """
    told = _told(claimed, arrival.zone)
    if told is None:
        return Instant(arrival.ns, by_device=False)
    late = arrival.ns - told
    off = (late + ZONE_STEP // 2) % ZONE_STEP - ZONE_STEP // 2
    if abs(off) <= FRESH and abs(late) <= FARTHEST_ZONE:
        return Instant(arrival.ns, by_device=False)
    if 0 < late <= BEHIND:
        return Instant(told, by_device=True)
    return Instant(arrival.ns, by_device=False)


def _told(claimed: object, zone: tzinfo) -> int | None:
    if not isinstance(claimed, str) or not _NAIVE.fullmatch(claimed):
        return None
    try:
        moment = datetime.fromisoformat(claimed).replace(tzinfo=zone)
        return round(moment.timestamp() * 1e6) * 1000
    except (ValueError, OverflowError):
        return None
