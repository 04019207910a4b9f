"""When a machine's upkeep is due, and how far it is until then; whichever of hours and time comes first."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum


class Standing(StrEnum):
    """How urgent it is."""

    FINE = "fine"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class UpkeepFacts:
    """A plan, what a machine has run since the last time, and until when it was put off.

    `until_hours` and `until` take the place of the plan's own limits; a plan without either of them still
    obeys what it was put off to.
    """

    now: datetime
    since: datetime
    hours: float
    every_hours: float | None = None
    every: int | None = None
    months: bool = True
    warn_percent: int = 80
    until_hours: float | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """How it stands: `share` of the way is behind it, 1 is due; what is left of hours, and the day."""

    standing: Standing
    share: float
    hours_left: float | None
    at: datetime | None


def due(facts: UpkeepFacts, zone: tzinfo) -> Due:
    """Of hours and time, the nearer one decides."""
    limit = facts.until_hours if facts.until_hours is not None else facts.every_hours
    at = facts.until or _comes_round(facts, zone)
    shares = []
    if limit is not None:
        shares.append(facts.hours / limit if limit > 0 else 1.0)
    if at is not None:
        shares.append(_share(facts.now - facts.since, at - facts.since))
    share = max(shares, default=0.0)
    left = None if limit is None else limit - facts.hours
    return Due(_standing(share, facts.warn_percent), share, left, at)


def later(moment: datetime, count: int, *, months: bool, zone: tzinfo) -> datetime:
    """The same hour so many weeks or months on; the last day of a month that is too short for the day."""
    local = moment.astimezone(zone)
    if not months:
        day = local.date() + timedelta(weeks=count)
        return datetime.combine(day, local.time(), zone)
    year, month = divmod(local.year * 12 + local.month - 1 + count, 12)
    day_of_month = min(local.day, calendar.monthrange(year, month + 1)[1])
    return datetime.combine(local.date().replace(year, month + 1, day_of_month), local.time(), zone)


def _comes_round(facts: UpkeepFacts, zone: tzinfo) -> datetime | None:
    if facts.every is None:
        return None
    return later(facts.since, facts.every, months=facts.months, zone=zone)


def _share(gone: timedelta, whole: timedelta) -> float:
    if whole <= timedelta(0):
        return 1.0
    return max(gone / whole, 0.0)


def _standing(share: float, warn_percent: int) -> Standing:
    if share >= 1:
        return Standing.OVERDUE
    return Standing.SOON if share * 100 >= warn_percent else Standing.FINE
