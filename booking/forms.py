"""What people fill in: a wish for a resource, a search for the next free one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking import said
from booking.refusals import Refused
from lab.asked import within_reason
from lab.models import Resource
from lab.spans import Span

LOCAL = "%Y-%m-%dT%H:%M"
# Without `min` a browser counts the steps from the proposed time and then refuses any other minute.
MOMENT = {"type": "datetime-local", "step": 300, "min": "2000-01-01T00:00"}


class MomentField(forms.DateTimeField):
    """A moment on the lab's wall clock."""

    def __init__(self, label: Any) -> None:
        widget = forms.DateTimeInput(attrs=MOMENT, format=LOCAL)
        super().__init__(label=label, widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"])

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            said = _("The clocks change that night: this hour is missing or comes twice. Choose another one.")
            raise forms.ValidationError(said, code=error.code) from error


class BookingForm(forms.Form):
    """A resource, from, to, what for; times are the lab's wall clock."""

    resource = forms.ModelChoiceField(
        label=_("Resource"),
        queryset=Resource.objects.select_related("zone", "certification").order_by("kind", "slug"),
        to_field_name="slug",
        empty_label=None,
    )
    starts_at = MomentField(_("From"))
    ends_at = MomentField(_("To"))
    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: Refused | None = None

    @property
    def span(self) -> Span:
        return Span(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_at"), data.get("ends_at")
        for field in ("starts_at", "ends_at"):
            if data.get(field) and not within_reason(data[field]):
                self.add_error(field, _("Choose a time that a lab can mean."))
        if start and end and end <= start:
            self.add_error("ends_at", _("The end must come after the start."))
        return data

    def refuse(self, refused: Refused) -> None:
        """Say every objection, and keep the alternatives for the page to offer."""
        self.refused = refused
        for objection in refused.objections:
            self.add_error(None, said.detail(objection))

    @property
    def alternatives(self) -> list[tuple[str, str, datetime, datetime]]:
        """Slug, label and span of what could be booked instead."""
        if self.refused is None:
            return []
        slugs = {slug for option in self.refused.alternatives for slug in option.resources}
        labels = {row.slug: row.label for row in Resource.objects.filter(slug__in=slugs)}
        return [
            (option.resources[0], labels[option.resources[0]], option.span.start, option.span.end)
            for option in self.refused.alternatives
        ]


class FinderForm(forms.Form):
    """Which kind, for how long."""

    kind = forms.ChoiceField(
        label=_("I need"), choices=[("", _("Anything")), *Resource.Kind.choices], required=False
    )
    minutes = forms.TypedChoiceField(
        label=_("For"),
        coerce=int,
        initial=60,
        choices=[(30, "30 min"), (60, "1 h"), (120, "2 h"), (180, "3 h"), (240, "4 h"), (480, "8 h")],
    )
