"""Readers that are locked out because they flood: written down by the doors' process, lifted by a manager."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_noop

from devices.models import Device, Lockout
from lab.models import Member

DAY = timedelta(days=1)
LIFTED = gettext_noop("Lock-out lifted")


def note(*, name: str, since: datetime, until: datetime, turned_away: int) -> None:
    """A reader is locked out; one that the table does not know has no page to show it on."""
    device = Device.objects.filter(name=name).first()
    if device is not None:
        facts = {"since": since, "until": until, "turned_away": turned_away}
        Lockout.objects.update_or_create(device=device, defaults=facts)


def count(*, name: str, turned_away: int) -> None:
    Lockout.objects.filter(device__name=name).update(turned_away=turned_away)


def standing(*, now: datetime) -> dict[str, datetime]:
    """Who is locked out, and until when."""
    return dict(Lockout.objects.filter(until__gt=now).values_list("device__name", "until"))


def seen(*, now: datetime) -> list[Lockout]:
    """Those of the last day that no manager has seen to: that stand, or ended by themselves."""
    rows = Lockout.objects.filter(until__gt=now - DAY).select_related("device").order_by("-until")
    kind = ContentType.objects.get_for_model(Device)
    lines = LogEntry.objects.filter(content_type=kind, change_message=LIFTED, action_time__gt=now - DAY)
    lifts = lines.values_list("object_id", "action_time")
    return [row for row in rows if (str(row.device_id), row.until) not in set(lifts)]


def lifted(names: Iterable[str], *, now: datetime) -> set[str]:
    """Which of these are locked out no more."""
    return set(
        Lockout.objects.filter(device__name__in=names, until__lte=now).values_list("device__name", flat=True)
    )


@transaction.atomic
def lift(*, device: Device, by: Member, now: datetime) -> None:
    """Let a reader be heard again before its time."""
    if Lockout.objects.filter(device=device, until__gt=now, since__lte=now).update(until=now):
        LogEntry.objects.create(
            user=by,
            content_type=ContentType.objects.get_for_model(Device),
            object_id=str(device.pk),
            object_repr=str(device)[:200],
            action_flag=CHANGE,
            change_message=LIFTED,
            action_time=now,
        )
