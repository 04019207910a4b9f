"""Fields of our forms: moments on the lab's clock, resources by slug, members by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking import said
from booking.house import house
from booking.queries import people
from lab.asked import within_reason
from lab.lab_time import lab_zone
from lab.models import Member, Resource
from lab.times import next_step

LOCAL = "%Y-%m-%dT%H:%M"
# Without `min` a browser counts the steps from the proposed time and then refuses any other minute.
MOMENT = {"type": "datetime-local", "step": 300, "min": "2000-01-01T00:00"}
MOST_RESOURCES = 20
STEP = 5  # minutes, as the fields count


class MomentField(forms.DateTimeField):
    """A moment on the lab's wall clock; what a page of ours fills in may tell its offset instead."""

    def __init__(self, label: Any) -> None:
        widget = forms.DateTimeInput(attrs=MOMENT, format=LOCAL)
        super().__init__(label=label, widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"])

    def to_python(self, value: Any) -> datetime | None:
        exact = _exact(value)
        if exact is not None:
            return exact
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            told = _("The clocks change that night: this hour is missing or comes twice. Choose another one.")
            raise forms.ValidationError(told, code=error.code) from error


class ResourcesField(forms.Field):
    """Resources by slug, in the order asked; one that is named twice asks for two units."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Resource]:
        slugs = [str(slug) for slug in value or []]
        if len(slugs) > MOST_RESOURCES:
            raise forms.ValidationError(gettext("At most %(most)d at once.") % {"most": MOST_RESOURCES})
        found = house().copies(slugs)
        if any(slug not in found for slug in slugs):
            raise forms.ValidationError(gettext("There is no such resource."))
        return [found[slug] for slug in slugs]


class MemberField(forms.CharField):
    """A member by user name or mail address; whoever may `search` also by a part of the name."""

    def __init__(self, *, search: bool, **options: Any) -> None:
        super().__init__(max_length=150, **options)
        self.search = search

    def clean(self, value: Any) -> Member | None:
        text = super().clean(value)
        if not text:
            return None
        found = people.called(text)
        near = list(people.like(text)) if found is None and self.search else []
        if len(near) == 1:
            return near[0]
        if near:
            names = ", ".join(f"{one.display_name} ({one.username})" for one in near)
            raise forms.ValidationError(gettext("Several members fit: {names}.").format(names=names))
        if found is None:
            raise forms.ValidationError(
                gettext("No member is called that. A user name or mail address is meant.")
            )
        return found


def _exact(value: Any) -> datetime | None:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def moment(told: Any) -> datetime | None:
    """A time out of an address or a form, on the steps that the fields count in."""
    if isinstance(told, datetime):
        return told
    try:
        found = parse_datetime(str(told or ""))
    except ValueError:
        return None
    if found is None or not within_reason(found):
        return None
    aware = found.replace(tzinfo=lab_zone()) if timezone.is_naive(found) else found
    return next_step(aware, minutes=STEP)


def searching() -> dict[str, str]:
    """A field that proposes members while one types."""
    return {
        "list": "members-like",
        "autocomplete": "off",
        "hx-get": reverse("members_like"),
        "hx-trigger": "input changed delay:250ms",
        "hx-target": "#members-like",
        "hx-swap": "innerHTML",
    }


def choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Everything that is shown in lists, by kind."""
    rows = sorted(Resource.objects.filter(listed=True), key=lambda row: row.slug)
    return [
        (said.KINDS[kind], [(row.slug, row.label) for row in rows if row.kind == kind])
        for kind in Resource.Kind.values
        if any(row.kind == kind for row in rows)
    ]
