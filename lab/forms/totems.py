"""A totem: where it hangs, and whose day it shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.models import Totem


class TotemForm(forms.ModelForm[Totem]):
    """A screen that exists keeps its zone: its key opens that one only."""

    class Meta:
        model = Totem
        fields = ("zone", "label")
        labels = {"zone": _("Space"), "label": _("Where it hangs")}
        help_texts = {
            "label": _("Such as “entrance” or “above the laser”: so you find it when it is silent.")
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            del self.fields["zone"]
