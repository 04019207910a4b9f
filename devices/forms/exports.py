"""What somebody wants in a file: channels, span, how fine, and which kind of file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from devices import exports, queries
from devices.exports import Asked
from devices.queries import DeviceView
from devices.templatetags.devices_ui import channel_name
from lab.forms.fields import MomentField

FORMATS = {
    "csv": _("CSV, for a spreadsheet"),
    "parquet": _("Parquet, for pandas, R or DuckDB"),
    "lp": _("Line protocol, for InfluxDB"),
}
STEPS = {
    0: _("every reading"),
    60: _("means of a minute"),
    900: _("means of a quarter of an hour"),
    3600: _("means of an hour"),
    86400: _("means of a day"),
}


class ExportForm(forms.Form):
    """The last day of every channel, unless something else is said."""

    channel = forms.MultipleChoiceField(label=_("What"), widget=forms.CheckboxSelectMultiple)
    start = MomentField(label=pgettext_lazy("time", "From"))
    end = MomentField(label=pgettext_lazy("time", "To"))
    step = forms.TypedChoiceField(label=_("How fine"), coerce=int, choices=list(STEPS.items()))
    format = forms.ChoiceField(
        label=_("File"), choices=list(FORMATS.items()), widget=forms.RadioSelect, initial="csv"
    )

    def __init__(self, data: Any, *, view: DeviceView, now: datetime) -> None:
        keys = [channel.key for channel in view.channels]
        first = {"channel": keys, "start": now - timedelta(days=1), "end": now, "step": 0, "format": "csv"}
        super().__init__(data, initial=first)
        self._device = view.device
        chosen: Any = self.fields["channel"]
        chosen.choices = [(channel.key, _named(channel)) for channel in view.channels]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and data["end"] <= data["start"]:
            self.add_error("end", gettext("The end comes after the start."))
        elif not self.errors and exports.too_many(self.asked):
            self.add_error("step", gettext("That would be too many rows: choose coarser means."))
        return data

    @property
    def asked(self) -> Asked:
        said = self.cleaned_data
        keys, span = tuple(said["channel"]), (said["start"], said["end"])
        return Asked(queries.store(), self._device.name, keys, *span, said["step"], settings.PAST.influx)


def _named(channel: Any) -> str:
    name = str(channel_name(channel))
    return f"{name} ({channel.unit})" if channel.unit else name
