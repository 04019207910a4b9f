"""What a device speaks through: while that is away, the device is unknown, not lost."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from devices.actions import put_behind
from devices.models import Device
from lab.gates import managers_only


@require_POST
@managers_only
def behind(request: HttpRequest, name: str) -> HttpResponse:
    """Name the gateway, or none; one that hangs behind this device itself is refused."""
    device, wanted = get_object_or_404(Device, name=name), request.POST.get("gateway", "")
    gateway = get_object_or_404(Device, name=wanted) if wanted else None
    if put_behind(device=device, gateway=gateway):
        messages.success(request, _("Kept."))
    else:
        messages.error(request, _("That would go round in a circle."))
    return redirect("device", name=name)
