"""What a channel's chart shows of alarms: the limits that are watched, and when one stood."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from booking.queries import alarms
from devices.models import Alarm, AlarmRule, Device
from devices.watched import covers

MOST = 200  # of a year with an alarm an hour the newest are enough to see that something is wrong


class Limit(NamedTuple):
    """A rule, where it begins to be bad, and where it is good again if that is another value."""

    rule: AlarmRule
    raises: float
    clears: float | None


def limits(device: Device, key: str) -> list[Limit]:
    """What is watched on this channel now and can be drawn as a line."""
    rows = alarms.rules().filter(enabled=True, key=key, condition__in=["above", "below"])
    return [
        Limit(row, row.limit, None if row.clear == row.limit else row.clear)
        for row in rows
        if row.limit is not None and covers(row, device)
    ]


def stood(device: Device, key: str, *, start: datetime, end: datetime) -> list[Alarm]:
    """The newest alarms of the channel, or of the whole device, that touch `[start, end)`."""
    rows = alarms.all_of(start=start, end=end).filter(Q(key=key) | Q(key=""), device=device)
    return list(rows[:MOST])


def during(rows: Iterable[Alarm], start: datetime, end: datetime) -> list[Alarm]:
    """Those of them that stood some time in `[start, end)`; an instant where both are the same."""
    return [
        row
        for row in rows
        if (row.raised_at < end or row.raised_at == start)
        and (row.cleared_at is None or row.cleared_at > start)
    ]
