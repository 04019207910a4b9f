"""How often a wish repeats, as people say it; the rule of RFC 5545 is made from it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from booking.rules.repeat import DAYS, MOST, Repeat
from lab.lab_time import lab_zone

EVERY = [
    ("", _("Never")),
    ("day", _("Every day")),
    ("workday", _("Every weekday, Monday to Friday")),
    ("week", _("Every week")),
    ("fortnight", _("Every 2 weeks")),
    ("month", _("Every month, on the same date")),
    ("weekday", _("Every month, on the same weekday")),
]
ENDS = [("times", _("After a number of times")), ("until", _("On a date"))]
USUAL = 10


class RepeatForm(forms.Form):
    """Never, or how often and until when."""

    prefix = "repeat"
    every = forms.ChoiceField(label=_("Repeat"), choices=EVERY, required=False)
    days = forms.MultipleChoiceField(
        label=_("On which days"),
        choices=[(code, WEEKDAYS[number]) for number, code in enumerate(DAYS)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: the day of the first time."),
    )
    ends = forms.ChoiceField(
        label=_("It ends"), choices=ENDS, initial="times", required=False, widget=forms.RadioSelect
    )
    times = forms.IntegerField(
        label=_("How many times"), min_value=1, max_value=MOST, initial=USUAL, required=False
    )
    until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @property
    def wanted(self) -> bool:
        """Whether the wish repeats at all."""
        return self.is_bound and bool(self["every"].value())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("every"):
            return data
        if data.get("ends") == "until":
            if not data.get("until") and "until" not in self.errors:
                self.add_error("until", _("Say on which day it ends."))
        elif not data.get("times") and "times" not in self.errors:
            self.add_error("times", _("Say how many times."))
        return data

    def rule(self, first: datetime) -> str:
        """The rule that counts from this first start."""
        day, data = first.astimezone(lab_zone()).date(), self.cleaned_data
        ends = {"until": _end(data["until"])} if data["ends"] == "until" else {"count": data["times"]}
        days = tuple(sorted((0, DAYS.index(code)) for code in data["days"]))
        return str(
            {
                "day": Repeat("DAILY", **ends),
                "workday": Repeat("WEEKLY", weekdays=tuple((0, n) for n in range(5)), **ends),
                "week": Repeat("WEEKLY", weekdays=days, **ends),
                "fortnight": Repeat("WEEKLY", interval=2, weekdays=days, **ends),
                "month": Repeat("MONTHLY", **ends),
                "weekday": Repeat("MONTHLY", weekdays=(_nth(day),), **ends),
            }[data["every"]]
        )


def _end(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), lab_zone())


def _nth(day: date) -> tuple[int, int]:
    """Which of its month's weekdays it is; a fifth one is the last."""
    nth = (day.day - 1) // 7 + 1
    return (nth if nth < 5 else -1, day.weekday())
