"""What a manager fills in about a mapping; the bridge says what it makes of it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from devices.models import Mapping

MOST_ROWS = 64
SPARE = 2  # empty rows to fill in
PLAIN = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


class MappingForm(forms.ModelForm[Mapping]):
    """Which topics, whose they are, and where their time stands."""

    class Meta:
        model = Mapping
        fields = ["label", "topic", "device", "at_path"]
        labels = {"topic": _("Topics"), "device": _("Device"), "at_path": _("Path of the time")}
        help_texts = {
            "label": _("For example: the ovens of the workshop."),
            "topic": _(
                "{device} stands for the level that names the device, + for any level, "
                "# for all that follow: workshop/{device}/state"
            ),
            "device": _("Only when the topic does not name it: small letters, digits and dashes."),
            "at_path": _("Seconds since 1970 or ISO 8601; without it, the arrival counts."),
        }
        widgets = {name: forms.TextInput(attrs=PLAIN) for name in ("topic", "device", "at_path")}


def _field(label: Any, most: int) -> forms.CharField:
    widget = forms.TextInput(attrs=PLAIN)
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


class RowForm(forms.Form):
    """One channel; a row without a path is none."""

    path = _field(_("Path"), 200)
    key = _field(_("Channel"), 64)
    unit = _field(_("Unit"), 16)
    states = _field(_("States"), 1000)


Rows = forms.formset_factory(RowForm, extra=SPARE, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def rows_of(mapping: Mapping) -> list[dict[str, str]]:
    return [
        {
            "path": each["path"],
            "key": each["key"],
            "unit": each.get("unit", ""),
            "states": ", ".join(f"{word}={value}" for word, value in _ordered(each)),
        }
        for each in mapping.channels
    ]


def with_row(posted: QueryDict, path: str) -> QueryDict:
    """What was posted, with a path in the first row that has none."""
    data = posted.copy()
    total = int(data.get("rows-TOTAL_FORMS", "0") or 0)
    free = next((n for n in range(total) if not data.get(f"rows-{n}-path", "").strip()), total)
    if free < MOST_ROWS:
        data["rows-TOTAL_FORMS"] = str(max(total, free + 1))
        data[f"rows-{free}-path"] = path
        data[f"rows-{free}-key"] = data.get(f"rows-{free}-key") or _key(path)
    return data


def with_more_rows(posted: QueryDict) -> QueryDict:
    data = posted.copy()
    data["rows-TOTAL_FORMS"] = str(min(int(data.get("rows-TOTAL_FORMS", "0") or 0) + SPARE, MOST_ROWS))
    return data


def facts_of(form: MappingForm, rows: Any) -> tuple[dict[str, Any], list[int]]:
    """The mapping as the bridge wants it, and which row each channel stands in."""
    form.is_valid(), rows.is_valid()
    said = form.cleaned_data if hasattr(form, "cleaned_data") else {}
    channels, places = [], []
    for place, row in enumerate(rows.forms):
        told = getattr(row, "cleaned_data", {})
        if told.get("path") or told.get("key"):
            places.append(place)
            channels.append(
                {
                    "key": told.get("key", ""),
                    "path": told.get("path", ""),
                    "unit": told.get("unit", ""),
                    "states": read_states(told.get("states", "")),
                }
            )
    facts = {
        "topic": said.get("topic", ""),
        "device": said.get("device", ""),
        "at": said.get("at_path", ""),
        "channels": channels,
    }
    return facts, places


def _ordered(channel: dict[str, Any]) -> list[tuple[str, str]]:
    """Words with their states, whatever is left last: PostgreSQL keeps no order of its own."""
    return sorted(channel.get("states", {}).items(), key=lambda pair: (pair[0] == "*", pair[0]))


def read_states(text: str) -> dict[str, str]:
    """`ON=1, OFF=0` → its pairs; what has no sign between stands for itself."""
    pairs = (each.strip().rpartition("=") for each in text.split(",") if each.strip())
    return {(word if sign else value).strip(): value.strip() for word, sign, value in pairs}


def refuse(form: MappingForm, rows: Any, places: list[int], field: str, code: str) -> None:
    """Say at its field what the bridge can't use."""
    said = _sentence(field, code)
    name, _dot, rest = field.partition(".")
    if name == "channels" and rest:
        index, _dot, column = rest.partition(".")
        rows.forms[places[int(index)]].add_error(column, said)
    else:
        form.add_error({"at": "at_path", "channels": None}.get(name, name), said)


def fault_words(form: MappingForm, rows: Any, places: list[int], field: str, code: str) -> str:
    """What the bridge can't use while it is being written, and where; empty while there is nothing."""
    name, _dot, rest = field.partition(".")
    if code == "none" or (name == "topic" and not form["topic"].value()):
        return ""
    if name == "channels":
        index, _dot, column = rest.partition(".")
        place = places[int(index)]
        label = rows.forms[place].fields[column].label if column else ""
        return gettext("Row {n}, {field}: {fault}").format(
            n=place + 1, field=label, fault=_sentence(field, code)
        )
    label = form.fields[{"at": "at_path"}.get(name, name)].label
    return gettext("{field}: {fault}").format(field=label, fault=_sentence(field, code))


def _sentence(field: str, code: str) -> str:
    said = {
        "pattern": gettext("This is no pattern: {device} once, + for a whole level, # at the end only."),
        "owned": gettext("Topics that begin so belong to a family that we read already."),
        "needed": gettext("The topic names no device: say {device} in it, or its name here."),
        "name": gettext("A device’s name has small letters, digits and dashes, 63 at most."),
        "path": gettext('This is no path; write it like a.b[0] or ["odd key"].'),
        "none": gettext("At least one value must become a channel."),
        "many": gettext("That is more than a mapping may have."),
        "key": gettext("A channel has small letters, digits and underscores, 64 at most."),
        "unit": gettext("A unit has 16 signs at most."),
    }
    if code == "twice":
        in_topic = gettext("The topic names the device already.")
        return in_topic if field == "device" else gettext("Two rows have this channel.")
    return said[code]


def _key(path: str) -> str:
    """A channel's name that a path suggests."""
    words = re.findall(r"[a-z0-9]+", path.lower())
    return "_".join(words[-2:])[:64] if words else "value"
