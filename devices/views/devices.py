"""Pages of devices: all of them, one with its curve, and what a manager may do with it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from devices import actions, letters, queries, swaps
from devices.forms.devices import AdoptForm, ReplaceForm
from devices.models import Device, Lockout
from devices.queries import ChannelView, DeviceView
from devices.views.finding import narrowed
from devices.views.newcomers import waiting
from lab.auth import asking
from lab.gates import managers_only

# Seconds shown → seconds a point stands for; 0 is every reading.
RANGES = {
    "15m": (900, 0),
    "1h": (3600, 5),
    "24h": (86_400, 120),
    "7d": (604_800, 900),
    "30d": (2_592_000, 3600),
    "1y": (31_536_000, 86_400),
}


MOST_IGNORED = 200  # by name; the others are found by their address


@managers_only
def devices(request: HttpRequest) -> HttpResponse:
    """Context: those of `waiting` and `narrowed`, `claimed` and `readers` DeviceViews, of how many
    readers the lists are `overdue`, `ignored` Devices and how many.
    """
    now = timezone.now()
    rows = queries.visible(asking(request))
    claimed = queries.views(rows.exclude(claimed_at=None), now=now)
    readers = [view for view in claimed if view.listed]
    locked = set(Lockout.objects.filter(until__gt=now).values_list("device_id", flat=True))
    ignored = rows.filter(ignored=True)
    context = {
        **waiting(request),
        **narrowed(request, claimed, locked),
        "claimed": claimed,
        "readers": readers,
        "overdue": sum(1 for view in readers if view.listed and view.listed.state != "list_current"),
        "ignored": ignored[:MOST_IGNORED],
        "ignored_count": ignored.count(),
        "now": now,
    }
    return render(request, "devices/devices.html", context)


@login_required
def device(request: HttpRequest, name: str) -> HttpResponse:
    """Context: `view` (DeviceView), `channel` drawn, `range` key, `seconds`, `step`, `form` for managers."""
    found = get_object_or_404(queries.visible(asking(request)), name=name)
    return _page(request, found, AdoptForm(initial=_initial(found)))


@require_POST
@managers_only
def adopt(request: HttpRequest, name: str) -> HttpResponse:
    found = get_object_or_404(Device, name=name)
    form = AdoptForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    actions.adopt(
        device=found, by=asking(request), now=timezone.now(), label=form.cleaned_data["label"], **form.place
    )
    messages.success(request, _("{device} now speaks for {place}.").format(device=found, place=_place(found)))
    return redirect("device", name=name)


@require_POST
@managers_only
def replace(request: HttpRequest, name: str) -> HttpResponse:
    """Let this device take the place of another, which then speaks for nothing."""
    found = get_object_or_404(Device, name=name)
    form = ReplaceForm(request.POST, device=found)
    if not form.is_valid():
        return _page(request, found, AdoptForm(initial=_initial(found)), swap=form)
    old = form.cleaned_data["old"]
    swaps.replace(old=old, new=found, by=asking(request), now=timezone.now())
    said = _("{new} takes the place of {old}, whose readings stay.")
    messages.success(request, said.format(new=found, old=old.name))
    return redirect("device", name=name)


@require_POST
@managers_only
def ignore(request: HttpRequest, name: str) -> HttpResponse:
    actions.ignore(device=get_object_or_404(Device, name=name))
    messages.success(request, _("{device} is no longer offered for adoption.").format(device=name))
    return redirect("devices")


def _page(
    request: HttpRequest, found: Device, form: AdoptForm, swap: ReplaceForm | None = None
) -> HttpResponse:
    view = queries.views([found], now=timezone.now())[0]
    key = request.GET.get("range", "1h") if request.GET.get("range", "1h") in RANGES else "1h"
    seconds, step = RANGES[key]
    context = {
        "view": view,
        "device": found,
        "channel": _channel(view, request.GET.get("channel", "")),
        "ranges": RANGES,
        "range": key,
        "seconds": seconds,
        "step": step,
        "gap": max(int((found.expected_interval or 60) * 5), step * 2),
        "form": form,
        "swap": swap or ReplaceForm(device=found),
        "successors": found.replaced_by.all(),
        "letters": _letters(request, found),
        "lockout": _lockout(request, found),
    }
    refused = form.errors or (swap and swap.errors)
    return render(request, "devices/device.html", context, status=422 if refused else 200)


def _letters(request: HttpRequest, found: Device) -> int:
    """How many of its messages could not be read; a manager's business."""
    if not asking(request).is_manager:
        return 0
    return letters.count(queries.store(), letters.Wanted(device=found.name))


def _lockout(request: HttpRequest, found: Device) -> Lockout | None:
    """Is it locked out now, and until when; a manager's business."""
    row: Lockout | None = getattr(found, "lockout", None)
    return row if row and asking(request).is_manager and row.until > timezone.now() else None


def _channel(view: DeviceView, wanted: str) -> ChannelView | None:
    """The channel to draw: the wished one, else power, else the first that has a number."""
    by_key = {channel.key: channel for channel in view.channels}
    numbers = [channel for channel in view.channels if isinstance(channel.value, int | float)]
    first = numbers[0] if numbers else next(iter(view.channels), None)
    return by_key.get(wanted) or by_key.get("power") or first


def _initial(found: Device) -> dict[str, str]:
    places = (("resource", found.resource), ("door", found.door), ("zone", found.zone))
    chosen = next((f"{kind}:{place.slug}" for kind, place in places if place), "")
    return {"speaks_for": chosen, "label": found.label}


def _place(found: Device) -> str:
    return str(found.resource or found.door or found.zone)
