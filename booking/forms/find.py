"""Which kind or which resources, for how long, and about when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking import said
from booking.forms.fields import MOST_RESOURCES, ResourcesField, choices
from booking.house import house
from booking.queries.finding import LOOK_AHEAD, day_part
from lab.lab_time import lab_zone
from lab.models import Resource
from lab.spans import Span
from lab.times import duration, next_quarter

LENGTHS = (30, 60, 90, 120, 180, 240, 480)
PARTS = {
    "morning": (time(6), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(23, 59)),
}
LATEST = date(2199, 1, 1)


class FindForm(forms.Form):
    """A question for a free time; as soon as possible unless a day, a part of it or an hour is named."""

    kind = forms.ChoiceField(label=_("What I need"), required=False)
    resource = ResourcesField(required=False)
    also = forms.ChoiceField(label=_("Resource"), required=False)
    minutes = forms.TypedChoiceField(label=_("For"), coerce=int, initial=60)
    day = forms.DateField(
        label=_("Day"),
        required=False,
        help_text=_("Empty: as soon as possible."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    part = forms.ChoiceField(
        label=_("Time of day"),
        required=False,
        choices=[
            ("", _("Any time")),
            ("morning", _("In the morning")),
            ("afternoon", _("In the afternoon")),
            ("evening", _("In the evening")),
        ],
    )
    at = forms.TimeField(
        label=_("Around"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "find_%s", **kwargs})
        kinds = [(kind, said.KINDS[kind]) for kind in Resource.Kind.values]
        self.fields["kind"].choices = [("", _("Anything")), *kinds]  # type: ignore[attr-defined]
        self.fields["also"].choices = [("", _("Choose…")), *choices()]  # type: ignore[attr-defined]
        self.fields["minutes"].choices = [(one, duration(timedelta(minutes=one))) for one in LENGTHS]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Resource]:
        """The resources that are wanted together, also before they were looked for."""
        slugs = [*(self["resource"].value() or []), *filter(None, [self["also"].value()])]
        found = house().copies([str(slug) for slug in slugs][:MOST_RESOURCES])
        return [found[str(slug)] for slug in slugs if str(slug) in found]

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        if day is not None and day > LATEST:
            raise forms.ValidationError(_("Choose a time that a lab can mean."))
        return day

    def windows(self, now: datetime) -> list[Span]:
        """Where to look."""
        start = next_quarter(now)
        day, part = self.cleaned_data["day"], PARTS.get(self.cleaned_data["part"])
        if day is None and part is None:
            return [Span(start, start + LOOK_AHEAD)]
        first = day or timezone.localdate(now)
        days = [first] if day else [first + timedelta(days=n) for n in range(LOOK_AHEAD.days)]
        return [span for one in days if (span := day_part(one, part, now=start))]

    def around(self, now: datetime) -> datetime | None:
        """The moment that an offer should lie near to; None for as soon as possible."""
        at: time | None = self.cleaned_data["at"]
        if at is None:
            return None
        day = self.cleaned_data["day"] or timezone.localdate(now)
        wished = datetime.combine(day, at, lab_zone())
        return wished if wished > now or self.cleaned_data["day"] else wished + timedelta(days=1)
