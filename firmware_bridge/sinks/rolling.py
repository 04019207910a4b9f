"""Rolls readings up into minutes and hours, lets go what is too old, and gives the room back; bit by bit."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from functools import partial

from firmware_bridge.sinks import keeping, spool
from firmware_bridge.sinks.tiers import HOUR, MINUTE

SETTLED = 5 * 1_000_000_000  # after its end a minute may still get what is under way
AT_ONCE = 100
BETWEEN_ROUNDS = 600 * 1_000_000_000

_DUE = """SELECT at, channel FROM stale WHERE span = ? AND at <= ? AND (at, channel) > (?, ?)
    ORDER BY at, channel LIMIT ?"""
_DONE = "DELETE FROM stale WHERE span = ? AND at = ? AND channel = ?"
_MARK = "INSERT OR IGNORE INTO stale (span, at, channel) VALUES (?, ?, ?)"
_NUMBER = "CASE typeof(value) WHEN 'real' THEN value END"
_READINGS = f"""SELECT count(*), count({_NUMBER}), sum({_NUMBER}), min({_NUMBER}), max({_NUMBER})
    FROM reading WHERE channel = ? AND at >= ? AND at < ?"""  # noqa: S608
_TEXT = """SELECT at, value FROM reading WHERE channel = ? AND at >= ? AND at < ? AND typeof(value) = 'text'
    ORDER BY at DESC, value DESC LIMIT 1"""
_KEEP = """INSERT OR REPLACE INTO rolled (span, channel, at, count, sum, low, high, text_at, text)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_FORGET = "DELETE FROM rolled WHERE span = ? AND channel = ? AND at = ?"
_ADD = """INSERT INTO rolled (span, channel, at, count, sum, low, high, text_at, text)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (span, channel, at) DO UPDATE SET
    sum = CASE 0 WHEN excluded.count THEN sum WHEN count THEN excluded.sum ELSE sum + excluded.sum END,
    low = CASE WHEN low <= excluded.low THEN low ELSE coalesce(excluded.low, low) END,
    high = CASE WHEN high >= excluded.high THEN high ELSE coalesce(excluded.high, high) END,
    text = CASE WHEN text_at > excluded.text_at THEN text ELSE coalesce(excluded.text, text) END,
    text_at = CASE WHEN text_at > excluded.text_at THEN text_at ELSE coalesce(excluded.text_at, text_at) END,
    count = count + excluded.count"""
_HOUR = """INSERT OR REPLACE INTO rolled (span, channel, at, count, sum, low, high, text_at, text)
    SELECT ?4, ?1, ?2, sum(count), sum(sum), min(low), max(high), newest.text_at, newest.text
    FROM rolled LEFT JOIN (SELECT text_at, text FROM rolled WHERE span = ?5 AND channel = ?1 AND at >= ?2
        AND at < ?3 AND text IS NOT NULL ORDER BY text_at DESC LIMIT 1) AS newest
    WHERE span = ?5 AND channel = ?1 AND at >= ?2 AND at < ?3 HAVING count(*) > 0"""


class Roller:
    """Level-triggered: what is marked is told anew from what lies below it, in the store's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.terms = keeping.Terms()
        self._db = db
        self._round: Iterator[None] = iter(())
        self._next_round = 0

    def work(self, now: int, *, budget: float) -> bool:
        """What can be done in `budget` seconds (one small piece at least); whether there is more."""
        until = time.perf_counter() + budget
        return any(time.perf_counter() >= until for _ in self._pieces(now))

    def _pieces(self, now: int) -> Iterator[None]:
        for span, roll in ((MINUTE, self._minute), (HOUR, self._hour)):
            for at, channel in self._due(span, now - span - SETTLED):
                if roll(at, channel):
                    self._db.execute(_DONE, (span, at, channel))
                yield
        yield from self._let_go(now)

    def _due(self, span: int, before: int) -> Iterator[tuple[int, int]]:
        last = (-(2**62), 0)
        while rows := self._db.execute(_DUE, (span, before, *last, AT_ONCE)).fetchall():
            yield from rows
            last = rows[-1]

    def _minute(self, at: int, channel: int) -> bool:
        end, since = at + MINUTE, partial(keeping.since, self._db, channel=channel)
        total, count, *facts = self._db.execute(_READINGS, (channel, at, end)).fetchone()
        text = self._db.execute(_TEXT, (channel, at, end)).fetchone() if total > count else (None, None)
        late = at < since(0)  # its readings were let go: what comes now is added, and goes too
        span, cell = (MINUTE, at) if at >= since(MINUTE) else (HOUR, at - at % HOUR)
        if late and spool.holds(self._db, channel, at, end):
            return False
        if total:
            self._db.execute(_ADD if late else _KEEP, (span, channel, cell, count, *facts, *text))
        elif not late:
            self._db.execute(_FORGET, (span, channel, cell))
        if late:
            self._db.execute(
                "DELETE FROM reading WHERE channel = ? AND at >= ? AND at < ?", (channel, at, end)
            )
        if span == MINUTE:
            self._db.execute(_MARK, (HOUR, at - at % HOUR, channel))
        return True

    def _hour(self, at: int, channel: int) -> bool:
        self._db.execute(_FORGET, (HOUR, channel, at))
        self._db.execute(_HOUR, (channel, at, at + HOUR, HOUR, MINUTE))
        return True

    def _let_go(self, now: int) -> Iterator[None]:
        """Each channel in its turn; a round that takes longer goes on in the next pieces."""
        if now >= self._next_round:
            self._next_round = now + BETWEEN_ROUNDS
            self._round = keeping.let_go(self._db, self.terms, now)
        yield from self._round
        while keeping.give_back(self._db):
            yield
