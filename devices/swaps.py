"""New hardware for old: what spoke for a place hands it over, and what it said stays its own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from devices.models import AlarmRule, Channel, Device
from lab.models import Member


def replaceable(device: Device) -> QuerySet[Device]:
    """Devices whose place this one could take."""
    return Device.objects.filter(claimed_at__isnull=False).exclude(pk=device.pk)


@transaction.atomic
def replace(*, old: Device, new: Device, by: Member, now: datetime) -> None:
    """Let `new` speak for what `old` spoke for, under its label; the old one speaks for nothing any more.

    Channels of the same key keep their labels and terms, alarm rules watch the new one. The same again with
    the two exchanged takes it back.
    """
    for field in ("resource", "door", "zone", "label", "expected_interval"):
        setattr(new, field, getattr(old, field) or getattr(new, field))
    new.claimed_at, new.claimed_by, new.ignored, new.replaces = now, by, False, old
    new.placed_at = now
    old.resource = old.door = old.zone = None
    old.claimed_at, old.claimed_by, old.ignored = None, None, True
    if old.replaces_id == new.pk:
        old.replaces = None
    old.save()
    new.save()
    AlarmRule.objects.filter(device=old).update(device=new)
    Device.objects.filter(behind=old).exclude(pk=new.pk).update(behind=new)
    known = {channel.key: channel for channel in old.channels.all()}
    for channel in new.channels.filter(key__in=known):
        before = known[channel.key]
        Channel.objects.filter(pk=channel.pk).update(
            label=channel.label or before.label, keep_days=before.keep_days
        )
