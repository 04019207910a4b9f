"""Alarms in notices: what was raised or is over, where, since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import alarm_words
from booking.models import Notice
from booking.notices.facts import Names, moment
from devices.models import AlarmRule
from lab import times

ALARMS = frozenset({Notice.Kind.ALARM, Notice.Kind.ALARM_OVER})


def alarm_title(notice: Notice, names: Names) -> str:
    """Of one its own sentence, of many how many."""
    told, over = _told(notice), notice.kind == Notice.Kind.ALARM_OVER
    count = len(told) + int(notice.data.get("more") or 0)
    if len(told) == 1 and count == 1:
        said = _("Over: {what}") if over else _severity(told[0]) + " {what}"
        return said.format(what=_what(told[0], names))
    if over:
        return ngettext("{n} alarm is over", "{n} alarms are over", count).format(n=count)
    return ngettext("{n} alarm", "{n} alarms", count).format(n=count)


def alarm_lines(notice: Notice, names: Names) -> list[str]:
    """When each was raised; of one also what was measured."""
    told, more = _told(notice), int(notice.data.get("more") or 0)
    if len(told) == 1 and not more:
        return [_since(told[0]), _measured(told[0])]
    lines = [f"{_severity(facts)} {_what(facts, names)} ({_short(facts)})" for facts in told]
    rest = ngettext("and {n} more", "and {n} more", more).format(n=more) if more else ""
    return [*lines, rest]


def _told(notice: Notice) -> list[dict[str, Any]]:
    return [facts for facts in notice.data.get("alarms", []) if isinstance(facts, dict)]


def _severity(facts: dict[str, Any]) -> str:
    words = {"info": _("Information:"), "warning": _("Warning:"), "alarm": _("Alarm:")}
    return words.get(facts.get("severity", ""), words[AlarmRule.Severity.ALARM])


def _what(facts: dict[str, Any], names: Names) -> str:
    place = names.resources.get(facts.get("resource", ""), "") or str(facts.get("about", ""))
    said = alarm_words.title(facts, str(facts.get("key", "")))
    return f"{said}, {place}" if place else said


def _since(facts: dict[str, Any]) -> str:
    raised, cleared = (_moment(facts.get(name)) for name in ("raised_at", "cleared_at"))
    if raised is None:
        return ""
    if cleared is None:
        return _("Since {moment}.").format(moment=moment(raised))
    return _("From {since} to {until}.").format(since=moment(raised), until=moment(cleared))


def _short(facts: dict[str, Any]) -> str:
    raised = _moment(facts.get("raised_at"))
    return times.clock(raised) if raised else "–"


def _measured(facts: dict[str, Any]) -> str:
    said = alarm_words.measured(facts)
    return _("Measured: {value}.").format(value=said) if said else ""


def _moment(told: object) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else None
