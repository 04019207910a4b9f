"""Some channels of a device speak for another machine: they become a device of their own, or come back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from devices import splits
from devices.forms.devices import SplitForm
from devices.models import Device
from lab.auth import asking
from lab.gates import managers_only


@managers_only
def split(request: HttpRequest, name: str) -> HttpResponse:
    """Context: `device`, `form`, `parts` (device, its splits) that it has already."""
    found = get_object_or_404(Device, name=name)
    form = SplitForm(request.POST or None, device=found)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            part = splits.split(
                device=found, channels=facts["channels"], name=facts["part_name"], label=facts["part_label"],
                place=form.place, by=asking(request), now=timezone.now(),
            )  # fmt: skip
        except splits.Taken:
            form.add_error("part_name", _("Another device has this name."))
        else:
            messages.success(request, _("{part} speaks for itself from now on.").format(part=part))
            return redirect("device", name=part.name)
    status = 422 if form.errors else 200
    return render(request, "devices/split.html", {"device": found, "form": form}, status=status)


@require_POST
@managers_only
def give_back(request: HttpRequest, name: str) -> HttpResponse:
    """Let the whole say again what this part said."""
    part = get_object_or_404(Device.objects.filter(split_from__isnull=False).distinct(), name=name)
    whole = part.split_from.select_related("device")[0].device
    splits.give_back(part=part)
    messages.success(request, _("{device} says again what {part} said.").format(device=whole, part=part))
    return redirect("device", name=whole.name)
