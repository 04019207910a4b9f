"""Readers that tell more taps than anybody can tap are locked out for a while: pure, and of bounded size.

Two measures, each a bucket that fills again with time. A reader of ours waits for its answer before it tells
the next tap, so a tap that comes while another one waits is *hurried*, and few of those are plenty. Taps one
after the other are judged by a much larger measure: as fast as no hand is for long.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

HURRIED, HURRIED_RATE = 200.0, 5.0
EVERY, EVERY_RATE = 3_000.0, 20.0
ANSWERS, ANSWER_RATE = 2_000.0, 20.0  # refusals to one who is locked out; beyond that nobody answers
FIRST_LOCK, LONGEST_LOCK = 60.0, 900.0  # seconds; each one that follows within an hour lasts twice as long
FORGIVEN = 3_600.0
MOST_KNOWN = 5_000


class Fate(Enum):
    """What becomes of a tap; `LOCKED` is the one with which a reader is locked out."""

    TAKE = "take"
    LOCKED = "locked"
    REFUSE = "refuse"
    DROP = "drop"


@dataclass(slots=True)
class Measure:
    """So many at once, and so many a second from then on; `now` is in seconds and never goes back."""

    burst: float
    rate: float
    level: float
    at: float

    @classmethod
    def full(cls, burst: float, rate: float, now: float) -> Measure:
        return cls(burst, rate, burst, now)

    def take(self, now: float) -> bool:
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass(slots=True)
class Record:
    """One reader: its measures, until when it is locked out, and how often it was."""

    hurried: Measure
    every: Measure
    answers: Measure
    until: float = 0.0
    lasted: float = 0.0
    turned_away: int = 0


class Floods:
    """Says of each tap whether it is looked at; readers that were long silent are forgotten first."""

    def __init__(self, *, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._known: OrderedDict[str, Record] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def judge(self, reader: str, *, waiting: bool, now: float) -> Fate:
        """`waiting`: has the reader an earlier tap that nobody answered yet?"""
        known = self._of(reader, now)
        if now < known.until:
            known.turned_away += 1
            return Fate.REFUSE if known.answers.take(now) else Fate.DROP
        patient = known.every.take(now)
        if patient and (not waiting or known.hurried.take(now)):
            return Fate.TAKE
        self._lock(known, now)
        return Fate.LOCKED

    def lock(self, reader: str, *, until: float, now: float) -> None:
        """As it was before this process began."""
        known = self._of(reader, now)
        known.until, known.lasted = until, max(known.lasted, FIRST_LOCK)

    def lift(self, reader: str) -> None:
        """A manager has seen to it: the reader begins anew."""
        self._known.pop(reader, None)

    def turned_away(self, reader: str) -> int:
        """How many of its taps were not looked at since it was locked out."""
        known = self._known.get(reader)
        return known.turned_away if known else 0

    def until(self, reader: str) -> float:
        """Until when it is locked out; in the past, or 0, when it is not."""
        known = self._known.get(reader)
        return known.until if known else 0.0

    def _of(self, reader: str, now: float) -> Record:
        known = self._known.pop(reader, None)
        if known is None:
            known = Record(
                Measure.full(HURRIED, HURRIED_RATE, now),
                Measure.full(EVERY, EVERY_RATE, now),
                Measure.full(ANSWERS, ANSWER_RATE, now),
            )
        self._known[reader] = known
        if len(self._known) > self._most:
            self._forget(now)
        return known

    def _forget(self, now: float) -> None:
        """The one that was silent longest; who is locked out only if all of them are."""
        oldest = next(
            (name for name, one in self._known.items() if one.until <= now), next(iter(self._known))
        )
        del self._known[oldest]

    def _lock(self, known: Record, now: float) -> None:
        again = known.lasted and now - known.until < FORGIVEN
        known.lasted = min(known.lasted * 2, LONGEST_LOCK) if again else FIRST_LOCK
        known.until, known.turned_away = now + known.lasted, 1
        known.hurried = Measure.full(HURRIED, HURRIED_RATE, known.until)
        known.every = Measure.full(EVERY, EVERY_RATE, known.until)
