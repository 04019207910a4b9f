"""What one asks of a reader's reads."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_LOCAL = "%Y-%m-%dT%H:%M"


class ReadFilter(forms.Form):
    """Part of an EPC, an antenna, a time: all of them optional."""

    epc = forms.CharField(label=_("Part of the EPC"), required=False, max_length=124)
    antenna = forms.IntegerField(label=_("Antenna"), required=False, min_value=0, max_value=1 << 31)
    start = forms.DateTimeField(
        label=pgettext_lazy("time", "From"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, _LOCAL),
    )
    end = forms.DateTimeField(
        label=pgettext_lazy("time", "To"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, _LOCAL),
    )

    @property
    def wanted(self) -> dict[str, Any]:
        """As history is asked for it; what can't be read asks for nothing."""
        said = self.cleaned_data if self.is_valid() else {}
        found = {name: said[name] for name in ("antenna", "start", "end") if said.get(name) is not None}
        epc = re.sub(r"[^0-9A-F]", "", said.get("epc", "").upper())
        return found | ({"epc": epc} if epc else {})
