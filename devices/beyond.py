"""What the embedded store does not hold, or no more in such detail, as the server of time series tells it."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass

from devices import influxql, tiers
from devices.rules.cover import HOUR, MINUTE
from lab.telemetry import Influx

log = logging.getLogger("etabli.history")

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
            log.warning("the server of time series does not answer (%s)", why)
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
            log.warning("the server of time series does not answer (%s)", why)
            return None
        return found


def cut(store: sqlite3.Connection, channel: int, step: int) -> int:
    """From when on the embedded store tells buckets of `step` (0: single readings) as well as the server."""
    born = store.execute("SELECT born FROM drain").fetchone()
    if step and step % HOUR == 0:
        since = 0
    else:
        since = tiers.since(store, MINUTE if step and step % MINUTE == 0 else 0, channel)
    return max(int(born[0]) if born else 2**62, since)
