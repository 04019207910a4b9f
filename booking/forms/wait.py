"""Waiting for a time: of what, how long, within which window."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking import said
from booking.forms.fields import MomentField
from booking.refusals import Refused
from lab.asked import within_reason
from lab.models import Resource
from lab.spans import Span

KIND = "kind:"
LONGEST = 62 * 24 * 60


class WaitForm(forms.Form):
    """A resource or any of a kind, from, to, for how many minutes."""

    what = forms.ChoiceField(label=_("I wait for"))
    starts_at = MomentField(_("Not before"))
    ends_at = MomentField(_("Not after"))
    minutes = forms.IntegerField(
        label=_("For (minutes)"), min_value=1, max_value=LONGEST, widget=forms.NumberInput(attrs={"step": 5})
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Resource.objects.filter(listed=True).order_by("kind", "slug")
        kinds = [(f"{KIND}{kind}", said.KINDS[kind]) for kind in dict.fromkeys(row.kind for row in rows)]
        choices = [(_("Any of these"), kinds), (_("This one"), [(row.slug, row.label) for row in rows])]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, Any]:
        """The resource or the kind, and the window, as waiting for it asks."""
        what = self.cleaned_data["what"]
        window = Span(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])
        told = {"window": window, "minutes": self.cleaned_data["minutes"]}
        if what.startswith(KIND):
            return told | {"kind": what.removeprefix(KIND)}
        return told | {"resource": Resource.objects.get(slug=what)}

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
        """Say every objection."""
        for objection in refused.objections:
            self.add_error(None, said.detail(objection))
