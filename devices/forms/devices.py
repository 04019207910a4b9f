"""What a manager fills in about a device."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from devices.channel_words import channel_word
from devices.models import NAME, Channel, Device
from devices.rules.guess import likely
from devices.splits import splittable
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


class SplitForm(forms.Form):
    """Which channels of a device become one of their own, and what that speaks for."""

    channels = forms.ModelMultipleChoiceField(
        queryset=Channel.objects.none(), widget=forms.CheckboxSelectMultiple, label=_("Channels")
    )
    part_speaks_for = forms.ChoiceField(label=_("Speak for"))
    part_label = forms.CharField(label=_("Name"), max_length=80, required=False)
    part_name = forms.RegexField(
        rf"^{NAME}\Z",
        label=_("Name in topics and addresses"),
        help_text=_("Small letters, digits and hyphens; it stays for ever."),
    )

    def __init__(self, *args: Any, device: Device, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channels"].queryset = splittable(device)  # type: ignore[attr-defined]
        self.fields["channels"].label_from_instance = channel_label  # type: ignore[attr-defined]
        self.fields["part_speaks_for"].choices = place_choices()  # type: ignore[attr-defined]
        self.fields["part_name"].initial = _free_name(device)

    @property
    def place(self) -> dict[str, Any]:
        """The chosen resource, door or zone by its keyword."""
        return place_of(self.cleaned_data["part_speaks_for"])


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
        return place_of(self.cleaned_data["speaks_for"])


def place_of(chosen: str) -> dict[str, Any]:
    """A resource, door or zone by its keyword, from the value of its choice."""
    kind, _colon, slug = chosen.partition(":")
    model = next(model for key, _label, model in PLACES if key == kind)
    return {kind: model.objects.get(slug=slug)}


def channel_label(channel: Channel) -> str:
    """What people call a channel, with its key where that says more."""
    word = channel_word(channel.key, channel.label)
    return word if word == channel.key.replace("_", " ") else f"{word} ({channel.key})"


def _free_name(device: Device) -> str:
    """A name for a part that no device has yet."""
    taken = set(Device.objects.filter(name__startswith=device.name).values_list("name", flat=True))
    names = (f"{device.name[:60]}-{number}" for number in range(2, 99))
    return next((name for name in names if name not in taken), "")
