"""What templates ask about orders to devices."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

from booking.order_words import TITLES
from booking.rules.orders import Hindrance
from booking.views.orders import context_of
from devices.channel_words import CHANNEL_NAMES
from devices.models import Control, Device

register = template.Library()


@register.inclusion_tag("booking/_device_orders.html", takes_context=True)
def device_switches(context: template.Context, device: Device) -> dict[str, Any]:
    """The card of a device's switches; nothing where there is none to show."""
    request = context["request"]
    return context_of(request, device) | {"request": request, "csrf_token": context.get("csrf_token")}


@register.filter
def control_name(control: Control) -> str:
    """As its channel is called, with its number."""
    if control.key == "restart":
        return gettext("Restart")
    word, _, number = control.key.partition("_")
    name = CHANNEL_NAMES.get(word)
    return f"{name} {number}".strip() if name else control.key.replace("_", " ")


@register.filter
def doubt_words(codes: list[str]) -> str:
    """What an order was insisted on in spite of."""
    return ", ".join(str(TITLES[Hindrance(code)]) for code in codes if code in set(Hindrance))
