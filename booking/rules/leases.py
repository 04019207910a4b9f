"""How long a machine may run, and when what runs is ended: gently, and never while it works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_LEASE = timedelta(hours=12)
WARNING = timedelta(minutes=2)  # between being told that it ends and its end
GRACE = timedelta(minutes=1)  # the reader's own timer comes first
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
    needs. `idle_since` is since when it is known to do nothing, `idle_limit` how long it may.
    """

    now: datetime
    until: datetime
    held: bool = False
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


def lease_end(ends: Ends, *, longest: datetime | None) -> datetime | None:
    """The first of all that ends it; None for no end in sight."""
    limits = (ends.booking, ends.others, ends.closing, ends.certification, longest)
    return min((moment for moment in limits if moment is not None), default=None)


def work_of(busy_since: datetime | None, heard_at: datetime | None, *, now: datetime) -> Work:
    """`heard_at` is when its meter or controller last spoke."""
    if busy_since is None:
        return Work.IDLE
    return Work.BUSY if now - _last_heard(busy_since, heard_at) <= SILENT else Work.UNKNOWN


def is_held(busy_since: datetime | None, heard_at: datetime | None, *, now: datetime) -> bool:
    """Does it work, or may it well do so while nobody hears it? Then nothing ends it."""
    return busy_since is not None and now - _last_heard(busy_since, heard_at) <= BENEFIT


def idle_since(
    started_at: datetime, rested_at: datetime | None, heard_at: datetime | None, *, now: datetime
) -> datetime | None:
    """Since when a session that is not at work does nothing; None where no meter says so."""
    if heard_at is None or now - heard_at > SILENT:
        return None
    return max(started_at, rested_at or started_at)


def go_on(facts: RunFacts) -> Run:
    """What becomes of a session now: as it was, on its way to an end, or over."""
    why = Ending.BUDDY if facts.alone else Ending.INSTRUCTOR if facts.untaught else None
    if why is not None:
        begun = facts.ending_at if facts.ending == why else None
        ends = begun or facts.now + WARNING
        return _until(min(facts.until, ends), why, ends, facts)
    if _stands_idle(facts):
        return Run(min(facts.until, facts.now), Ending.IDLE, facts.now, over=True)
    if facts.until <= facts.now:
        return _until(facts.until, Ending.TIME, facts.until, facts)
    return Run(facts.until)


def _until(until: datetime, why: Ending, ends: datetime, facts: RunFacts) -> Run:
    return Run(until, why, ends, over=not facts.held and facts.now - until > GRACE)


def _stands_idle(facts: RunFacts) -> bool:
    if facts.held or facts.idle_limit is None or facts.idle_since is None:
        return False
    return facts.now - facts.idle_since >= facts.idle_limit


def _last_heard(busy_since: datetime, heard_at: datetime | None) -> datetime:
    return max(busy_since, heard_at or busy_since)
