"""From a code to a sentence, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.refusal_words import BAD_SPANS, LATE
from booking.rules.leases import Ending
from booking.rules.taps import Reason
from booking.rules.wishes import Code, Objection
from lab import times

TITLES = {
    Code.TAKEN: gettext_lazy("Already taken"),
    Code.CLOSED: gettext_lazy("Closed at that time"),
    Code.OUTAGE: gettext_lazy("Out of order"),
    Code.NOT_CERTIFIED: gettext_lazy("Certification needed"),
    Code.NOT_ELIGIBLE: gettext_lazy("Not open to you"),
    Code.NEEDS_APPROVAL: gettext_lazy("A manager approves"),
    Code.INTERFERENCE: gettext_lazy("Radio interference"),
    Code.NEEDS_KIT: gettext_lazy("Needed kit is taken"),
    Code.TOO_SHORT: gettext_lazy("Too short"),
    Code.TOO_LONG: gettext_lazy("Too long"),
    Code.TOO_SOON: gettext_lazy("Too soon"),
    Code.TOO_FAR: gettext_lazy("Too far ahead"),
    Code.QUOTA: gettext_lazy("Quota reached"),
    Code.IN_PAST: gettext_lazy("In the past"),
    Code.BAD_SPAN: gettext_lazy("Not a valid time span"),
    Code.BAD_REPEAT: gettext_lazy("Not a possible repetition"),
    Code.SUSPENDED: gettext_lazy("Your access is suspended"),
    Code.TOO_LATE_TO_CANCEL: gettext_lazy("Too late to cancel"),
    Code.TOO_MANY_WAITS: gettext_lazy("On too many waitlists"),
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


def new_card_text(code: str) -> str:
    """What a reader shows for a card that nobody has; without a code, it waits for a manager."""
    return _("New? Code: %(code)s") % {"code": code} if code else _("Waits for approval")


def reader_text(reason: Reason) -> str:
    """A line short enough for a reader's display."""
    return str(READER_TEXTS[reason])


def refused_text(reason: Reason, *, own: bool) -> str:
    """The same for a refusal; `own` tells that the machine works for whoever taps."""
    return _("At work: tap when it is done") if own and reason is Reason.MACHINE_BUSY else reader_text(reason)


def assisted_text(trainee: str, instructor: str) -> str:
    """To a trainee whom an instructor's badge let begin."""
    return _("Welcome %(trainee)s, with %(instructor)s") % {"trainee": trainee, "instructor": instructor}


def untaught_text(reason: Reason, *, taught: bool) -> str:
    """Why not, and what helps at once where somebody may teach it."""
    said = reader_text(reason)
    return _("%(why)s; with an instructor: their badge now") % {"why": said} if taught else said


def lease_text(ending: Ending | None, until: datetime | None, *, over: bool) -> str:
    """To whoever stands at a machine: why it goes off, or how long it is theirs."""
    if over:
        return _("Idle: switched off") if ending is Ending.IDLE else _("Switched off")
    if ending is None:
        return _("Yours until %(time)s") % {"time": times.clock(until)} if until else ""
    said = {"time": times.clock(until) if until else ""}
    return str(ENDINGS[ending]) % said


ENDINGS = {
    Ending.TIME: gettext_lazy("Your time is over: off when the work is done"),
    Ending.IDLE: gettext_lazy("Idle: switched off"),
    Ending.BUDDY: gettext_lazy("Nobody else is here: off at %(time)s, after the work"),
    Ending.INSTRUCTOR: gettext_lazy("Your instructor is gone: off at %(time)s, after the work"),
}


def title(objection: Objection) -> str:
    if objection.code is Code.TAKEN and "units" in objection.data:
        return _("More than there are")
    if objection.code is Code.TOO_LATE_TO_CANCEL and objection.data.get("why") in LATE:
        return str(LATE[objection.data["why"]][0])
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


def _taken(data: dict[str, Any]) -> str:
    if "units" not in data:
        return _("Somebody has this time already; choose another one.")
    return ngettext(
        "There is only %(units)d of it; ask for no more.",
        "There are only %(units)d of it; ask for no more.",
        data["units"],
    ) % {"units": data["units"]}


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
    counts = data["measure"] == "count"
    most = _bookings(data["most"]) if counts else _length(data["most"])
    used = _bookings(data["used"]) if counts else _length(data["used"])
    said = {"quota": most, "used": used, "days": data.get("days", 0)}
    rule = PERIODS[data["period"]] % said
    if data.get("programme"):
        rule += " " + _("Your programme shares it.")
    if data["used"]:
        rule += " " + _("%(used)s of it are booked already.") % said
    if data["period"] in NEXT_PERIODS:
        rule += " " + str(NEXT_PERIODS[data["period"]])
    return rule


PERIODS = {
    "day": gettext_lazy("You may book %(quota)s a day here."),
    "week": gettext_lazy("You may book %(quota)s a week here."),
    "month": gettext_lazy("You may book %(quota)s a month here."),
    "rolling": gettext_lazy("You may book %(quota)s within any %(days)d days here."),
}
NEXT_PERIODS = {
    "day": gettext_lazy("Choose another day, or less time."),
    "week": gettext_lazy("Choose another week, or less time."),
    "month": gettext_lazy("Choose another month, or less time."),
}


def _bookings(count: int) -> str:
    return ngettext("%(count)d booking", "%(count)d bookings", count) % {"count": count}


