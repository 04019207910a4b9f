"""What the embedded store does not hold, or no more in such detail, as the server of time series tells it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from devices import influxql, tiers
from devices.rules.cover import HOUR, MINUTE
from lab.every import Every
from lab.telemetry import Influx

log = logging.getLogger("etabli.history")

AT_ONCE = 20_000
SAID = Every(timedelta(minutes=1))  # a server that is away is asked by every page and sweep

Value = float | str


@dataclass(frozen=True, slots=True)
class Beyond:
    """A channel's past on the server."""

    server: Influx
    device: str
    channel: str

    def raw(self, first: int, past: int, limit: int) -> list[tuple[int, Value]] | None:
        """Readings in order; None when the server does not answer."""
        try:
            return influxql.raw(self.server, self.device, self.channel, first, past, limit)
        except influxql.Unanswered as why:
            _say(why)
            return None

    def buckets(self, first: int, past: int, step: int) -> dict[int, tiers.Bucket] | None:
        """Buckets that hold anything, by number; None when the server does not answer."""
        found: dict[int, tiers.Bucket] = {}
        try:
            for number, count, total, text in influxql.sums(
                self.server, self.device, self.channel, first, past, step
            ):
                bucket = found.setdefault(number, tiers.Bucket())
                bucket.add(count, total)
                bucket.say(0, text)
        except influxql.Unanswered as why:
            _say(why)
            return None
        return found

    def cells(self, first: int, past: int, step: int) -> influxql.Cells | None:
        """Numbers as cells of `step`; None when the server does not answer."""
        try:
            return influxql.cells(self.server, self.device, self.channel, first, past, step)
        except influxql.Unanswered as why:
            _say(why)
            return None

    def numbers(self, first: int, past: int) -> list[tuple[int, float]] | None:
        """All single numbers in order; None when the server does not answer."""
        found: list[tuple[int, float]] = []
        while (told := self.raw(first, past, AT_ONCE)) is not None:
            found += [(at, value) for at, value in told if not isinstance(value, str)]
            if len(told) < AT_ONCE:
                return found
            first = told[-1][0] + 1  # numbers of one instant stand a nanosecond apart
        return None


def _say(why: influxql.Unanswered) -> None:
    if SAID.due(datetime.now(UTC)):
        log.warning("the server of time series does not answer (%s)", why)


def cut(store: sqlite3.Connection, channel: int, step: int) -> int:
    """From when on the embedded store tells buckets of `step` (0: single readings) as well as the server."""
    if step and step % HOUR == 0:
        since = 0
    else:
        since = tiers.since(store, MINUTE if step and step % MINUTE == 0 else 0, channel)
    return max(_born(store), since)


def parts(store: sqlite3.Connection, first: int, past: int) -> Iterator[tuple[int, int, bool]]:
    """`[first, past)` in order as (start, end, was the server told of it?)."""
    at = first
    for since, until in _unsent(store):
        start, end = max(at, since), min(past, until)
        if start < end:
            if at < start:
                yield at, start, True
            yield start, end, False
            at = end
    if at < past:
        yield at, past, True


def _born(store: sqlite3.Connection) -> int:
    """Before that, only the server can know."""
    born = store.execute("SELECT born FROM drain").fetchone()
    return min([int(born[0]) if born else 2**62, *(since for since, _ in _unsent(store))])


def _unsent(store: sqlite3.Connection) -> list[tuple[int, int]]:
    return store.execute("SELECT since, coalesce(until, 2 << 61) FROM unsent ORDER BY since").fetchall()
