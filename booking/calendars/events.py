"""A calendar of events as text: what every client needs, nothing that one of them misreads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from booking.calendars.lines import line, local, text, utc, whole_day
from booking.calendars.timezones import timezone_lines
from lab.spans import Span

PRODUCT = "-//Etabli//Etabli//EN"
READ_AGAIN = "PT30M"
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar shows; the time of `busy` ones counts as taken for whoever reads it.

    `extra` are finished lines of its own, such as who attends.
    """

    uid: str
    span: Span
    summary: str
    changed_at: datetime
    sequence: int = 0
    status: str = CONFIRMED
    description: str = ""
    location: str = ""
    url: str = ""
    busy: bool = True
    extra: tuple[str, ...] = ()


def calendar_text(events: Iterable[Event], *, zone: ZoneInfo, name: str = "", method: str = "") -> bytes:
    """A whole VCALENDAR; `name` for one to subscribe to, `method` for a message (RFC 5546)."""
    rows = list(events)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines += [f"METHOD:{method}"] if method else []
    lines += _named(name) if name else []
    first = min((row.span.start.astimezone(zone).year for row in rows), default=0)
    lines += timezone_lines(zone, first) if rows else ()
    for row in rows:
        lines += _event(row, zone)
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def _named(name: str) -> Iterator[str]:
    yield text("NAME", name)
    yield text("X-WR-CALNAME", name)
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{READ_AGAIN}"
    yield f"X-PUBLISHED-TTL:{READ_AGAIN}"


def _event(event: Event, zone: ZoneInfo) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield line("UID", event.uid)
    yield utc("DTSTAMP", event.changed_at)
    yield from _times(event, zone)
    yield text("SUMMARY", event.summary)
    if event.description:
        yield text("DESCRIPTION", event.description)
    if event.location:
        yield text("LOCATION", event.location)
    if event.url:
        yield line("URL", event.url)
    yield f"STATUS:{event.status}"
    yield f"SEQUENCE:{event.sequence}"
    yield utc("LAST-MODIFIED", event.changed_at)
    yield f"TRANSP:{'OPAQUE' if event.busy and event.status != CANCELLED else 'TRANSPARENT'}"
    yield from event.extra
    yield "END:VEVENT"


def _times(event: Event, zone: ZoneInfo) -> Iterator[str]:
    start, end = event.span.start.astimezone(zone), event.span.end.astimezone(zone)
    if not event.busy and start.time() == end.time() == time(0):
        yield whole_day("DTSTART", start.date())
        yield whole_day("DTEND", end.date())
    else:
        yield local("DTSTART", start)
        yield local("DTEND", end)
