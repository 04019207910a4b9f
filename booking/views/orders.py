"""A device's switches: what is wanted beside what it reports, who may, and what was ordered before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import orders
from booking.order_words import DETAILS, TITLES
from booking.queries.orders import orders_of, switches
from booking.rules.orders import DOUBTS, Hindrance
from devices import orders as writing
from devices import queries
from devices.models import Control, Device
from lab.auth import asking
from lab.gates import managers_only

ASKABLE = DOUBTS | {Hindrance.REASON, Hindrance.CONFIRM}


@dataclass(frozen=True, slots=True)
class Asked:
    """An order that was not given: what stands in the way, and what would help."""

    control: Control
    on: bool
    reason: str
    words: list[tuple[str, str]]
    may_insist: bool
    needs_reason: bool


@login_required
@require_http_methods(["GET", "POST"])
def device_orders(request: HttpRequest, name: str) -> HttpResponse:
    """Context: `device`, `switches`, `orders`, `asked` when an order was not given, `whos` to choose from."""
    found = get_object_or_404(queries.visible(asking(request)), name=name)
    if request.method == "GET":
        return _page(request, found)
    control = get_object_or_404(
        found.controls.select_related("device__resource"), key=request.POST.get("channel", "")
    )
    on = control.press or request.POST.get("value") == "on"
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:200]
    insists = "insist" in request.POST
    try:
        orders.give(
            control=control,
            on=on,
            by=asking(request),
            now=timezone.now(),
            reason=reason,
            insists=insists,
            confirmed=insists,
        )
    except orders.Hindered as hindered:
        return _page(request, found, _asked(request, control, on, reason, hindered))
    if request.htmx:  # type: ignore[attr-defined]
        return _page(request, found)
    return redirect("device", name=name)


@require_POST
@managers_only
def device_controls(request: HttpRequest, name: str) -> HttpResponse:
    """Who may switch what."""
    found = get_object_or_404(Device, name=name)
    for control in found.controls.all():
        who = request.POST.get(f"who-{control.pk}", "")
        if who in Control.Who.values:
            writing.allow(control=control, who=who, confirm=f"confirm-{control.pk}" in request.POST)
    messages.success(request, _("Kept: who may switch {device}.").format(device=found))
    return redirect("device", name=name)


def context_of(request: HttpRequest, found: Device, asked: Asked | None = None) -> dict[str, Any]:
    reader, now = asking(request), timezone.now()
    offered = switches(found, reader=reader, now=now)
    shown = orders_of(found)
    return {
        "device": found,
        "switches": offered,
        "orders": shown if reader.is_manager else [order for order in shown if order.by_id == reader.pk],
        "asked": asked,
        "pending": any(each.order is not None and each.order.open for each in offered),
        "whos": Control.Who.choices,
        "now": now,
        "user": reader,
    }


def _page(request: HttpRequest, found: Device, asked: Asked | None = None) -> HttpResponse:
    name = "booking/_device_orders.html" if request.htmx else "booking/device_orders.html"  # type: ignore[attr-defined]
    return render(request, name, context_of(request, found, asked), status=422 if asked else 200)


def _asked(request: HttpRequest, control: Control, on: bool, reason: str, hindered: orders.Hindered) -> Asked:
    found = hindered.hindrances
    manager = asking(request).is_manager
    askable = all(code in ASKABLE for code in found) and (manager or set(found) == {Hindrance.CONFIRM})
    return Asked(
        control=control,
        on=on,
        reason=reason,
        words=[(str(TITLES[code]), str(DETAILS[code])) for code in found],
        may_insist=askable,
        needs_reason=bool((DOUBTS | {Hindrance.REASON}) & set(found)),
    )
