"""Who is told of alarms: each manager once as it is raised, once as it is over, many of them together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from booking.actions.alarms import post
from booking.actions.tell import managers, tell
from booking.models import Notice
from devices.models import Alarm, AlarmMute, AlarmRule
from lab.lab_time import iso
from lab.models import Member

AN_HOUR = timedelta(hours=1)
MOST = {AlarmRule.Severity.ALARM: 30}  # notices in an hour; what has to wait is told with the next
USUAL_MOST = 6
SHOWN = 20  # alarms in a notice
CALM = timedelta(seconds=60)  # over for so long before it is told: what comes back at once is not over

Severity = AlarmRule.Severity
RANK = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ALARM: 2}
LEAST = {Member.Alarms.ALL: 0, Member.Alarms.WARNING: 1, Member.Alarms.ALARM: 2, Member.Alarms.NONE: 3}


def tell_due(*, now: datetime) -> int:
    """How many alarms were told of now; what is muted waits until it no longer is."""
    _post_late(now)
    told = _tell(Notice.Kind.ALARM, _raised(now), "told_at", now)
    return told + _tell(Notice.Kind.ALARM_OVER, _over(now), "over_told_at", now)


def muted(now: datetime) -> Q:
    """Alarms that nobody is told of now."""
    mutes = AlarmMute.objects.filter(until__gt=now)
    rules, devices = mutes.exclude(rule=None).values("rule"), mutes.exclude(device=None).values("device")
    return Q(rule__in=rules) | Q(device__in=devices)


def worst(rows: Sequence[Alarm]) -> AlarmRule.Severity:
    return max((Severity(row.severity) for row in rows), key=RANK.__getitem__)


def _post_late(now: datetime) -> None:
    """To other programs: what was raised while muted, is muted no more and goes on."""
    untold = Alarm.objects.filter(cleared_at=None, told_at=None).exclude(muted(now))
    for row in untold.select_related("device", "resource"):
        if row.data.get("quiet"):
            row.data["quiet"] = False
            row.save(update_fields=["data"])
            post("alarm.raised", row, now=now)


def _raised(now: datetime) -> QuerySet[Alarm]:
    """What is open, and what was over again before anybody could be told; not what is long past."""
    lately = Q(cleared_at=None) | Q(cleared_at__gt=now - AN_HOUR)
    return Alarm.objects.filter(lately, told_at=None)


def _over(now: datetime) -> QuerySet[Alarm]:
    """What was told of while it went on, and is over."""
    rows = Alarm.objects.filter(told_at__isnull=False, over_told_at=None, cleared_at__isnull=False)
    return rows.filter(cleared_at__lte=now - CALM, cleared_at__gt=now - AN_HOUR)


def _tell(kind: Notice.Kind, found: QuerySet[Alarm], stamp: str, now: datetime) -> int:
    if not found.exists():
        return 0
    with transaction.atomic():
        rows = list(found.exclude(muted(now)).select_related("resource").order_by("raised_at", "pk"))
        if not rows or _is_flood(stamp, rows, now):
            return 0
        facts = [_facts(row) for row in _by_weight(rows)[:SHOWN]]
        places = sorted({fact["resource"] for fact in facts if fact["resource"]})
        data: dict[str, Any] = {"alarms": facts, "more": max(len(rows) - SHOWN, 0), "resources": places}
        for member in managers():
            key = f"{rows[0].pk}:{rows[0].data.get('times', 1)}:{member.pk}"
            tell(member, kind, key=key, now=now, data=data, mail=RANK[worst(rows)] >= LEAST[_wish(member)])
        Alarm.objects.filter(pk__in=[row.pk for row in rows]).update(**{stamp: now})
        if kind == Notice.Kind.ALARM:  # over before it was told: one notice says both
            Alarm.objects.filter(pk__in=[row.pk for row in rows if not row.is_open]).update(over_told_at=now)
    return len(rows)


def _is_flood(stamp: str, rows: Sequence[Alarm], now: datetime) -> bool:
    """Were there so many notices in the last hour that this one waits for the next?"""
    told = Alarm.objects.filter(**{f"{stamp}__gt": now - AN_HOUR}).order_by()
    count: int = told.values(stamp).distinct().count()
    return count >= MOST.get(worst(rows), USUAL_MOST)


def _by_weight(rows: Sequence[Alarm]) -> list[Alarm]:
    return sorted(rows, key=lambda row: -RANK[Severity(row.severity)])


def _wish(member: Member) -> Member.Alarms:
    return Member.Alarms(member.alarms)


def _facts(row: Alarm) -> dict[str, Any]:
    known: dict[str, Any] = row.data | {
        "key": row.key,
        "severity": row.severity,
        "raised_at": iso(row.raised_at),
    }
    known["cleared_at"] = iso(row.cleared_at)
    return known | {"alarm": row.pk, "resource": row.resource.slug if row.resource else ""}
