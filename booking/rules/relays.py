"""What a machine's reader has to be told of its relay: longer, shorter, off, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.rules.leases import LONGEST_LEASE, SILENT

SLACK = timedelta(seconds=15)  # a device counts whole seconds, and speaks now and then
HOLD = timedelta(minutes=5)  # for so long at once a relay is held for work past its time
OFF_FOR = timedelta(minutes=10)  # after a session's end an order to switch off makes sense
SETTLED = timedelta(minutes=1)  # after a session's beginning its reader has said that it is on


@dataclass(frozen=True, slots=True)
class Reported:
    """What the reader says of itself: is its relay on, how long it holds by its own timer, and since when
    that is known; `alone` while it has passages that the server has not heard of.
    """

    on: bool
    at: datetime
    until: datetime | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is right: on until a moment, `held` on for its work, or off since `ended_at`.

    With `warn` it ends early or is over, and the reader does not say so yet.
    """

    until: datetime
    told_until: datetime | None
    started_at: datetime
    held: bool = False
    ended_at: datetime | None = None
    warn: bool = False


def lease_to_tell(wanted: Wanted, reported: Reported | None, *, now: datetime) -> datetime | None:
    """Until when the relay has to be told to hold; None where that is right already.

    Only a reader that lately said that its relay is on is told so: nothing starts by itself.
    """
    if reported is None or not reported.on or reported.at < wanted.started_at or _is_stale(reported, now):
        return None
    holds_until = reported.until or wanted.told_until or now
    if wanted.held and wanted.until - now < HOLD:
        return now + HOLD if wanted.warn or holds_until - now < HOLD / 2 else None
    if wanted.until <= now:
        return None  # its own timer ends it, or the end of the session does
    right = min(wanted.until, now + LONGEST_LEASE)
    if holds_until > right + SLACK:
        return right
    if holds_until >= right - SLACK:
        return None
    capped = right < wanted.until
    return None if capped and holds_until - now >= LONGEST_LEASE / 2 else right


def has_to_go_off(wanted: Wanted, reported: Reported | None, *, now: datetime) -> bool:
    """Is the relay still on although its session was ended by the server?"""
    if wanted.ended_at is None or reported is None or not reported.on or reported.alone:
        return False
    if _is_stale(reported, now):
        return False
    return wanted.ended_at + SLACK / 5 < reported.at and now - wanted.ended_at < OFF_FOR


def is_off(wanted: Wanted, reported: Reported | None, *, now: datetime) -> bool:
    """Does the reader of a session that goes on say that its relay is off?

    It lost its power, or was told too late: nothing starts by itself, so nobody works there.
    """
    if reported is None or reported.on or reported.alone or wanted.held or wanted.ended_at is not None:
        return False
    said_in_time = wanted.started_at + SETTLED <= reported.at < wanted.until
    return said_in_time and not _is_stale(reported, now)


def _is_stale(reported: Reported, now: datetime) -> bool:
    return now - reported.at > SILENT
