"""The last week of a machine's power, minute by minute: what thresholds are learned from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from django.conf import settings

from devices import curves
from devices.energy import POWER, meters
from devices.queries import store
from devices.rules.cover import MINUTE
from devices.rules.levels import Minute
from devices.rules.running import SILENT
from lab.spans import Span

WEEK = timedelta(days=7)
LONGEST_HOLE = int(SILENT.total_seconds()) * 1_000_000_000


def week_of(resource_id: int, *, now: datetime) -> list[Minute]:
    """The minutes in which its meters were heard, their power added up."""
    whole: dict[int, Minute] = {}
    for meter in meters(resource_id, Span(now - WEEK, now)):
        first, past = (round(at.timestamp()) * 1_000_000_000 for at in (meter.span.start, meter.span.end))
        found = curves.minutes(store(), (meter.device, POWER), first, past, server=settings.PAST.influx)
        for minute in _filled(found):
            whole[minute.at] = _added(whole.get(minute.at), minute)
    return [whole[at] for at in sorted(whole)]


def _filled(minutes: Iterable[Minute]) -> Iterator[Minute]:
    """A meter that tells changes only says nothing in a minute without one."""
    known = list(minutes)
    for before, after in pairwise(known):
        yield before
        if after.at - before.at <= LONGEST_HOLE:
            for at in range(before.at + MINUTE, after.at, MINUTE):
                yield Minute(at, before.mean, before.mean, before.mean)
    yield from known[-1:]


def _added(one: Minute | None, other: Minute) -> Minute:
    if one is None:
        return other
    return Minute(one.at, one.mean + other.mean, one.low + other.low, one.high + other.high)
