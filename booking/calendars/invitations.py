"""Invitations by mail: a booking enters its member's calendar, follows its changes, and leaves it again.

RFC 5546: a `REQUEST` brings or changes an event, a `CANCEL` takes it away; both know it by its UID, and a
higher SEQUENCE counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.calendars.events import CANCELLED, Event, calendar_text
from booking.calendars.lines import person

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an address."""

    name: str
    address: str


def invitation(event: Event, *, method: str, by: Person, to: Person, zone: ZoneInfo, now: datetime) -> bytes:
    """The body of the mail's `text/calendar` part; `by` is the lab, `to` the member."""
    who = (
        person("ORGANIZER", by.address, CN=by.name),
        person(
            "ATTENDEE",
            to.address,
            CN=to.name,
            CUTYPE="INDIVIDUAL",
            ROLE="REQ-PARTICIPANT",
            PARTSTAT="ACCEPTED",
        ),
    )
    status = CANCELLED if method == CANCEL else event.status
    message = replace(event, status=status, changed_at=now, extra=(*event.extra, *who))
    return calendar_text([message], zone=zone, method=method)


def several(events: Iterable[Event], *, zone: ZoneInfo) -> bytes:
    """Many bookings in one file: an invitation can be about one only."""
    return calendar_text(events, zone=zone, method=PUBLISH)
