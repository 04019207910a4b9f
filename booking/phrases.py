"""From a code to a sentence, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.rules.taps import Reason
from booking.rules.wishes import Code, Objection
from lab import times

TITLES = {
    Code.TAKEN: gettext_lazy("Already taken"),
    Code.CLOSED: gettext_lazy("Closed at that time"),
    Code.OUTAGE: gettext_lazy("Out of order"),
    Code.NOT_CERTIFIED: gettext_lazy("Certification needed"),
    Code.TOO_SHORT: gettext_lazy("Too short"),
    Code.TOO_LONG: gettext_lazy("Too long"),
    Code.TOO_SOON: gettext_lazy("Too soon"),
    Code.TOO_FAR: gettext_lazy("Too far ahead"),
    Code.QUOTA: gettext_lazy("Daily quota reached"),
    Code.IN_PAST: gettext_lazy("In the past"),
    Code.BAD_SPAN: gettext_lazy("Not a valid time span"),
    Code.SUSPENDED: gettext_lazy("Your access is suspended"),
    Code.TOO_LATE_TO_CANCEL: gettext_lazy("Too late to cancel"),
}

READER_TEXTS = {
    Reason.WELCOME: gettext_lazy("Welcome"),
    Reason.GOODBYE: gettext_lazy("Goodbye"),
    Reason.UNKNOWN_BADGE: gettext_lazy("Unknown badge"),
    Reason.BADGE_LOST: gettext_lazy("Badge reported lost"),
    Reason.BADGE_EXPIRED: gettext_lazy("Badge no longer valid"),
    Reason.BADGE_TOO_WEAK: gettext_lazy("A secure badge is needed"),
    Reason.REPLAYED: gettext_lazy("Card already used"),
    Reason.STALE_TAP: gettext_lazy("Too late, tap again"),
    Reason.MEMBER_SUSPENDED: gettext_lazy("Access suspended"),
    Reason.MEMBERSHIP_EXPIRED: gettext_lazy("Membership ended"),
    Reason.NOT_CERTIFIED: gettext_lazy("Certification needed"),
    Reason.CERTIFICATION_EXPIRED: gettext_lazy("Certification expired"),
    Reason.NOT_BOOKED: gettext_lazy("Book it first"),
    Reason.BOOKED_BY_OTHER: gettext_lazy("Booked by someone else"),
    Reason.LAB_CLOSED: gettext_lazy("The lab is closed"),
    Reason.ZONE_FULL: gettext_lazy("The space is full"),
    Reason.ZONE_FORBIDDEN: gettext_lazy("No access to this space"),
    Reason.NOT_CHECKED_IN: gettext_lazy("Tap at the door first"),
    Reason.NEEDS_BUDDY: gettext_lazy("A second person is needed"),
    Reason.MACHINE_DOWN: gettext_lazy("Machine out of order"),
    Reason.MACHINE_BUSY: gettext_lazy("Machine in use"),
    Reason.ALREADY_IN: gettext_lazy("Already inside"),
    Reason.DEVICE_UNCLAIMED: gettext_lazy("Reader not in service"),
    Reason.INTERNAL_ERROR: gettext_lazy("Failure, try again"),
}


def reader_text(reason: Reason) -> str:
    """A line short enough for a reader's display."""
    return str(READER_TEXTS[reason])


def title(objection: Objection) -> str:
    return str(TITLES[objection.code])


def detail(objection: Objection) -> str:
    """A full sentence that says what to do next, made from the objection's data."""
    say = DETAILS.get(objection.code)
    return say(objection.data) if say else title(objection)


def _moment(iso: str) -> str:
    moment = datetime.fromisoformat(iso)
    return _("%(day)s at %(time)s") % {"day": times.day(moment), "time": times.clock(moment)}


def _length(minutes: int) -> str:
    return times.duration(timedelta(minutes=minutes))


def _closed(data: dict[str, Any]) -> str:
    if not data.get("opens"):
        return _("The space is closed at that time.")
    return _("The space is closed at that time; it opens %(moment)s.") % {"moment": _moment(data["opens"])}


def _suspended(data: dict[str, Any]) -> str:
    if data.get("member_until"):
        return _("Your membership ends %(moment)s; ask the lab to renew it.") % {
            "moment": _moment(data["member_until"])
        }
    return _("Your access is suspended; ask a lab manager.")


def _quota(data: dict[str, Any]) -> str:
    if not data["used_minutes"]:
        return _("You may book at most %(quota)s a day here.") % {"quota": _length(data["quota_minutes"])}
    return _("You may book %(quota)s a day here; %(used)s are booked already.") % {
        "quota": _length(data["quota_minutes"]),
        "used": _length(data["used_minutes"]),
    }


DETAILS: dict[Code, Callable[[dict[str, Any]], str]] = {
    Code.TAKEN: lambda data: _("Somebody has this time already; see the free times nearby."),
    Code.CLOSED: _closed,
    Code.OUTAGE: lambda data: _("It is out of order at that time; choose another one."),
    Code.NOT_CERTIFIED: lambda data: (
        _("You need the certification “%(name)s”, valid until the end; ask a lab manager for a session.")
        % {"name": data.get("certification_name") or data["certification"]}
    ),
    Code.TOO_SHORT: lambda data: _("Book at least %(length)s.") % {"length": _length(data["min_minutes"])},
    Code.TOO_LONG: lambda data: _("Book at most %(length)s.") % {"length": _length(data["max_minutes"])},
    Code.TOO_SOON: lambda data: (
        _("Book at least %(length)s ahead.") % {"length": _length(data["notice_minutes"])}
    ),
    Code.TOO_FAR: lambda data: _("Book at most %(days)d days ahead.") % {"days": data["horizon_days"]},
    Code.QUOTA: _quota,
    Code.IN_PAST: lambda data: _("Choose a time that is still to come."),
    Code.BAD_SPAN: lambda data: _("The end must come after the start, both with their time zone."),
    Code.SUSPENDED: _suspended,
    Code.TOO_LATE_TO_CANCEL: lambda data: _("This booking can no longer be changed."),
}
