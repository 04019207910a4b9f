"""A maintenance plan with its tasks, its sign-off, putting it off, and what a machine's counter shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.db import transaction
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking import said
from booking.actions.upkeep import Checked, spread
from booking.models import UpkeepPlan, UpkeepTask
from booking.queries.upkeep import Standings
from lab.forms.fields import DayField, Kept, Segmented
from lab.lab_time import lab_zone
from lab.models import Certification, Member, Resource

MOST_HOURS = 1_000_000
ROOM = 3  # empty lines for more tasks


class TaskForm(forms.Form):
    """A line of the checklist; one without words is left out."""

    text = forms.CharField(label=_("Task"), max_length=200, required=False)
    unit = forms.CharField(label=_("Measured in"), max_length=20, required=False)
    certification = forms.ModelChoiceField(
        label=_("Only with"),
        queryset=Certification.objects.order_by("slug"),
        required=False,
        empty_label=_("anybody"),
    )


TaskForms: Any = forms.formset_factory(TaskForm, extra=ROOM, max_num=60)


class PlanForm(Kept, forms.ModelForm[UpkeepPlan]):
    """What comes round when, and what happens when it is late; `begins` asks how things stand at first."""

    target = forms.ChoiceField(label=_("At what"))
    hours_before = forms.FloatField(
        label=_("Hours of work since it was last done"),
        required=False, min_value=0, max_value=MOST_HOURS,
        help_text=_("Those that nobody counted yet; empty: none."),
    )  # fmt: skip
    last_done = DayField(label=_("Last done on"), required=False, help_text=_("Empty: today."))

    class Meta:
        model = UpkeepPlan
        fields = ("name", "every_hours", "every", "period", "warn_percent", "overdue")
        labels = {
            "name": _("Name"),
            "every_hours": _("Every so many hours of work"),
            "every": _("Every so many"),
            "period": _("Weeks or months"),
            "warn_percent": _("Announced at (%)"),
            "overdue": _("When it is overdue"),
        }
        help_texts = {
            "name": _("Such as “Laser optics”; makers read it when the machine is stopped."),
            "every_hours": _("Time at work as the meter tells it; without a meter, time in use."),
            "warn_percent": _("So much of the way is behind it: managers are told once."),
            "overdue": _(
                "Managers are told in either case. What is out of service works again once signed off."
            ),
        }
        widgets = {"period": Segmented, "overdue": forms.RadioSelect}

    field_order = ("name", "target")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["target"].choices = list(_targets())
        fields["period"].choices = UpkeepPlan.Period.choices
        fields["overdue"].choices = UpkeepPlan.Overdue.choices
        fields["warn_percent"].widget.attrs |= {"min": 1, "max": 100}
        if self.instance.pk:
            row = self.instance
            self.initial["target"] = f"resource:{row.resource.slug}" if row.resource else f"kind:{row.kind}"
            del fields["hours_before"], fields["last_done"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (
            not data.get("every_hours")
            and not data.get("every")
            and not {"every_hours", "every"} & set(self.errors)
        ):
            self.add_error(
                "every_hours", gettext("Say after how many hours of work, or after how much time.")
            )
        if data.get("last_done") and data["last_done"] > timezone.localdate():
            self.add_error("last_done", gettext("Choose a day that is over."))
        kind, _sep, name = str(data.get("target", "")).partition(":")
        self.instance.resource = Resource.objects.filter(slug=name).first() if kind == "resource" else None
        self.instance.kind = name if kind == "kind" else ""
        return data

    def clean_every(self) -> int | None:
        return self.cleaned_data["every"] or None

    def clean_every_hours(self) -> int | None:
        return self.cleaned_data["every_hours"] or None

    def clean_warn_percent(self) -> int:
        percent = int(self.cleaned_data["warn_percent"])
        if not 1 <= percent <= 100:
            raise forms.ValidationError(gettext("Between 1 and 100."))
        return percent

    @transaction.atomic
    def keep(self, tasks: Any, *, now: datetime) -> UpkeepPlan:
        """The plan with its checklist; where it is new, counted from what was filled in."""
        row: UpkeepPlan = self.save()
        row.tasks.all().delete()
        kept = [one for one in tasks.cleaned_data if one.get("text")]
        UpkeepTask.objects.bulk_create(
            UpkeepTask(plan=row, place=place, **one) for place, one in enumerate(kept)
        )
        day = self.cleaned_data.get("last_done")
        since = datetime.combine(day, time.min, lab_zone()) if day else None
        spread(row, now=now, hours_before=self.cleaned_data.get("hours_before") or 0, since=since)
        return row


@dataclass(frozen=True, slots=True)
class Line:
    """A task of a sign-off with its fields; `lacking` is the certification that the signer does not hold."""

    task: UpkeepTask
    done: BoundField
    value: BoundField | None
    note: BoundField
    lacking: Certification | None


class SignOffForm(Kept, forms.Form):
    """Task by task: done, or why not."""

    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    shown = forms.FloatField(
        label=_("Hour counter of the machine"), required=False, min_value=0, max_value=MOST_HOURS,
        help_text=_("What its own display shows, if it has one."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, tasks: list[UpkeepTask], by: Member, now: datetime, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.tasks = tasks
        held = {
            award.certification_id
            for award in by.awards.all()
            if not award.expires_at or award.expires_at > now
        }
        self.lacking = {
            task.pk for task in tasks if task.certification_id and task.certification_id not in held
        }
        for task in tasks:
            self.fields[f"done_{task.pk}"] = forms.BooleanField(
                label=task.text, required=False, disabled=task.pk in self.lacking
            )
            if task.unit:
                label = gettext("Measured ({unit})").format(unit=task.unit)
                self.fields[f"value_{task.pk}"] = forms.FloatField(label=label, required=False)
            self.fields[f"note_{task.pk}"] = forms.CharField(label=_("Note"), max_length=300, required=False)

    def lines(self) -> Iterator[Line]:
        for task in self.tasks:
            value = self[f"value_{task.pk}"] if task.unit else None
            lacking = task.certification if task.pk in self.lacking else None
            yield Line(task, self[f"done_{task.pk}"], value, self[f"note_{task.pk}"], lacking)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for task in self.tasks:
            if not data.get(f"done_{task.pk}") and not data.get(f"note_{task.pk}"):
                self.add_error(f"note_{task.pk}", gettext("Tick it, or say why it was not done."))
        return data

    def checks(self) -> list[Checked]:
        data = self.cleaned_data
        return [
            Checked(
                task.text,
                bool(data[f"done_{task.pk}"]),
                task.unit,
                data.get(f"value_{task.pk}"),
                data[f"note_{task.pk}"],
            )
            for task in self.tasks
        ]


class PostponeForm(Kept, forms.Form):
    """More time, and why."""

    hours = forms.FloatField(
        label=_("So many more hours of work"), required=False, min_value=0.1, max_value=MOST_HOURS
    )
    day = DayField(label=_("Until the day"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, found: Standings, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.found, self.now = found, now
        if found.limit is None:
            del self.fields["hours"]
        if found.due.at is None:
            del self.fields["day"]

    @property
    def wanted(self) -> dict[str, Any]:
        """Limits in the place of the plan's: hours from now on, or from the limit that is still to come."""
        data, limit = self.cleaned_data, self.found.limit
        more, day = data.get("hours"), data.get("day")
        hours = None if more is None or limit is None else max(limit, self.found.hours) + more
        until = None if day is None else datetime.combine(day, time.max, lab_zone())
        return {"until_hours": hours, "until": until}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, at, left = data.get("day"), self.found.due.at, self.found.due.hours_left
        if day and at and day <= timezone.localdate(max(at, self.now)):
            self.add_error("day", gettext("Choose a later day than that on which it is due."))
        if left is not None and left <= 0 and not data.get("hours"):
            self.add_error("hours", gettext("It is overdue by its hours: say how many more."))
        if at is not None and at <= self.now and not day and "day" not in self.errors:
            self.add_error("day", gettext("It is overdue by its date: say until when."))
        if not self.errors and not data.get("hours") and not day:
            self.add_error(None, gettext("Say how much more time it has."))
        return data


class HoursForm(Kept, forms.Form):
    """Hours, as of now: of the machine's own counter, or since the last maintenance."""

    hours = forms.FloatField(label=_("Hours"), min_value=0, max_value=MOST_HOURS)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


def _targets() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each one of a kind, or one resource."""
    rows = sorted(Resource.objects.all(), key=lambda row: (row.kind, row.slug))
    kinds = [kind for kind in Resource.Kind.values if any(row.kind == kind for row in rows)]
    yield gettext("One resource"), [(f"resource:{row.slug}", row.label) for row in rows]
    yield gettext("Each one of a kind"), [(f"kind:{kind}", str(said.KINDS[kind])) for kind in kinds]
