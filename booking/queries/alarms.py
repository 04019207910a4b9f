"""Alarms that are open, that were, and what is muted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from devices import history
from devices.models import Alarm, AlarmMute, AlarmRule, Channel
from devices.queries import store

WEEK = timedelta(days=7)
BUCKETS = 1_000
MOST_KEPT = 0.99  # of a week's values lie below a limit that is proposed


def opened() -> QuerySet[Alarm]:
    """What is open: nobody's first, then the most serious, then the newest."""
    weight = Case(
        When(severity="alarm", then=Value(0)),
        When(severity="warning", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    taken = Case(When(acknowledged_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = _joined(Alarm.objects.filter(cleared_at=None))
    return rows.annotate(weight=weight, taken=taken).order_by("taken", "weight", "-raised_at", "-pk")


def past(*, severity: str = "", text: str = "") -> QuerySet[Alarm]:
    """What is over, the newest first; `text` is looked for in devices, resources, rules and channels."""
    rows = _joined(Alarm.objects.filter(cleared_at__isnull=False)).order_by("-raised_at", "-pk")
    if severity in AlarmRule.Severity.values:
        rows = rows.filter(severity=severity)
    for word in text.split()[:5]:
        said = ("device__name", "device__label", "resource__name", "resource__slug", "key", "rule__label")
        found = Q(data__about__icontains=word)
        for field in said:
            found |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(found)
    return rows


def all_of(
    *, open_only: bool = False, start: datetime | None = None, end: datetime | None = None
) -> QuerySet[Alarm]:
    """Those that touch `[start, end)`, the newest first."""
    rows = _joined(Alarm.objects.filter(cleared_at=None) if open_only else Alarm.objects.all())
    if start is not None:
        rows = rows.exclude(cleared_at__lte=start)
    return rows.filter(raised_at__lt=end) if end is not None else rows


def mutes(now: datetime) -> QuerySet[AlarmMute]:
    return AlarmMute.objects.filter(until__gt=now).select_related(
        "rule__device", "rule__resource", "device", "by"
    )


def muted_by(now: datetime) -> tuple[dict[int, AlarmMute], dict[int, AlarmMute]]:
    """What is muted now, by rule and by device."""
    rows = list(mutes(now))
    return {row.rule_id: row for row in rows if row.rule_id}, {
        row.device_id: row for row in rows if row.device_id
    }


def rules() -> QuerySet[AlarmRule]:
    return AlarmRule.objects.select_related("device", "resource").order_by("pk")


def units(rows: Iterable[AlarmRule]) -> dict[str, str]:
    """The unit of each channel key that these rules name."""
    keys = {row.key for row in rows if row.key}
    found = Channel.objects.filter(key__in=keys).exclude(unit="").order_by("-pk")
    return dict(found.values_list("key", "unit"))


def proposed_limit(device: str, key: str, *, now: datetime) -> float | None:
    """What a channel's means of the last week nearly always stay below, with two digits that count."""
    page = history.readings(
        store(), device=device, channel=key, start=now - WEEK, end=now, step=WEEK.total_seconds() / BUCKETS
    )
    values = sorted(value for _at, value in page.points if isinstance(value, float))
    if not values:
        return None
    return float(f"{values[int(len(values) * MOST_KEPT)]:.3g}")


def picture(now: datetime) -> dict[str, Any]:
    """What live pages know of alarms: how many are open, nobody's, and of which weight the worst is."""
    rows = list(Alarm.objects.filter(cleared_at=None).values_list("pk", "severity", "acknowledged_at"))
    waiting = [row for row in rows if row[2] is None]
    order = {"alarm": 2, "warning": 1, "info": 0}
    worst = max((row[1] for row in waiting or rows), key=lambda word: order[word], default="")
    newest = max((row[0] for row in rows), default=0)
    return {
        "open": len(rows),
        "waiting": len(waiting),
        "worst": worst,
        "newest": newest,
        "at": now.timestamp(),
    }


def _joined(rows: QuerySet[Alarm]) -> QuerySet[Alarm]:
    return rows.select_related("rule", "device", "resource", "acknowledged_by")
