"""A page of points, raw or as means: from the embedded store, and what only a server knows from there."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from devices import beyond, tiers
from devices.beyond import Beyond

SECOND = 1_000_000_000
_CURSOR = re.compile(r"[0-9]{1,19}\.[0-9]{1,9}")

# Microseconds fit into a double, nanoseconds do not: dividing those would round twice.
_POINTS = """SELECT at / 1000 / 1e6, value FROM reading WHERE channel = ? AND at >= ? AND at < ?
    ORDER BY at, value, n LIMIT ? OFFSET ?"""
_NEXT = "SELECT at FROM reading WHERE channel = ? AND at >= ? AND at < ? ORDER BY at LIMIT 1 OFFSET ?"
_BEFORE = "SELECT count(*) FROM reading WHERE channel = ? AND at >= ? AND at < ?"

Value = float | str
Points = list[tuple[float, Value | None]]


class BadCursor(ValueError):
    """A page's continuation that no page gave."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Points of `[first, past)` in Unix nanoseconds.

    `channel` is None when the store never heard of it, `beyond` when there is nothing but the store; the page
    goes on at `cursor`: an instant (or a bucket's number), and how many of its points were already given.
    """

    store: sqlite3.Connection
    channel: int | None
    first: int
    past: int
    limit: int
    cursor: tuple[int, int] | None = None
    beyond: Beyond | None = None


def cursor_of(text: str | None) -> tuple[int, int] | None:
    """Where a page goes on.

    Raises:
        BadCursor: when this is not the `next` of a page.
    """
    if text is None:
        return None
    if not _CURSOR.fullmatch(text):
        raise BadCursor(text)
    at, _, given = text.partition(".")
    return int(at), int(given)


def raw(asked: Asked) -> tuple[Points, str | None]:
    """Single readings, and where the next page goes on."""
    at, given = asked.cursor if asked.cursor and asked.cursor[0] >= asked.first else (asked.first, 0)
    if at >= asked.past:
        return [], None
    points: Points = []
    until = _cut(asked, 0)
    if asked.beyond is not None and at < until:
        told = asked.beyond.raw(at, min(until, asked.past), asked.limit + 1)
        if told is not None:
            points = [(when // 1000 / 1e6, value) for when, value in told[: asked.limit]]
            if len(told) > asked.limit:
                following = told[asked.limit][0]
                return points, f"{following}.0"
            at, given = until, 0
    if asked.channel is None or at >= asked.past:
        return points, None
    more, following_text = _raw(asked.store, asked.channel, at, asked.past, given, asked.limit - len(points))
    return points + more, following_text


def _raw(
    store: sqlite3.Connection, channel: int, at: int, past: int, given: int, limit: int
) -> tuple[Points, str | None]:
    points: Points = store.execute(_POINTS, (channel, at, past, limit, given)).fetchall()
    if len(points) < limit:
        return points, None
    row = store.execute(_NEXT, (channel, at, past, given + limit)).fetchone()
    if row is None:
        return points, None
    following = row[0]
    if points and points[-1][0] != following // 1000 / 1e6:
        return points, f"{following}.0"
    before = store.execute(_BEFORE, (channel, at, following)).fetchone()[0]
    return points, f"{following}.{given + limit - before}"


def means(asked: Asked, step: int) -> tuple[Points, str | None]:
    """A point for each bucket of `step` nanoseconds, None where nothing was heard, and where it goes on."""
    bucket = max(asked.first // step, asked.cursor[0] if asked.cursor else 0)
    if bucket * step >= asked.past:
        return [], None
    end = min(-(-asked.past // step), bucket + asked.limit)
    found = _buckets(asked, max(asked.first, bucket * step), min(asked.past, end * step), step)
    points: Points = [
        (number * step / SECOND, found[number].value if number in found else None)
        for number in range(bucket, end)
    ]
    return points, f"{end}.0" if end * step < asked.past else None


def _buckets(asked: Asked, first: int, past: int, step: int) -> dict[int, tiers.Bucket]:
    until = max(first, min(_cut(asked, step), past))
    found: dict[int, tiers.Bucket] = {}
    earlier = beyond.parts(asked.store, first, until) if first < until else ()
    for start, end, told in (*earlier, (until, past, False)):
        there = asked.beyond.buckets(start, end, step) if told and asked.beyond is not None else None
        if there is None:
            there = _kept(asked, start, end, step)
        for number, bucket in there.items():
            known = found.setdefault(number, bucket)
            if known is not bucket:
                known.join(bucket)
    return found


def _kept(asked: Asked, first: int, past: int, step: int) -> dict[int, tiers.Bucket]:
    if asked.channel is None or first >= past:
        return {}
    return tiers.buckets(asked.store, asked.channel, first, past, step)


def _cut(asked: Asked, step: int) -> int:
    """From when on the store knows as much as the server."""
    if asked.beyond is None:
        return 0
    return asked.past if asked.channel is None else beyond.cut(asked.store, asked.channel, step)
