"""Reads closures out of somebody else's calendar file: bounded, and honest about what it left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from booking.calendars.lines import UNSPEAKABLE
from booking.calendars.repeats import Unreadable, days_to_look_at, happens, which_one
from lab.spans import Span

LARGEST = 2 * 1024 * 1024
MOST = 2000  # events of a file, and closures that they make
AHEAD = timedelta(days=2 * 366)
MOST_DAYS = 1_000_000  # on which all repetitions together are looked for
LONGEST_UID, LONGEST_REASON = 220, 120
EVENT = b"BEGIN:VEVENT"


class BadFile(Exception):
    """Why nothing could be read: `too_large`, `no_calendar`, `too_many` or `no_events`."""

    def __init__(self, why: str, **data: Any) -> None:
        super().__init__(why)
        self.why, self.data = why, data


@dataclass(frozen=True, slots=True)
class Found:
    """A closure of the file; `uid` names the event and, of a repetition, which one."""

    uid: str
    span: Span
    reason: str


@dataclass(slots=True)
class Read:
    """What a file says for the two years from now on, every event that it knows, and what it left out."""

    found: list[Found] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    beyond: int = 0


def read_closures(data: bytes, *, zone: ZoneInfo, now: datetime) -> Read:
    """Everything that closes; times without a zone are the lab's.

    Raises:
        BadFile: when it is no calendar, or too much of one.
    """
    events = list(_events(data))
    last = (now + AHEAD).date()
    if sum(days_to_look_at(one, last=last) for one in events) > MOST_DAYS:
        raise BadFile("too_many", most=MOST)
    read = Read(known={_uid(event) for event in events})
    taken = _taken(events, zone)
    for event in events:
        if _says(event, "STATUS").upper() == "CANCELLED":
            continue  # known, and closing nothing: what it closed before is removed
        try:
            _take(read, event, taken, zone, last, now)
        except Unreadable as why:
            read.skipped.append((_reason(event), str(why)))
    read.found.sort(key=lambda one: (one.span.start, one.uid))
    return read


def base_uid(uid: str) -> str:
    """The event of a closure, whichever of its repetition it is."""
    return re.sub(r" @\d{8}T\d{6}Z$", "", uid)


def _events(data: bytes) -> Iterator[Component]:
    if len(data) > LARGEST:
        raise BadFile("too_large", most=LARGEST // 1024 // 1024)
    if data.upper().count(EVENT) > MOST:
        raise BadFile("too_many", most=MOST)
    try:
        parts = Calendar.from_ical(data.decode("utf-8-sig", errors="replace"), multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError):
        raise BadFile("no_calendar") from None
    calendars = [part for part in parts if part.name == "VCALENDAR"]
    events = [event for one in calendars for event in one.walk("VEVENT")]
    if not events:
        raise BadFile("no_events" if calendars else "no_calendar")
    yield from events


def _taken(events: list[Component], zone: ZoneInfo) -> set[tuple[str, datetime]]:
    """Which of their repetitions have an event of their own."""
    found = set()
    for event in events:
        try:
            at = which_one(event, zone)
        except Unreadable:
            continue  # told when its turn comes
        if at is not None:
            found.add((_uid(event), at))
    return found


def _take(
    read: Read,
    event: Component,
    taken: set[tuple[str, datetime]],
    zone: ZoneInfo,
    last: date,
    now: datetime,
) -> None:
    uid, itself = _uid(event), which_one(event, zone)
    for span, at in happens(event, zone, last=last):
        if span.end <= now or (itself is None and at is not None and (uid, at) in taken):
            continue
        if span.start > now + AHEAD:
            read.beyond += 1
            continue
        which = itself or at
        name = uid if which is None else f"{uid} @{which:%Y%m%dT%H%M%SZ}"
        read.found.append(Found(name, span, _reason(event)))
        if len(read.found) > MOST:
            raise BadFile("too_many", most=MOST)


def _uid(event: Component) -> str:
    told = _says(event, "UID")
    if not told:  # the same event without a name is the same again
        told = f"{event.get('DTSTART')} {_says(event, 'SUMMARY')}"
    short = len(told) <= LONGEST_UID and _says(event, "UID")
    return told if short else hashlib.sha256(told.encode()).hexdigest()


def _reason(event: Component) -> str:
    told = _says(event, "SUMMARY")
    return told if len(told) <= LONGEST_REASON else f"{told[: LONGEST_REASON - 1]}…"


def _says(event: Component, name: str) -> str:
    told = event.get(name, "")
    first = told[0] if isinstance(told, list) and told else told
    return " ".join(str(first).translate(UNSPEAKABLE).split())
