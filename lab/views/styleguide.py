"""Every component on one page, for those who build pages. Only in debug."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lab import states
from lab.forms.fields import TriStateField

# fmt: off
COLOURS = [
    "paper", "surface", "sunken", "line", "ink", "ink-soft", "accent", "accent-tint",
    "free", "reserved", "busy", "idle", "finishing", "fault", "away",
]
# fmt: on


class SampleForm(forms.Form):
    """One field of each sort; bound with mistakes it shows how errors look."""

    resource = forms.ChoiceField(
        label=_("Resource"), choices=[("laser-1", "Trotec Speedy 100"), ("printer-1", "Prusa MK4 n° 1")]
    )
    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    email = forms.EmailField(label=_("E-mail"), help_text=_("Only for reminders about your bookings."))
    purpose = forms.CharField(label=_("Purpose"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reminder = forms.BooleanField(
        label=_("Remind me"), required=False, help_text=_("An e-mail one hour before.")
    )
    overnight = TriStateField(label=_("Overnight"), required=False)
    repeat = forms.ChoiceField(
        label=_("Repeat"),
        widget=forms.RadioSelect,
        choices=[("", _("Once")), ("weekly", _("Every week"))],
        required=False,
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Context: forms (`form` clean, `wrong` with errors), state families, resources, bars and log lines."""
    now = timezone.now()
    context = {
        "form": SampleForm(initial={"starts_at": now}),
        "wrong": SampleForm({"email": "alice@", "resource": "laser-9"}),
        "families": [
            (_("Resources"), states.RESOURCE),
            (_("Devices"), states.DEVICE),
            (_("Bookings"), states.BOOKING),
            (_("Passages"), states.PASSAGE),
        ],
        "colours": COLOURS,
        "resources": [_resource(state, now) for state in states.RESOURCE],
        "icons": _icons(),
        "now": now,
        "ages": [now - timedelta(seconds=seconds) for seconds in (3, 42, 600, 7200, 200_000)],
        "later": now + timedelta(minutes=95),
    }
    return render(request, "lab/styleguide/page.html", context)


def _resource(state: states.State, now: datetime) -> SimpleNamespace:
    names = {
        "free": ("laser-1", "machine", "Découpe laser Trotec", "Fablab"),
        "reserved": ("printer-1", "printer", "Prusa MK4 n° 1", "Fablab"),
        "in_use": ("cnc-1", "machine", "Fraiseuse CNC", "Fablab"),
        "idle": ("printer-2", "printer", "Prusa MK4 n° 2", "Fablab"),
        "finishing": ("printer-3", "printer", "Prusa MK4 n° 3", "Fablab"),
        "out_of_order": ("rfid-bench-1", "bench", "Banc UHF n° 1", "Centre RFID"),
        "offline": ("mocap-studio", "studio", "Studio de capture", "Carrefour"),
        "closed": ("meeting-room", "room", "Salle de réunion", "Carrefour"),
    }
    slug, kind, label, zone = names[state.code]
    until = now + timedelta(minutes=50)
    return SimpleNamespace(slug=slug, kind=kind, label=label, zone=zone, state=state.code, until=until)


def _icons() -> list[str]:
    sprite = finders.find("lab/icons.svg")
    return re.findall(r'symbol id="([a-z_-]+)"', Path(str(sprite)).read_text())
