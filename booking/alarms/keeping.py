"""Alarms as rows: raised, raised again soon after they were over, cleared; with the facts as they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

from booking.actions.alarms import is_muted, post
from devices.models import Alarm, AlarmState
from devices.rules.alarms import Turn
from devices.watched import Place

AGAIN = timedelta(seconds=60)  # so soon after it is over, it is the same alarm once more
SECOND = 1_000_000_000


def write(turns: Iterable[tuple[Place, Turn, str]], *, now: datetime) -> None:
    """Keep what was raised and cleared, in the running transaction."""
    for place, turn, about in turns:
        at = datetime.fromtimestamp(turn.at / SECOND, UTC)
        if turn.raised:
            _raise(place, at, facts(place, turn, about), now)
        else:
            _clear(Q(rule=place.rule, subject=place.subject), at, now)


def close(gone: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """What no rule asks for any more is over, and its timers are forgotten."""
    for rule, subject in gone:
        _clear(Q(rule=rule, subject=subject) | Q(rule=None), now, now)  # a rule that was removed left it
        AlarmState.objects.filter(rule=rule, subject=subject).delete()


def facts(place: Place, turn: Turn, about: str) -> dict[str, Any]:
    """What an alarm says of itself when its rule has become another one, JSON-ready."""
    rule = place.rule
    told = {
        "label": rule.label,
        "condition": rule.condition,
        "house": rule.house,
        "limit": rule.limit,
        "per": rule.per,
        "word": rule.word,
        "only_closed": rule.only_closed,
        "hold": rule.hold_seconds,
        "about": about or str(place.device or ""),
        "channel": place.channel.label if place.channel else "",
        "unit": place.channel.unit if place.channel else "",
        "value": turn.value,
    }
    return {name: value for name, value in told.items() if value not in (None, "", False)}


def _raise(place: Place, at: datetime, told: dict[str, Any], now: datetime) -> None:
    mine = Alarm.objects.filter(rule=place.rule, subject=place.subject)
    if mine.filter(cleared_at=None).exists():
        return
    last = mine.filter(cleared_at__gte=at - AGAIN).order_by("-cleared_at").first()
    if last is not None:
        last.data |= {"times": last.data.get("times", 1) + 1, "value": told.get("value")}
        last.cleared_at, last.over_told_at = None, None
        last.save(update_fields=["data", "cleared_at", "over_told_at"])
        post("alarm.raised", last, now=now)  # its end was told
        return
    row = Alarm(
        rule=place.rule,
        subject=place.subject,
        severity=place.rule.severity,
        device=place.device,
        resource=place.resource or (place.device.resource if place.device else None),
        key=place.channel.key if place.channel else "",
        data=told,
        raised_at=at,
        noted_at=now,
    )
    row.data["quiet"] = is_muted(row, now)
    row.save()
    post("alarm.raised", row, now=now)


def _clear(which: Q, at: datetime, now: datetime) -> None:
    for row in Alarm.objects.filter(which, cleared_at=None).select_related("device", "resource", "rule"):
        row.cleared_at = max(at, row.raised_at)
        row.save(update_fields=["cleared_at"])
        post("alarm.cleared", row, now=now)
