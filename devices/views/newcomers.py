"""Devices that wait for adoption: a screenful of them, found by name, and let go together."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from devices import actions, queries
from devices.forms.devices import quick_forms
from lab.gates import managers_only

OFFERED = 24


def waiting(request: HttpRequest) -> dict[str, Any]:
    """Context: `unclaimed` (DeviceView, form) of the newest, `waiting` how many, `wanted` a name."""
    wanted = _name(request.GET)
    rows = queries.unclaimed(wanted)
    shown = queries.views(rows.prefetch_related("channels")[:OFFERED], now=timezone.now())
    return {
        "unclaimed": list(zip(shown, quick_forms(view.device.name for view in shown), strict=True)),
        "waiting": rows.count(),
        "offered": OFFERED,
        "wanted": wanted,
    }


@require_POST
@managers_only
def ignore_all(request: HttpRequest) -> HttpResponse:
    """Let go of all that wait and have this in their name."""
    wanted = _name(request.POST)
    gone = actions.ignore_waiting(queries.unclaimed(wanted))
    said = ngettext(
        "{n} device is no longer offered for adoption.",
        "{n} devices are no longer offered for adoption.",
        gone,
    )
    messages.success(request, said.format(n=gone))
    return redirect(f"{reverse('devices')}?{urlencode({'name': wanted})}" if wanted else "devices")


def _name(told: QueryDict) -> str:
    return told.get("name", "").replace("\0", "")[:63].strip()
