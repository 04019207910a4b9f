"""What a manager fills in about a serial port; a key goes in and never comes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from devices.models import Device, SerialPort
from devices.rules.serial import (
    KINDS,
    LONGEST_URL,
    BadLine,
    Fault,
    Kind,
    kind_of,
    read_name,
    read_options,
    read_url,
)
from devices.serial_keys import read_key

FIELD_OF: dict[Fault, str] = {
    "url": "url", "kind": "kind", "device": "device",
    "option": "options", "value": "options", "twice": "options",
}  # fmt: skip


class PortForm(forms.Form):
    """`kind`, `url` and `options` say what hangs where; the broker knows `device` by its name."""

    device = forms.CharField(
        label=_("Device"),
        max_length=63,
        help_text=_("Its name on the broker: one that is there, or a new one."),
        widget=forms.TextInput(
            attrs={"list": "device-names", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.name, kind.label) for kind in KINDS.values()])
    url = forms.CharField(
        label=_("Address of the line"),
        max_length=LONGEST_URL,
        help_text=_("For example /dev/ttyUSB0, /dev/serial/by-id/… or socket://10.0.0.7:4001."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    options = forms.CharField(
        label=_("Options"),
        required=False,
        max_length=200,
        help_text=_("Only what is not as usual, such as baud=115200&address=1."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    key = forms.CharField(
        label=_("Key of an OSDP reader"),
        required=False,
        help_text=_(
            "Only for a reader that has one: 32 hex digits. Without it we make one. It is never shown."
        ),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, port: SerialPort | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._port = port
        if port is not None:
            self.fields["device"].disabled = True

    @property
    def line(self) -> dict[str, Any]:
        """What `ports.connect` wants to know of the line."""
        said = self.cleaned_data
        return {
            "name": said["device"],
            "kind": self._kind,
            "url": said["url"],
            "options": said["options"],
            "key": read_key(said["key"]) if said["key"] else None,
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        try:
            self._kind = kind_of(said.get("kind", ""))
            read_name(said.get("device", ""))
            said["url"] = read_url(said.get("url", ""))
            read_options(self._kind, said.get("options", ""))
        except BadLine as bad:
            if FIELD_OF[bad.fault] in said:
                self.add_error(FIELD_OF[bad.fault], sentence(bad))
            return said
        if said.get("key") and (not self._kind.keyed or read_key(said["key"]) is None):
            self.add_error("key", _("32 hex digits of an OSDP reader’s own key, not the factory’s."))
        if not self._is_free(said["url"], said.get("options", "")):
            self.add_error("url", _("Another device has this line."))
        return said

    def _is_free(self, url: str, options: str) -> bool:
        """Only OSDP readers share a line, each with an address of its own."""
        others = SerialPort.objects.filter(url=url, enabled=True).exclude(device__name=self._name)
        return all(_are_apart(self._kind, options, other) for other in others)

    @property
    def _name(self) -> str:
        return str(self.cleaned_data.get("device", ""))


def initial_of(port: SerialPort) -> dict[str, str]:
    return {"device": port.device.name, "kind": port.kind, "url": port.url, "options": port.options}


def names() -> Iterable[str]:
    """Devices that could hang on a line: those that hang on none yet."""
    return Device.objects.filter(serial_port=None, revoked=False).values_list("name", flat=True)


def sentence(bad: BadLine) -> str:
    """What is wrong with a line."""
    said = {
        "url": gettext("This is no address of a serial line: %(must_be)s"),
        "kind": gettext("There is no such kind: %(must_be)s"),
        "device": gettext("A device’s name has small letters, digits and dashes, 63 at most."),
        "option": gettext("There is no option %(what)s; this kind has %(must_be)s."),
        "value": gettext("The option %(what)s must be %(must_be)s."),
        "twice": gettext("The option %(what)s is there twice."),
    }
    return said[bad.fault] % {"what": bad.what, "must_be": bad.must_be}


def _are_apart(kind: Kind, options: str, other: SerialPort) -> bool:
    if not kind.shared or other.kind != kind.name:
        return False
    return read_options(kind, options)["address"] != read_options(kind, other.options)["address"]
