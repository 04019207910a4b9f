"""What a manager fills in about a device."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.models import Door, Resource, Zone

PLACES = (("resource", _("Resources"), Resource), ("door", _("Doors"), Door), ("zone", _("Zones"), Zone))


class AdoptForm(forms.Form):
    """What the device speaks for, as `resource:laser-1`, and what people call it."""

    speaks_for = forms.ChoiceField(label=_("Speaks for"))
    label = forms.CharField(
        label=_("Name"), max_length=80, required=False, help_text=_("As people at the lab call it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["speaks_for"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose…")),
            *(
                (group, [(f"{kind}:{row.slug}", row.label) for row in model.objects.all()])
                for kind, group, model in PLACES
            ),
        ]

    @property
    def place(self) -> dict[str, Any]:
        """The chosen resource, door or zone by its keyword."""
        kind, _colon, slug = self.cleaned_data["speaks_for"].partition(":")
        model = next(model for key, _label, model in PLACES if key == kind)
        return {kind: model.objects.get(slug=slug)}
