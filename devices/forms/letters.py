"""What a manager asks of the dead letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from devices.letters import Wanted
from devices.templatetags.letters_ui import CODE_NAMES


class LetterFilter(forms.Form):
    """Reason, device, topic and time, all of them optional."""

    code = forms.ChoiceField(label=_("Reason"), required=False)
    device = forms.CharField(label=_("Device"), required=False, max_length=63)
    topic = forms.CharField(label=_("In the topic"), required=False, max_length=200)
    start = forms.DateTimeField(
        label=pgettext_lazy("time", "From"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )
    end = forms.DateTimeField(
        label=pgettext_lazy("time", "To"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", _("All")), *CODE_NAMES.items()]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        """What is asked for; what can't be read asks for nothing."""
        said = self.cleaned_data if self.is_valid() else {}
        return Wanted(
            said.get("code", ""),
            said.get("device", ""),
            said.get("topic", ""),
            said.get("start"),
            said.get("end"),
        )
