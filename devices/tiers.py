"""Means of the past, each part of it read from the coarsest tier that tells it exactly."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from devices.rules.cover import HOUR, MINUTE, Cover, Range, Tiers, by_bucket, cover, joined

FEW = 8  # fewer cells in a bucket are grouped by the store, more are summed bucket by bucket, twice as fast

# Every number sorts before every text. Texts are looked for only where there are no numbers: that is half as
# much work as to look at each value's type.
_READINGS = "count(*), sum(value) FROM reading WHERE channel = ? AND at >= ? AND at < ? AND value < ''"
_CELLS = "sum(count), sum(sum) FROM rolled WHERE channel = ? AND at >= ? AND at < ? AND span = ?"
_TEXTS = "max(at), value FROM reading WHERE channel = ? AND at >= ? AND at < ? AND value >= ''"
_CELL_TEXTS = "max(text_at), text FROM rolled WHERE channel = ? AND at >= ? AND at < ? AND span = ?"

Value = float | str
Row = tuple[int, Any, Any]
Source = tuple[str, int, list[Range], tuple[int, ...]]  # SQL, size of a cell, where, what else it asks for


@dataclass(slots=True)
class Bucket:
    """What is known of a bucket: its numbers, and its newest text with the time in nanoseconds."""

    count: int = 0
    sum: float | None = 0.0
    text_at: int = -1
    text: str = ""

    def add(self, count: int | None, total: float | None) -> None:
        if count:
            self.count += count
            self.sum = None if total is None or self.sum is None else self.sum + total

    def say(self, at: int | None, text: str | None) -> None:
        if at is not None and text is not None and at >= self.text_at:
            self.text_at, self.text = at, text

    def join(self, later: Bucket) -> None:
        """What was heard later in the same bucket."""
        self.add(later.count, later.sum)
        self.say(later.text_at if later.text_at >= 0 else None, later.text)

    @property
    def value(self) -> Value | None:
        """The mean of the numbers, else the newest text; None when the mean is no number."""
        if self.count:
            mean = None if self.sum is None else self.sum / self.count
            return mean if mean is not None and isfinite(mean) else None
        return self.text if self.text_at >= 0 else None


def buckets(store: sqlite3.Connection, channel: int, first: int, past: int, step: int) -> dict[int, Bucket]:
    """The buckets of `[first, past)` that hold anything, by number; times and `step` in nanoseconds."""
    store.execute("BEGIN")  # tiers and marks as they are at one moment
    try:
        parts = cover(first, past, step, tiers_of(store, channel, first, past))
        found: dict[int, Bucket] = defaultdict(Bucket)
        for number, count, total in _rows(store, _sources(_CELLS, _READINGS, parts), step, channel):
            found[number].add(count, total)
        numbers = {number for number, bucket in found.items() if bucket.count}
        wordless = _without(parts, numbers, step)
        for number, at, text in _rows(store, _sources(_CELL_TEXTS, _TEXTS, wordless), step, channel):
            found[number].say(at, text)
    finally:
        store.rollback()
    return {number: bucket for number, bucket in found.items() if bucket.count or bucket.text_at >= 0}


def since(store: sqlite3.Connection, span: int, channel: int) -> int:
    """From when on a tier is whole; `span` is 0 for single readings."""
    row = store.execute("SELECT since FROM kept WHERE span = ? AND channel = ?", (span, channel)).fetchone()
    return int(row[0]) if row else 0


def tiers_of(store: sqlite3.Connection, channel: int, first: int, past: int) -> Tiers:
    def stale(span: int) -> list[int]:
        sql = "SELECT at FROM stale WHERE channel = ? AND span = ? AND at > ? AND at < ? ORDER BY at"
        return [at for (at,) in store.execute(sql, (channel, span, first - span, past))]

    return Tiers(since(store, 0, channel), since(store, MINUTE, channel), stale(MINUTE), stale(HOUR))


def _sources(cells: str, readings: str, parts: Cover) -> Iterator[Source]:
    yield cells, HOUR, parts.hours, (HOUR,)
    yield cells, MINUTE, parts.minutes, (MINUTE,)
    yield readings, MINUTE // FEW, parts.raw, ()


def _without(parts: Cover, numbers: set[int], step: int) -> Cover:
    """The ranges of the buckets that hold no numbers."""

    def kept(ranges: list[Range]) -> list[Range]:
        return joined(each for each in by_bucket(ranges, step) if each[0] // step not in numbers)

    return Cover(kept(parts.hours), kept(parts.minutes), kept(parts.raw))


def _rows(store: sqlite3.Connection, sources: Iterable[Source], step: int, channel: int) -> Iterator[Row]:
    for sql, cell, ranges, more in sources:
        if step < FEW * cell:
            for start, end in ranges:
                grouped = f"SELECT at / ?, {sql} GROUP BY 1"
                yield from store.execute(grouped, (step, channel, start, end, *more))
        else:
            for start, end in by_bucket(ranges, step):
                yield from store.execute(f"SELECT ?, {sql}", (start // step, channel, start, end, *more))
