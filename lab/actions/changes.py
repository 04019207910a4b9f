"""Who changed what in the house: a line of Django's log with what stood before, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone

from lab.actions.parts import PARTS
from lab.models import Member

Facts = dict[str, Any]
NEVER_TOLD = {
    "password",
    "last_login",
    "credential",
    "key_salt",
    "next_credential",
    "next_salt",
    "secret",
    "old_secret",
}


class CannotUndo(Exception):
    """Something else was changed since, or what would come back no longer fits."""


def facts_of(row: Model) -> Facts:
    """What a row says, and the parts that belong to it, JSON-ready."""
    (told,) = serializers.serialize("python", [row])
    facts = {name: value for name, value in told["fields"].items() if name not in NEVER_TOLD}
    facts |= {name: part.read(row) for name, part in PARTS.get(type(row), {}).items()}
    return dict(json.loads(json.dumps(facts, default=_plain)))


def note_change(*, row: Model, before: Facts, by: Member) -> LogEntry | None:
    """A line of what is now different; none when nothing is."""
    after = facts_of(row)
    told = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if not told:
        return None
    return _note(row, CHANGE, {"changed": {"fields": sorted(told)}, "told": told}, by)


def note_added(*, row: Model, by: Member) -> LogEntry:
    told = {name: [None, value] for name, value in facts_of(row).items()}
    return _note(row, ADDITION, {"added": {}, "told": told}, by)


@transaction.atomic
def remove(*, row: Model, by: Member) -> LogEntry:
    """Delete a row and keep what it said.

    Raises:
        ProtectedError: when something still needs it.
    """
    told = {name: [value, None] for name, value in facts_of(row).items()}
    named = {"name": str(row._meta.verbose_name), "object": str(row)[:200]}
    line = _note(row, DELETION, {"deleted": named, "told": told}, by)
    row.delete()
    return line


def newest(row: Model) -> LogEntry | None:
    """The last line about a row."""
    kind = ContentType.objects.get_for_model(type(row))
    about = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    return about.order_by("-action_time", "-pk").first()


def told_by(line: LogEntry) -> Mapping[str, list[Any]]:
    """Before and after by name; nothing for a line that somebody else wrote."""
    try:
        (said,) = json.loads(line.change_message)
        return dict(said["told"])
    except (ValueError, KeyError, TypeError):
        return {}


def model_of(line: LogEntry) -> type[Model] | None:
    """What kind of row a line is about; None for one that is no more."""
    return line.content_type.model_class() if line.content_type else None


def can_undo(line: LogEntry) -> bool:
    """Is everything still as this change left it, and is there a way back?"""
    told, model = told_by(line), model_of(line)
    if not told or model is None or any(part.write is None for part in _parts(model, told).values()):
        return False
    row = model._base_manager.filter(pk=line.object_id).first()
    if line.action_flag == DELETION:
        return row is None
    if row is None:
        return False
    now = facts_of(row)
    return all(now.get(name) == after for name, (_before, after) in told.items())


@transaction.atomic
def undo(*, line: LogEntry, by: Member) -> LogEntry:
    """Put back what stood before, as a change of its own.

    Raises:
        CannotUndo: when that is no longer possible.
    """
    model = model_of(line)
    if model is None or not can_undo(line):
        raise CannotUndo
    try:
        with transaction.atomic():
            if line.action_flag == ADDITION:
                return remove(row=model._base_manager.get(pk=line.object_id), by=by)
            return _put_back(model, line, by)
    except (IntegrityError, ProtectedError, ValidationError) as refused:
        raise CannotUndo from refused


def _put_back(model: type[Model], line: LogEntry, by: Member) -> LogEntry:
    told = told_by(line)
    row = model._base_manager.select_for_update().filter(pk=line.object_id).first()
    before = facts_of(row) if row else {}
    wanted = before | {name: old for name, (old, _new) in told.items()}
    parts = _parts(model, told)
    restored = _restored(
        model, line.object_id or "", {k: v for k, v in wanted.items() if k not in PARTS.get(model, {})}
    )
    for name, part in parts.items():
        if part.write is not None and wanted[name] is not None:
            part.write(restored, wanted[name])
    if row is None:
        return note_added(row=restored, by=by)
    noted = note_change(row=restored, before=before, by=by)
    if noted is None:
        raise CannotUndo
    return noted


def _restored(model: type[Model], pk: str, fields: Facts) -> Model:
    """The row with these facts, saved the usual way; what is never told stays as it is."""
    plain = {"model": model._meta.label_lower, "pk": pk, "fields": fields}
    (found,) = serializers.deserialize("python", [plain])
    row = model._base_manager.filter(pk=pk).first() or found.object
    for field in model._meta.concrete_fields:
        if field.name in fields:
            setattr(row, field.attname, getattr(found.object, field.attname))
    row.save()
    for name, others in (found.m2m_data or {}).items():
        getattr(row, name).set(others)
    return row


def _parts(model: type[Model], told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in PARTS.get(model, {}).items() if name in told}


def _plain(value: Any) -> str:
    """Moments to the microsecond, numbers to the last digit: what comes back is what there was.

    In UTC, as the database tells them: a form's moment is the same one, not a change.
    """
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _note(row: Model, flag: int, message: Facts, by: Member) -> LogEntry:
    return LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(type(row)),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=flag,
        change_message=json.dumps([message], ensure_ascii=False),
        action_time=timezone.now(),
    )
