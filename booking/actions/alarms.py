"""What managers do about alarms: take care of one, or hear nothing of a rule or a device for a while."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from devices.models import Alarm, AlarmMute, AlarmRule, Device
from lab.actions import hooks
from lab.lab_time import iso
from lab.models import Member


def acknowledge(*, alarm: Alarm, by: Member, now: datetime, note: str = "") -> bool:
    """Note who takes care of it; False when somebody did so before."""
    with transaction.atomic():
        mine = Alarm.objects.filter(pk=alarm.pk, acknowledged_at=None)
        if not mine.update(acknowledged_at=now, acknowledged_by=by, note=note):
            return False
        alarm.refresh_from_db()
        post("alarm.acknowledged", alarm, now=now)
    return True


def mute(
    *,
    until: datetime,
    by: Member,
    now: datetime,
    reason: str = "",
    rule: AlarmRule | None = None,
    device: Device | None = None,
) -> AlarmMute:
    """Tell nobody of a rule's or a device's alarms until then; what was muted before ends."""
    with transaction.atomic():
        AlarmMute.objects.filter(rule=rule, device=device, until__gt=now).update(until=now)
        return AlarmMute.objects.create(
            rule=rule, device=device, until=until, reason=reason, by=by, created_at=now
        )


def unmute(*, mute: AlarmMute, now: datetime) -> None:
    AlarmMute.objects.filter(pk=mute.pk, until__gt=now).update(until=now)


def is_muted(row: Alarm, now: datetime) -> bool:
    """Is nobody to be told of it now?"""
    by_rule, by_device = (
        Q(rule__isnull=False, rule=row.rule_id),
        Q(device__isnull=False, device=row.device_id),
    )
    return AlarmMute.objects.filter(by_rule | by_device, until__gt=now).exists()


def post(event: str, row: Alarm, *, now: datetime) -> None:
    """Tell other programs; nobody is named. They hear no more than people of what was raised while muted."""
    if row.data.get("quiet") or not hooks.wanted(event):
        return
    told = {
        "alarm": row.pk,
        "rule": row.rule_id,
        "condition": row.data.get("condition"),
        "house": row.data.get("house"),
        "severity": row.severity,
        "device": row.device.name if row.device else None,
        "channel": row.key or None,
        "resource": row.resource.slug if row.resource else None,
        "value": row.data.get("value"),
        "limit": row.data.get("limit"),
        "raised_at": iso(row.raised_at),
        "cleared_at": iso(row.cleared_at),
    }
    hooks.post(event=event, data=told, now=now)
