"""Fields that several forms share: lengths of time, yes–no–inherited, days and moments of the lab's clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lab.asked import within_reason

LOCAL = "%Y-%m-%dT%H:%M"
# Without `min` a browser counts the steps from the proposed time and then refuses any other minute.
MOMENT = {"type": "datetime-local", "step": 300, "min": "2000-01-01T00:00"}
DAY, HOUR = 24 * 60, 60
LONGEST = 30  # of what somebody types for a length
LENGTH = re.compile(
    r"(?:(?P<days>\d+)\s*(?:j(?:ours?)?|d(?:ays?)?))?\s*"
    r"(?:(?P<hours>\d+)\s*(?:h|heures?|hours?)\s*(?P<tail>\d{1,2}$)?)?\s*"
    r"(?:(?P<minutes>\d+)\s*(?:m(?:in(?:utes?|s)?)?\.?)?)?"
)


def minutes_of(text: str) -> int | None:
    """“1 h 30”, “1h30”, “90”, “90 min”, “2 j”, “1 day 4 h” in minutes; None for anything else."""
    found = LENGTH.fullmatch(" ".join(text.lower().split())) if len(text) <= LONGEST else None
    if not found or not any(found.groups()):
        return None
    days, hours, tail, minutes = (int(found[part] or 0) for part in ("days", "hours", "tail", "minutes"))
    return days * DAY + hours * HOUR + tail + minutes


def length_text(minutes: int) -> str:
    """The same length as one would type it."""
    days, rest = divmod(minutes, DAY)
    if days and not rest:
        return f"{days} {'j' if (get_language() or 'fr').startswith('fr') else 'd'}"
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


class LengthField(forms.Field):
    """Minutes, typed as people say them."""

    widget = forms.TextInput

    def __init__(self, *, least: int = 0, most: int = 366 * DAY, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def prepare_value(self, value: Any) -> Any:
        return length_text(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        minutes = minutes_of(str(value))
        if minutes is None:
            raise forms.ValidationError(
                _("Write a length such as 45 min, 1 h 30 or 2 d; a bare number is minutes."), code="length"
            )
        if not self.least <= minutes <= self.most:
            said = _("Between %(least)s and %(most)s.")
            bounds = {"least": length_text(self.least), "most": length_text(self.most)}
            raise forms.ValidationError(said, code="range", params=bounds)
        return minutes

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except forms.ValidationError:
            return True


class Segmented(forms.RadioSelect):
    """A few choices in a row of which one holds."""

    segmented = True


class TriStateField(forms.TypedChoiceField):
    """Yes, no, or whatever is inherited."""

    widget = Segmented

    def __init__(self, **options: Any) -> None:
        choices = [("", _("inherited")), ("true", _("yes")), ("false", _("no"))]
        super().__init__(choices=choices, coerce=lambda text: text == "true", empty_value=None, **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "true", False: "false", None: ""}.get(value, value)

    def inherit(self, words: str) -> None:
        """Say what an empty choice means here."""
        _first, *others = list(self.choices)  # type: ignore[arg-type]
        self.choices = [("", words), *others]


class MomentField(forms.DateTimeField):
    """A moment on the lab's wall clock."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs=MOMENT, format=LOCAL)
        super().__init__(widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"], **options)

    def to_python(self, value: Any) -> datetime | None:
        try:
            moment = super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            said = _("The clocks change that night: this hour is missing or comes twice. Choose another one.")
            raise forms.ValidationError(said, code=error.code) from error
        if moment is not None and not within_reason(moment):
            raise forms.ValidationError(_("Choose a time that a lab can mean."), code="unreasonable")
        return moment


class DayField(forms.DateField):
    """A day, picked or typed."""

    def __init__(self, **options: Any) -> None:
        attrs = {"type": "date", "min": "2000-01-01", "max": "2199-12-31"}
        widget = forms.DateInput(attrs=attrs, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)

    def to_python(self, value: Any) -> Any:
        day = super().to_python(value)
        if day is not None and not 2000 <= day.year < 2200:
            raise forms.ValidationError(_("Choose a time that a lab can mean."), code="unreasonable")
        return day


class ClockField(forms.TimeField):
    """A time of day."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **options)


class Kept:
    """A form that leads to what is wrong: the first such field has the focus."""

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        wrong = next((name for name in self.errors if name in self.fields), None)  # type: ignore[attr-defined]
        if wrong:
            self.fields[wrong].widget.attrs["autofocus"] = True  # type: ignore[attr-defined]


class Slugged(Kept):
    """A form with a name and an address: an empty one is made from the name, and none hides a page."""

    RESERVED = frozenset({"new"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields.get("slug")  # type: ignore[attr-defined]
        if field is not None:
            field.required = False
            field.widget.attrs |= {"data-slug-of": "id_name", "autocapitalize": "none", "spellcheck": "false"}

    def clean_slug(self) -> str:
        """Lower-case letters, digits and hyphens."""
        wished = str(self.cleaned_data["slug"])  # type: ignore[attr-defined]
        slug = wished or self._proposed(str(self.cleaned_data.get("name", "")))  # type: ignore[attr-defined]
        if slug in self.RESERVED or slug != slug.lower() or "_" in slug:
            raise forms.ValidationError(gettext("Lower-case letters, digits and hyphens, and not “new”."))
        return slug

    def _proposed(self, name: str) -> str:
        """From the name; numbered where another one has it already."""
        stem = slugify(name)[:50].strip("-_").replace("_", "-") or "x"
        rows: Any = self._meta.model._base_manager.exclude(pk=self.instance.pk)  # type: ignore[attr-defined]
        taken = set(rows.filter(slug__startswith=stem).values_list("slug", flat=True)) | self.RESERVED
        return next(slug for slug in self._numbered(stem) if slug not in taken)

    def _numbered(self, stem: str) -> Iterator[str]:
        yield stem
        yield from (f"{stem}-{number}" for number in count(2))
