"""What a manager fills in to let a device in: what it is, what it speaks for, and how it reaches us."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from devices.forms.devices import PLACES, place_choices
from devices.models import NAME, Device
from lab.config import BadSetting, Broker, broker_of
from lab.models import Door, Resource

DOOR, MACHINE, OTHER, HOME = "door-reader", "machine-reader", "native", "home-assistant"
KINDS = [
    (DOOR, _("Reader at a door")),
    (MACHINE, _("Reader at a machine")),
    (OTHER, _("Sensor, plug, anything else")),
    (HOME, _("Home Assistant, which reads our resources")),
]
CARDS = [("pn532-i2c", "PN532, I²C"), ("pn532-uart", "PN532, UART"), ("rc522", "RC522")]
PLAIN = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


class ProvisionForm(forms.Form):
    """What a device has to know beside its password; nothing of it is kept."""

    broker = forms.CharField(
        label=_("Where the device finds the broker"),
        max_length=200,
        help_text=_("As the device sees it: mqtts://broker.lab:8883, or mqtt:// without TLS."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    wifi = forms.CharField(
        label=_("Wi-Fi network"), max_length=32, required=False, widget=forms.TextInput(PLAIN)
    )
    wifi_password = forms.CharField(
        label=_("Wi-Fi password"), max_length=63, required=False, widget=forms.TextInput(PLAIN)
    )
    card = forms.ChoiceField(label=_("Card module"), choices=CARDS, required=False)

    @property
    def where(self) -> Broker:
        return broker_of(self.cleaned_data["broker"])

    @property
    def more(self) -> dict[str, Any]:
        """Keys for the device's file: its network, and a reader's hardware."""
        said = self.cleaned_data
        wifi = {"wifi": [said["wifi"], said["wifi_password"]]} if said["wifi"] else {}
        return wifi | ({"card": said["card"]} if said.get("card") and self.for_reader else {})

    @property
    def for_reader(self) -> bool:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        try:
            broker = broker_of(said.get("broker", ""))
        except BadSetting:
            self.add_error("broker", _("Write it like mqtts://broker.lab:8883."))
            return said
        if broker.username or broker.password:
            self.add_error("broker", _("Without an account: the device has its own."))
        if broker.tls and self.for_reader and settings.CONFIG.broker.ca is None:
            trusts = _(
                "A reader trusts the lab’s own authority only: name its certificate in MQTT_CA_FILE first."
            )
            self.add_error("broker", trusts)
        return said


class EnrolForm(ProvisionForm):
    """A device that the lab does not know yet."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, initial=DOOR, widget=forms.RadioSelect)
    door = forms.ModelChoiceField(
        queryset=Door.objects.all(),
        to_field_name="slug",
        label=_("Which door"),
        required=False,
        empty_label=_("Choose…"),
    )
    machine = forms.ModelChoiceField(
        queryset=Resource.objects.all(),
        to_field_name="slug",
        label=_("Which machine"),
        required=False,
        empty_label=_("Choose…"),
    )
    place = forms.ChoiceField(label=_("Speaks for"), required=False)
    name = forms.RegexField(
        rf"^{NAME}\Z",
        label=_("Name on the broker"),
        max_length=63,
        required=False,
        help_text=_("Small letters, digits and dashes; it stays. Empty: after the door or machine."),
        error_messages={"invalid": _("A device’s name has small letters, digits and dashes, 63 at most.")},
        widget=forms.TextInput(attrs=PLAIN),
    )
    label = forms.CharField(
        label=_("Name"), max_length=80, required=False, help_text=_("As people at the lab call it.")
    )
    field_order = (
        "kind",
        "door",
        "machine",
        "place",
        "name",
        "label",
        "broker",
        "wifi",
        "wifi_password",
        "card",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["door"].label_from_instance = lambda door: door.label  # type: ignore[attr-defined]
        self.fields["machine"].label_from_instance = lambda row: row.label  # type: ignore[attr-defined]
        choices = [("", _("Nothing yet")), *place_choices()[1:]]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    @property
    def for_reader(self) -> bool:
        return self.cleaned_data.get("kind") in (DOOR, MACHINE)

    @property
    def speaks_for(self) -> dict[str, Any]:
        """The door, machine or place by its keyword; empty for nothing yet."""
        said = self.cleaned_data
        if said["kind"] == DOOR:
            return {"door": said["door"]}
        if said["kind"] == MACHINE:
            return {"resource": said["machine"]}
        key, _colon, slug = said["place"].partition(":")
        return {kind: model.objects.get(slug=slug) for kind, _label, model in PLACES if kind == key}

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        kind = said.get("kind")
        if kind == DOOR and not said.get("door") and "door" not in self.errors:
            self.add_error("door", _("Which door does it open?"))
        if kind == MACHINE and not said.get("machine") and "machine" not in self.errors:
            self.add_error("machine", _("Which machine does it switch on?"))
        if "name" not in self.errors:
            said["name"] = said.get("name") or self._proposed(said)
            self._check_name(said["name"])
        return said

    def _proposed(self, said: dict[str, Any]) -> str:
        door, machine = said.get("door"), said.get("machine")
        if said.get("kind") == DOOR and door:
            return str(door.slug)
        return f"reader-{machine.slug}" if said.get("kind") == MACHINE and machine else ""

    def _check_name(self, name: str) -> None:
        if not name:
            if self.cleaned_data.get("kind") in (OTHER, HOME):
                self.add_error("name", _("Give it a name."))
        elif Device.objects.filter(name=name).exists() or name == settings.CONFIG.broker.username:
            self.add_error("name", taken(name))


def taken(name: str) -> str:
    said = _(
        "“{name}” is there already: another password for it is made on its page, another device needs"
        " another name."
    )
    return said.format(name=name)


class RenewForm(ProvisionForm):
    """Another password for a device; `seen` tells what the page knew of its account."""

    when = forms.ChoiceField(
        label=_("The old password"),
        choices=[
            ("later", _("counts until the device has used the new one, a week at most")),
            ("now", _("ends now: the device or its password may be in other hands")),
        ],
        initial="later",
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, device: Device, reader: bool, can_wait: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device, self._reader = device, reader
        if not reader:
            del self.fields["card"]
        if not can_wait:
            del self.fields["when"]

    @property
    def for_reader(self) -> bool:
        return self._reader

    @property
    def at_once(self) -> bool:
        return self.cleaned_data.get("when") == "now"
