"""Why a booking can't take place: what is out of order or shut, from when, and until when."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Notice
from booking.notices.facts import Facts, Names, moment
from lab.lab_time import iso
from lab.models import Closure, Outage


def facts_of(row: Outage | Closure | None) -> Facts:
    """What a notice keeps of an outage or a closure, JSON-ready."""
    if row is None:
        return {}
    times = {"down_from": iso(row.starts_at), "down_until": iso(row.ends_at), "reason": row.reason}
    if isinstance(row, Closure):
        return times | {"cause": "closure", "zone": row.zone.slug if row.zone else None}
    return times | {"cause": "outage", "down": [row.resource.slug]}


def down(notice: Notice, names: Names) -> str:
    """A sentence about the outage or the closure that a notice is about; empty when it is about none."""
    return _sentence(notice.data, names, notice.created_at)


def sentence(row: Outage | Closure, *, now: datetime) -> str:
    """The same about an outage or a closure as it is now."""
    if isinstance(row, Closure):
        names = Names(zones={row.zone.slug: row.zone.label} if row.zone else {})
    else:
        names = Names({row.resource.slug: row.resource.label})
    return _sentence(facts_of(row), names, now)


def _sentence(facts: Facts, names: Names, at: datetime) -> str:
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
    if since > at:
        words = _("{what} is out of order from {since} on, nobody knows yet until when.")
        return words.format(what=what, since=moment(since))
    return _("{what} is out of order, nobody knows yet until when.").format(what=what)


def _moment(told: object) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else None
