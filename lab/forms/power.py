"""By which power a machine is off, idle or busy, and how soon that is believed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lab.forms.fields import Kept
from lab.models import Resource

MOST_W, LONGEST_S = 100_000, 3600
WATTS = ("off_below_w", "idle_below_w", "busy_above_w")


class PowerForm(Kept, forms.ModelForm[Resource]):
    """Empty thresholds: nobody can tell from power what the machine does."""

    class Meta:
        model = Resource
        fields = (*WATTS, "busy_after_s", "idle_after_s")
        labels = {
            "off_below_w": _("Off below (W)"),
            "idle_below_w": _("Idle below (W)"),
            "busy_above_w": _("At work above (W)"),
            "busy_after_s": _("Wait before “at work” (s)"),
            "idle_after_s": _("Wait before “idle” or “off” (s)"),
        }
        help_texts = {
            "off_below_w": _("Empty: 2 W, or less on a weak machine."),
            "busy_after_s": _("Empty: 3 s. A shorter peak is no work."),
            "idle_after_s": _("Empty: 20 s. A shorter pause ends no work."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            in_watts = name in WATTS
            field.widget.attrs |= {"inputmode": "decimal" if in_watts else "numeric"}
            field.widget.attrs["step"] = "any" if in_watts else 1
            if isinstance(value := self.initial.get(name), float):
                self.initial[name] = f"{value:g}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.fields:
            most = MOST_W if name in WATTS else LONGEST_S
            value = data.get(name)
            if value is not None and not 0 <= value <= most:
                self.add_error(name, gettext("Between 0 and %(most)s.") % {"most": most})
        self._check_order(data)
        return data

    def _check_order(self, data: dict[str, Any]) -> None:
        off, idle, busy = (data.get(name) for name in WATTS)
        if (idle is None) != (busy is None) and not {"idle_below_w", "busy_above_w"} & self.errors.keys():
            missing = "idle_below_w" if idle is None else "busy_above_w"
            self.add_error(missing, gettext("Both thresholds are needed, or none."))
        if idle is not None and busy is not None and busy < idle:
            self.add_error("busy_above_w", gettext("It has to be at least as much as “idle below”."))
        if off is not None and idle is not None and off > idle:
            self.add_error("off_below_w", gettext("It has to be at most as much as “idle below”."))
