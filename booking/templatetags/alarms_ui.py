"""What templates ask about alarms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import alarm_words
from booking.queries import alarms as queries
from booking.queries import bands
from devices.channel_words import seconds
from devices.models import Alarm, AlarmRule, Device
from devices.watched import covers
from lab import states

register = template.Library()


@register.filter
def severity_state(row: Alarm | AlarmRule) -> str:
    """The state that shows how serious it is; of an alarm that is over, that it is."""
    return f"alarm_{row.severity}"


@register.filter
def severity_tone(row: Alarm | AlarmRule) -> str:
    """The colour of how serious it is; never told by it alone."""
    return states.state_of(severity_state(row)).tone


@register.filter
def lasted(row: Alarm) -> str:
    """How long it went on."""
    return seconds(round(((row.cleared_at or timezone.now()) - row.raised_at).total_seconds()))


@register.simple_tag
def alarm_mark() -> dict[str, Any]:
    """What the head of a manager's page shows, and what a new one would be told by."""
    found = queries.picture(timezone.now())
    look = states.state_of(f"alarm_{found['worst']}")
    return found | {"tone": look.tone, "shape": f"state-{look.shape}", "said": _said(found["newest"])}


def _said(newest: int) -> str:
    if not newest:
        return ""
    row = Alarm.objects.select_related("device", "resource").filter(pk=newest).first()
    if row is None:
        return ""
    place, title = alarm_words.place(row), alarm_words.title(row.data, row.key)
    return _("Alarm: {what}").format(what=f"{title}, {place}" if place else title)


@register.simple_tag
def device_alarms(device: Device) -> dict[str, Any]:
    """The open alarms of a device, and the rules that look at it, in words."""
    keys = {channel.key for channel in device.channels.all()}
    rules = [row for row in queries.rules() if not row.house and row.condition != "resource"]
    rules = [row for row in rules if covers(row, device) and (not row.key or row.key in keys)]
    units = queries.units(rules)
    return {
        "opened": [
            (row, alarm_words.title(row.data, row.key)) for row in queries.opened().filter(device=device)
        ],
        "rules": [(row, *_told(row, units.get(row.key, ""))) for row in rules],
    }


@register.simple_tag
def alarm_bands(device: Device, key: str, unit: str, seconds_shown: int) -> dict[str, Any]:
    """What a channel's chart shows of alarms: `limits` in words, `stood` (alarm, title)."""
    now = timezone.now()
    rows = bands.stood(device, key, start=now - timedelta(seconds=seconds_shown), end=now)
    return {
        "limits": [_lines(limit, unit) for limit in bands.limits(device, key)],
        "stood": [(row, alarm_words.title(row.data, row.key)) for row in rows],
        "tone": severity_tone(max(rows, key=_weight)) if rows else "",
        "most": bands.MOST,
    }


@register.simple_tag
def alarms_at(stood: list[tuple[Alarm, str]], at: datetime, step: float) -> str:
    """The names of the alarms that stood while a point was measured."""
    rows = bands.during([row for row, _title in stood], at, at + timedelta(seconds=step))
    return ", ".join(dict.fromkeys(title for row, title in stood if row in rows))


def _weight(row: Alarm) -> int:
    return AlarmRule.Severity.values.index(row.severity)


def _lines(limit: bands.Limit, unit: str) -> dict[str, Any]:
    rule = limit.rule
    return {
        "rule": rule,
        "tone": severity_tone(rule),
        "title": rule.label,
        "words": alarm_words.condition(alarm_words.rule_facts(rule, unit), rule.key),
        "mark": "▲" if rule.condition == "above" else "▼",
        "raises": limit.raises,
        "clears": limit.clears,
        "back": alarm_words.back_words(rule, unit),
    }


def _told(row: AlarmRule, unit: str) -> tuple[str, str]:
    return alarm_words.rule_title(row, unit), alarm_words.rule_words(row, unit)
