"""The log of the house as lines: who changed what from what to what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lab.actions.changes import can_undo, told_by
from lab.actions.parts import PARTS
from lab.phrases.values import names, part_text, value_text

UNIT = re.compile(r"\s*\([^()]*\)$")  # “shortest booking (min)”: the value says its unit
MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """When, who, about what, and what became different in words."""

    pk: int
    at: datetime
    who: str
    about: str
    words: tuple[str, ...]
    undoable: bool


def change_lines(lines: Iterable[LogEntry]) -> list[ChangeLine]:
    """The lines as given, newest first; each object's newest one may offer its way back."""
    seen: set[tuple[int | None, str | None]] = set()
    found = []
    for line in lines:
        about = (line.content_type_id, line.object_id)
        words = tuple(change_words(line))
        undoable = about not in seen and can_undo(line)
        found.append(
            ChangeLine(line.pk, line.action_time, line.user.display_name, line.object_repr, words, undoable)
        )
        seen.add(about)
    return found


def change_words(line: LogEntry) -> list[str]:
    """What one line says, a sentence for each value."""
    model = line.content_type.model_class() if line.content_type else None
    if line.action_flag == ADDITION:
        return [_("Added: %(what)s") % {"what": line.object_repr}]
    if line.action_flag == DELETION:
        return [_("Removed: %(what)s") % {"what": line.object_repr}]
    told = told_by(line)
    if model is None or not told:
        return [line.get_change_message()]
    said = [_difference(model, name, before, after) for name, (before, after) in told.items()]
    rest = len(said) - MOST_TOLD
    return said[:MOST_TOLD] + ([_("and %(n)d more") % {"n": rest}] if rest > 0 else [])


def _difference(model: type[models.Model], name: str, before: Any, after: Any) -> str:
    part = PARTS.get(model, {}).get(name)
    if part is not None:
        return _became(part.label, part_text(name, before), part_text(name, after))
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:  # it had this field then
        return _became(name, str(before), str(after))
    label = UNIT.sub("", str(getattr(field, "verbose_name", name)))
    if field.many_to_many:
        return _members(field.related_model, label, before or [], after or [])
    return _became(label, value_text(field, before), value_text(field, after))


def _became(label: Any, before: str, after: str) -> str:
    return _("%(what)s: %(before)s → %(after)s") % {
        "what": capfirst(str(label)),
        "before": before,
        "after": after,
    }


def _members(model: type[models.Model], label: str, before: list[int], after: list[int]) -> str:
    """Who or what came and went; the whole list would hide it."""
    came, went = sorted(set(after) - set(before)), sorted(set(before) - set(after))
    said = [f"+ {names(model, came)}"] if came else []
    said += [f"− {names(model, went)}"] if went else []
    return _("%(what)s: %(difference)s") % {"what": capfirst(label), "difference": ", ".join(said)}
