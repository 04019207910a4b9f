"""A webhook: where to, of what, and how much of whom."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lab.events import GROUPS, NAMES, Words
from lab.models import Hook
from lab.networks import may_reach


class HookForm(forms.ModelForm[Hook]):
    """`groups` are the events by what they are about, each with its box."""

    events = forms.MultipleChoiceField(
        label=_("Tell it when"),
        choices=list(NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )
    url = forms.URLField(
        label=_("Web address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Where messages are posted to, such as https://example.org/etabli"),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = Hook
        fields = ("label", "url", "events", "members")
        labels = {"label": _("Name"), "members": _("Tell whom it is about, by a pseudonym")}
        help_texts = {
            "label": _("For yourself, such as “team chat” or “Home Assistant”."),
            "members": _(
                "The same letters for the same member, never a name, badge or mail address. "
                "Without it, messages tell only what happened where."
            ),
        }

    def groups(self) -> Iterator[tuple[Words, list[BoundWidget]]]:
        boxes = {box.data["value"]: box for box in self["events"].subwidgets}
        for group in GROUPS:
            yield group.label, [boxes[name] for name in group.events]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"}:
            raise forms.ValidationError(gettext("Begin with https:// or http://."))
        if parts.username or parts.password:
            raise forms.ValidationError(gettext("Leave user name and password out: the signature proves us."))
        if _forbidden(parts.hostname or ""):
            raise forms.ValidationError(
                gettext(
                    "This address lies in a network of your own. "
                    "Whoever runs the server allows it by HOOK_NETWORKS."
                )
            )
        return url

    def clean_events(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["events"]
        return [name for name in NAMES if name in chosen]


def _forbidden(host: str) -> bool:
    """A number that is not allowed is said at once; names are looked up when they are posted to."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not may_reach(host, settings.HOOK_NETWORKS)
