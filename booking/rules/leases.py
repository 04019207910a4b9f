"""How long a machine may run, and when what runs is ended: gently, and never while it works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_LEASE = timedelta(hours=12)
WARNING = timedelta(minutes=2)  # between being told that it ends and its end
SILENT = timedelta(minutes=5)  # a meter that says nothing for so long knows nothing
BENEFIT = timedelta(minutes=30)  # for so long a machine that nobody hears is taken to be at work


class Work(StrEnum):
    """What is known of a machine's work; unknown is not idle."""

    IDLE = "idle"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Ending(StrEnum):
    """Why a session ends before its member taps out."""

    TIME = "time"
    IDLE = "idle"
    BUDDY = "needs_buddy"
    INSTRUCTOR = "not_certified"


@dataclass(frozen=True, slots=True)
class Ends:
    """What may end a lease, each as far as it is known: the first one does."""

    booking: datetime | None = None
    others: datetime | None = None
    closing: datetime | None = None
    certification: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A session that runs. `until` is how long it may; `alone` and `untaught` tell that somebody left whom it
    needs. `idle_for` is since when it does nothing, `idle_limit` how long it may.
    """

    now: datetime
    until: datetime
    work: Work = Work.IDLE
    alone: bool = False
    untaught: bool = False
    ending: str = ""
    ending_at: datetime | None = None
    idle_since: datetime | None = None
    idle_limit: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """How the session goes on: its lease, why and when it ends early, and whether it is over now."""

    lease_until: datetime
    ending: str = ""
    ending_at: datetime | None = None
    over: bool = False


def lease_end(ends: Ends, *, now: datetime) -> datetime:
    """The first of all that ends it; a machine without an end in sight is asked for anew after a while."""
    limits = (ends.booking, ends.others, ends.closing, ends.certification, now + LONGEST_LEASE)
    return min(moment for moment in limits if moment is not None)


def work_of(busy_since: datetime | None, heard_at: datetime | None, *, now: datetime) -> Work:
    """`heard_at` is when its meter or controller last spoke."""
    if busy_since is None:
        return Work.IDLE
    silence = _silence(busy_since, heard_at, now)
    return Work.BUSY if silence <= SILENT else Work.UNKNOWN


def holds(busy_since: datetime | None, heard_at: datetime | None, *, now: datetime) -> bool:
    """May it not be ended: it works, or may well do so while nobody hears it?"""
    return busy_since is not None and _silence(busy_since, heard_at, now) <= BENEFIT


def go_on(facts: RunFacts, *, held: bool) -> Run:
    """What becomes of a session now; with `held` nothing ends it yet."""
    why = Ending.BUDDY if facts.alone else Ending.INSTRUCTOR if facts.untaught else ""
    if why:
        begun = facts.ending_at if facts.ending == why else None
        ends = begun or facts.now + WARNING
        until = min(facts.until, ends)
        return Run(until, why, ends, over=until <= facts.now and not held)
    if _stands_idle(facts):
        return Run(min(facts.until, facts.now), Ending.IDLE, facts.now, over=True)
    if facts.until <= facts.now:
        return Run(facts.until, Ending.TIME, facts.until, over=not held)
    return Run(facts.until)


def _stands_idle(facts: RunFacts) -> bool:
    if facts.work is not Work.IDLE or facts.idle_limit is None or facts.idle_since is None:
        return False
    return facts.now - facts.idle_since >= facts.idle_limit


def _silence(busy_since: datetime, heard_at: datetime | None, now: datetime) -> timedelta:
    return now - max(busy_since, heard_at or busy_since)
