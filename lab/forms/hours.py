"""When a space is open: the week, the holidays that it keeps, single days, closures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lab import holidays
from lab.forms.fields import ClockField, DayField, Kept, MomentField
from lab.models import Closure, SpecialDay, Zone
from lab.phrases.week import Opened, weekday

DAYS = range(7)
DAY, WEEK = 24 * 60, 7 * 24 * 60
LEAST_ROWS, MOST_ROWS = 2, 12
FIELD = re.compile(r"d([0-6])-(\d{1,2})-(?:opens|closes)")


class WeekForm(Kept, forms.Form):
    """Openings of each weekday, an empty row beside them for one more; cleaned to `week`."""

    holidays = forms.ChoiceField(
        label=_("Closed on the public holidays of"),
        required=False,
        help_text=_("A special day below takes a holiday's place."),
    )
    always_open = forms.BooleanField(
        label=_("Always open"),
        required=False,
        help_text=_("The hours below don't count then; closures still do."),
    )

    def __init__(self, *args: Any, zone: Zone, week: list[Opened], **options: Any) -> None:
        options.setdefault("initial", {"holidays": zone.holidays, "always_open": zone.always_open})
        super().__init__(*args, **options)
        kept: Any = self.fields["holidays"]
        kept.choices = [("", gettext("none")), *holidays.places(get_language() or "fr")]
        self.rows = {day: self._rows(day, week) for day in DAYS}
        for day, openings in self.rows.items():
            for row in range(openings):
                self._add(day, row, [each for each in week if each[0] == day])

    @property
    def days(self) -> list[tuple[int, str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """Each weekday with its pairs of fields."""
        return [
            (
                day,
                weekday(day),
                [(self[_name(day, row, "opens")], self[_name(day, row, "closes")]) for row in range(n)],
            )
            for day, n in self.rows.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        found = list(self._openings(data))
        week = sorted(opened for _row, opened in found)
        for row, opened in found:
            if any(other is not opened and _overlap(opened, other) for _row, other in found):
                self.add_error(_name(opened[0], row, "opens"), gettext("This opening overlaps another one."))
        return data | {"week": week}

    def copied(self) -> dict[str, Any]:
        """What was filled in, with Monday's hours on every day up to Friday."""
        data: dict[str, Any] = dict(self.data.items())
        for day in range(1, 5):
            for row in range(MOST_ROWS):
                for end in ("opens", "closes"):
                    if _name(0, row, end) in data:
                        data[_name(day, row, end)] = data[_name(0, row, end)]
        return data

    def _rows(self, day: int, week: list[Opened]) -> int:
        filled = sum(each[0] == day for each in week) + 1
        named = [found for name in self.data if (found := FIELD.fullmatch(name))]
        asked = [int(found[2]) + 1 for found in named if int(found[1]) == day]
        return min(max(LEAST_ROWS, filled, *asked), MOST_ROWS)

    def _add(self, day: int, row: int, openings: list[Opened]) -> None:
        hours = openings[row][1:] if row < len(openings) else (None, None)
        for end, label, at in zip(("opens", "closes"), (_("Opens"), _("Closes")), hours, strict=True):
            name = _name(day, row, end)
            self.fields[name] = ClockField(label=label, required=False)
            self.initial[name] = at

    def _openings(self, data: dict[str, Any]) -> Iterator[tuple[int, Opened]]:
        """The pairs that are whole; an error on the half that is missing."""
        for day, rows in self.rows.items():
            for row in range(rows):
                opens, closes = (data.get(_name(day, row, end)) for end in ("opens", "closes"))
                if opens is not None and closes is not None:
                    yield row, (day, opens, closes)
                elif opens is not None and not self.has_error(_name(day, row, "closes")):
                    self.add_error(_name(day, row, "closes"), gettext("Until when?"))
                elif closes is not None and not self.has_error(_name(day, row, "opens")):
                    self.add_error(_name(day, row, "opens"), gettext("From when?"))


class SpecialDayForm(Kept, forms.ModelForm[SpecialDay]):
    """Other hours on one day; without hours it is closed."""

    day = DayField(label=_("Day"))
    opens = ClockField(label=_("Opens"), required=False, help_text=_("Empty: closed all day."))
    closes = ClockField(label=_("Closes"), required=False)

    class Meta:
        model = SpecialDay
        fields = ("day", "opens", "closes", "reason")
        labels = {"reason": _("Reason")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens"), data.get("closes")
        if opens is not None and closes is None and not self.has_error("closes"):
            self.add_error("closes", gettext("Until when?"))
        if closes is not None and opens is None and not self.has_error("opens"):
            self.add_error("opens", gettext("From when?"))
        if data.get("day") and not self.errors:
            self._against_others(data["day"], opens, closes)
        return data

    def _against_others(self, day: Any, opens: time | None, closes: time | None) -> None:
        others = SpecialDay.objects.filter(zone=self.instance.zone, day=day).exclude(pk=self.instance.pk)
        for other in others:
            if opens is None or other.opens is None or other.closes is None or closes is None:
                self.add_error("day", gettext("This day has special hours already; remove them first."))
                return
            if _overlap((0, opens, closes), (0, other.opens, other.closes)):
                self.add_error("opens", gettext("This opening overlaps another one."))
                return


class ClosureForm(Kept, forms.ModelForm[Closure]):
    """The lab or a space shut from a moment to another."""

    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("To"))

    class Meta:
        model = Closure
        fields = ("zone", "starts_at", "ends_at", "reason")
        labels = {"zone": _("What is closed"), "reason": _("Reason")}
        help_texts = {"reason": _("Members read it in the planning.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        zone: Any = self.fields["zone"]
        zone.empty_label = gettext("the whole lab")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_at"), data.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", gettext("The end must come after the start."))
        return data


def _name(day: int, row: int, end: str) -> str:
    return f"d{day}-{row}-{end}"


def _minutes(opened: Opened) -> tuple[int, int]:
    """From and to in minutes of the week; an end at or before the start is the next day's."""
    day, opens, closes = opened
    start = day * DAY + opens.hour * 60 + opens.minute
    end = day * DAY + closes.hour * 60 + closes.minute
    return start, end if closes > opens else end + DAY


def _overlap(one: Opened, other: Opened) -> bool:
    """Sunday night may reach into Monday, where the week begins again."""
    (start, end), (from_, until) = _minutes(one), _minutes(other)
    return any(start < until + shift and from_ + shift < end for shift in (-WEEK, 0, WEEK))
