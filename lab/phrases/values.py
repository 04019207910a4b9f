"""A kept value of a field or of a part, as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from lab import times
from lab.models import Link, Member, Programme, Resource
from lab.models.rules import RuleFields
from lab.phrases.week import week_text

NOTHING = "–"
LONGEST = 60  # of a text in a line of the log


def value_text(field: Any, value: Any) -> str:
    """What a field's value, as JSON keeps it, says."""
    if value is None or value == "":
        inherits = isinstance(field, models.Field) and issubclass(field.model, RuleFields)
        return _("inherited") if inherits and field.name in RULE_NAMES else NOTHING
    if field.is_relation:
        return names(field.related_model, [value])
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and "minutes" in field.name:
        return times.length(value)
    return _typed(field, value)


def part_text(name: str, value: Any) -> str:
    """What a part of a row says."""
    return PART_TEXTS.get(name, str)(value) if value else NOTHING


def names(model: type[models.Model], keys: Iterable[Any]) -> str:
    """The rows with these keys, by name; one that is gone by its key."""
    wanted = list(keys)
    found = {row.pk: row for row in model._base_manager.filter(pk__in=wanted)}
    return ", ".join(name(found[key]) if key in found else f"#{key}" for key in wanted) or NOTHING


def name(row: Any) -> str:
    return row.display_name if isinstance(row, Member) else str(row)


def _typed(field: Any, value: Any) -> str:
    if isinstance(field, models.DateTimeField):
        moment = datetime.fromisoformat(value)
        return f"{times.day(moment)} {times.clock(moment)}"
    if isinstance(field, models.DateField):
        return times.date_words(date.fromisoformat(value), "j F Y")
    if isinstance(field, models.TimeField):
        return times.wall_clock(time.fromisoformat(value))
    if isinstance(field, models.DecimalField):
        return number_format(value)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _week(value: Sequence[Sequence[Any]]) -> str:
    return week_text(
        (day, time.fromisoformat(opens), time.fromisoformat(closes)) for day, opens, closes in value
    )


def _links(value: Sequence[Sequence[Any]]) -> str:
    said = dict(Link.Why.choices)
    return ", ".join(
        f"{names(Resource, [also])} × {units} ({said.get(why, why)})" for also, why, units in value
    )


def _units(value: Sequence[int]) -> str:
    return ", ".join(str(number) for number in value)


def _seats(value: Sequence[Sequence[int]]) -> str:
    return names(Member, [member for member, _number in value])


RULE_NAMES = {field.name for field in RuleFields._meta.get_fields()}
PART_TEXTS: dict[str, Callable[[Any], str]] = {
    "week": _week,
    "programmes": lambda value: names(Programme, value),
    "links": _links,
    "units": _units,
    "seats": _seats,
}
