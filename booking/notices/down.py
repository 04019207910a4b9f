"""Why a booking can't take place: what is out of order or shut, from when, and until when."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Notice
from booking.notices.facts import Names, moment


def down(notice: Notice, names: Names) -> str:
    """A sentence about the outage or the closure that a notice is about; empty when it is about none."""
    facts = notice.data
    since, until = (_moment(facts.get(key)) for key in ("down_from", "down_until"))
    if since is None:
        return ""
    if facts.get("cause") == "closure" and until is not None:
        times = {"since": moment(since), "until": moment(until)}
        zone = names.zones.get(facts.get("zone") or "")
        if zone is None:
            return _("The lab is closed from {since} until {until}.").format(**times)
        return _("{zone} is closed from {since} until {until}.").format(zone=zone, **times)
    what = ", ".join(names.resources.get(slug, slug) for slug in facts.get("down", []))
    if until is not None:
        words = _("{what} is out of order from {since} until {until}.")
        return words.format(what=what, since=moment(since), until=moment(until))
    if since > notice.created_at:
        words = _("{what} is out of order from {since} on, nobody knows yet until when.")
        return words.format(what=what, since=moment(since))
    return _("{what} is out of order, nobody knows yet until when.").format(what=what)


def _moment(told: object) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else None
