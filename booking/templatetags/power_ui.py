"""Power, energy and what a machine does, in words and places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.views.manage.power_chart import Bar
from devices.machine_time import Standing
from devices.models import Device
from lab import times
from lab.templatetags.ui import state

register = template.Library()

WORDS = {
    "off": gettext_lazy("off"),
    "idle": gettext_lazy("idle"),
    "busy": gettext_lazy("at work"),
}
KILO = 1000
TEN = 10


@register.filter
def percent(value: float) -> str:
    """A place in a drawing; never with a comma."""
    return f"{value:g}%"


@register.filter
def plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


@register.filter
def work_word(code: str) -> str:
    return str(WORDS.get(code, code))


@register.filter
def watts(value: float) -> str:
    places = 0 if value >= TEN or value == int(value) else 1
    return f"{number_format(round(value, places), decimal_pos=places)}\u202fW"


@register.filter
def energy(value: float | None) -> str:
    """A session's energy: small ones in Wh."""
    if value is None:
        return ""
    if value < KILO:
        return f"{number_format(round(value), decimal_pos=0)}\u202fWh"
    return f"{number_format(round(value / KILO, 1), decimal_pos=1)}\u202fkWh"


@register.filter
def hours(value: timedelta) -> str:
    return times.duration(timedelta(minutes=round(value / timedelta(minutes=1)))) if value else "–"


@register.filter
def short_date(value: date) -> str:
    return times.date_words(value, "D j")


@register.filter
def short_date_of(moment: datetime) -> str:
    return short_date(timezone.localdate(moment))


@register.simple_tag
def machine_state(machines: Mapping[int, Standing], device: Device) -> SafeString:
    """What the machine that a meter speaks for does, for a page that stays up to date."""
    standing = machines.get(device.resource_id or 0)
    if standing is None or not standing.heard or device.resource is None:
        return SafeString("")
    return format_html(
        '<span data-live="resource/{}"><span data-live-field="machine.look" data-live-as="state">{}</span>'
        "</span>",
        device.resource.slug,
        state(f"machine_{standing.state}", "bare"),
    )


@register.filter
def seconds(value: float | None) -> str:
    """A length of work."""
    return "" if value is None else hours(timedelta(seconds=value))


@register.simple_tag
def bar_words(bar: Bar) -> str:
    said = _("%(low)s to %(high)s: %(time)s")
    return said % {"low": watts(bar.low), "high": watts(bar.high), "time": hours(bar.time)}


@register.simple_tag
def past_words(choice: Any) -> str:
    """What the last week would have been."""
    said = ngettext(
        "With these thresholds the last week had %(n)d session and %(busy)s at work.",
        "With these thresholds the last week had %(n)d sessions and %(busy)s at work.",
        choice.past.sessions,
    )
    return said % {"n": choice.past.sessions, "busy": hours(choice.busy)}