def _not_certified(data: dict[str, Any]) -> str:
    name = {"name": data.get("certification_name") or data["certification"]}
    if data.get("member"):
        return _somebody_not_certified(data, name | {"member": data["member"]})
    if data.get("expires"):
        said = _("Your certification “%(name)s” ends before your booking does.") % name
    else:
        said = _("You need the certification “%(name)s”.") % name
    if data.get("next_training"):
        return f"{said} " + _("Next session: %(moment)s.") % {"moment": _moment(data["next_training"])}
    return f"{said} " + _("Ask a lab manager for a session.")


def _somebody_not_certified(data: dict[str, Any], named: dict[str, str]) -> str:
    if data.get("expires"):
        said = _("The certification “%(name)s” of %(member)s ends before the booking does.") % named
    else:
        said = _("%(member)s needs the certification “%(name)s”.") % named
    if data.get("next_training"):
        said += " " + _("Next session: %(moment)s.") % {"moment": _moment(data["next_training"])}
    return said


def _not_eligible(data: dict[str, Any]) -> str:
    if data.get("programmes"):
        names = ", ".join(data.get("programme_names") or data["programmes"])
        return _("It is kept for members of: %(names)s.") % {"names": names}
    return _("Only lab managers may book it; ask one of them to book it for you.")


def _bad_span(data: dict[str, Any]) -> str:
    if data.get("grid_minutes"):
        return _("Bookings start every %(length)s here; the nearest start is %(moment)s.") % {
            "length": _length(data["grid_minutes"]),
            "moment": _moment(data["nearest"]),
        }
    if data.get("why") not in BAD_SPANS:
        return _("The end must come after the start, both with their time zone.")
    said = {name: times.length(int(data[name])) for name in ("length", "window") if name in data}
    return str(BAD_SPANS[data["why"]]).format(**data | said)


def _bad_repeat(data: dict[str, Any]) -> str:
    when = {"occurrence": _moment(data["occurrence"])} if "occurrence" in data else {}
    return str(BAD_REPEATS[data["why"]]).format(**data | when)


BAD_REPEATS = {
    "unreadable": gettext_lazy(
        "The repetition cannot be read at “{part}”; an RFC 5545 rule is meant, such as FREQ=WEEKLY;COUNT=10."
    ),
    "unsupported": gettext_lazy(
        "A repetition comes daily, weekly, monthly or yearly, once a day; “{part}” is not possible here."
    ),
    "endless": gettext_lazy("Say how often (COUNT) or until when (UNTIL) it is repeated."),
    "too_many": gettext_lazy("At most {most} times; begin a new series after that."),
    "too_far": gettext_lazy("A series lasts {years} years at most; choose fewer times or an earlier end."),
    "never": gettext_lazy("No day fits this repetition; choose other days or a later end."),
    "other_days": gettext_lazy(
        "These days cannot be moved together; cancel the series from here on and book the new days."
    ),
    "no_such_occurrence": gettext_lazy("The series has no occurrence at {occurrence}."),
    "all_skipped": gettext_lazy("Every occurrence is left out; nothing would be booked."),
}


def _needs_approval(data: dict[str, Any]) -> str:
    said = _("Your request goes to a lab manager; you hear of the decision by mail.")
    if data.get("points"):
        said = _("As you missed bookings lately, a lab manager has to approve this one.")
    if data.get("competing"):
        others = ngettext(
            "%(count)d other request asks for the same time.",
            "%(count)d other requests ask for the same time.",
            data["competing"],
        )
        said += " " + others % {"count": data["competing"]}
    return said


def _too_late(data: dict[str, Any]) -> str:
    if data.get("until"):
        return _("It could be cancelled until %(moment)s; ask a lab manager.") % {
            "moment": _moment(data["until"])
        }
    if data.get("why") not in LATE:
        return _("This booking can no longer be changed.")
    moment = {"moment": _moment(data["from"])} if "from" in data else {}
    return str(LATE[data["why"]][1]).format(**moment)


DETAILS: dict[Code, Callable[[dict[str, Any]], str]] = {
    Code.TAKEN: _taken,
    Code.CLOSED: _closed,
    Code.OUTAGE: lambda data: _("It is out of order at that time; choose another one."),
    Code.NOT_CERTIFIED: _not_certified,
    Code.NOT_ELIGIBLE: _not_eligible,
    Code.NEEDS_APPROVAL: _needs_approval,
    Code.INTERFERENCE: lambda data: (
        _("Something next to it is in use and would disturb it by radio (%(also)s); choose another time.")
        % {"also": data.get("also_name") or data["also"]}
    ),
    Code.NEEDS_KIT: lambda data: (
        _("What it needs is taken or out of order (%(also)s); choose another time.")
        % {"also": data.get("also_name") or data["also"]}
    ),
    Code.TOO_SHORT: lambda data: (
        _("Book at least %(length)s.") % {"length": times.length(data["min_minutes"])}
    ),
    Code.TOO_LONG: lambda data: _("Book at most %(length)s.") % {"length": times.length(data["max_minutes"])},
    Code.TOO_SOON: lambda data: (
        _("Book at least %(length)s ahead.") % {"length": times.length(data["notice_minutes"])}
    ),
    Code.TOO_FAR: lambda data: _("Book at most %(days)d days ahead.") % {"days": data["horizon_days"]},
    Code.QUOTA: _quota,
    Code.IN_PAST: lambda data: _("Choose a time that is still to come."),
    Code.BAD_SPAN: _bad_span,
    Code.BAD_REPEAT: _bad_repeat,
    Code.SUSPENDED: _suspended,
    Code.TOO_LATE_TO_CANCEL: _too_late,
    Code.TOO_MANY_WAITS: lambda data: (
        _("You wait for %(most)d times already; leave one of these waitlists first.") % data
    ),
}
