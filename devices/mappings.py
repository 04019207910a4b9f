"""Mappings of JSON topics to channels: which there are, and what a manager changes about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max

from devices.models import Mapping
from lab.models import Member


def facts_of(mapping: Mapping) -> dict[str, Any]:
    """As the bridge wants it."""
    return {
        "topic": mapping.topic,
        "device": mapping.device,
        "at": mapping.at_path,
        "channels": mapping.channels,
    }


def in_use() -> list[dict[str, Any]]:
    """Those that are switched on, in their order: the first that fits a topic takes it."""
    return [facts_of(mapping) for mapping in Mapping.objects.filter(enabled=True)]


@transaction.atomic
def keep(*, mapping: Mapping, by: Member, now: datetime) -> None:
    """Save a mapping; a new one comes after the others."""
    new = mapping.pk is None
    if new:
        last = Mapping.objects.aggregate(last=Max("position"))["last"]
        mapping.position = 0 if last is None else last + 1
    mapping.save()
    _log(mapping, ADDITION if new else CHANGE, mapping.topic, by, now)


@transaction.atomic
def switch(*, mapping: Mapping, by: Member, now: datetime) -> None:
    mapping.enabled = not mapping.enabled
    mapping.save(update_fields=["enabled"])
    _log(mapping, CHANGE, "switched on" if mapping.enabled else "switched off", by, now)


@transaction.atomic
def raise_up(*, mapping: Mapping, by: Member, now: datetime) -> None:
    """Let it be asked one place earlier."""
    rows = list(Mapping.objects.select_for_update())
    at = next(index for index, row in enumerate(rows) if row.pk == mapping.pk)
    if at:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for position, row in enumerate(rows):
        row.position = position
    Mapping.objects.bulk_update(rows, ["position"])
    _log(mapping, CHANGE, "asked earlier", by, now)


@transaction.atomic
def remove(*, mapping: Mapping, by: Member, now: datetime) -> None:
    """The readings that it made stay."""
    _log(mapping, DELETION, mapping.topic, by, now)
    mapping.delete()


def _log(mapping: Mapping, flag: int, said: str, by: Member, now: datetime) -> None:
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Mapping),
        object_id=str(mapping.pk),
        object_repr=str(mapping)[:200],
        action_flag=flag,
        change_message=said[:1000],
        action_time=now,
    )
