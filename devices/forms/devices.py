"""What a manager fills in about a device."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from devices.models import Device
from devices.rules.guess import likely
from devices.swaps import replaceable
from lab.models import Door, Resource, Zone

Choices = list[tuple[Any, Any]]
PLACES = (("resource", _("Resources"), Resource), ("door", _("Doors"), Door), ("zone", _("Zones"), Zone))


def place_choices() -> Choices:
    """Everything that a device may speak for, in groups."""
    return [
        ("", _("Choose…")),
        *(
            (group, [(f"{kind}:{row.slug}", row.label) for row in model.objects.all()])
            for kind, group, model in PLACES
        ),
    ]


def quick_forms(names: Iterable[str]) -> list[AdoptForm]:
    """For each of these new devices a form with the likely place chosen."""
    choices = place_choices()
    values = [value for _group, rows in choices[1:] for value, _label in rows]
    slugs = {value.partition(":")[2]: value for value in reversed(values)}  # a resource before a zone
    return [
        AdoptForm(
            choices=choices,
            auto_id=f"{name}-%s",
            initial={"speaks_for": slugs.get(likely(name, slugs) or "", "")},
        )
        for name in names
    ]


class ReplaceForm(forms.Form):
    """Which device this one takes the place of."""

    old = forms.ModelChoiceField(
        queryset=Device.objects.none(), to_field_name="name", label=_("Takes the place of")
    )

    def __init__(self, *args: Any, device: Device, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old"].queryset = replaceable(device)  # type: ignore[attr-defined]


class AdoptForm(forms.Form):
    """What the device speaks for, as `resource:laser-1`, and what people call it."""

    speaks_for = forms.ChoiceField(label=_("Speaks for"))
    label = forms.CharField(
        label=_("Name"), max_length=80, required=False, help_text=_("As people at the lab call it.")
    )

    def __init__(self, *args: Any, choices: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["speaks_for"].choices = choices or place_choices()  # type: ignore[attr-defined]

    @property
    def place(self) -> dict[str, Any]:
        """The chosen resource, door or zone by its keyword."""
        kind, _colon, slug = self.cleaned_data["speaks_for"].partition(":")
        model = next(model for key, _label, model in PLACES if key == kind)
        return {kind: model.objects.get(slug=slug)}
