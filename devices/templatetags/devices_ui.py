"""What templates ask about devices and their channels."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from devices import freshness_words, history
from devices.channel_words import VALUE_WORDS, channel_word, reading, seconds, value_word
from devices.history import Outgoing, outgoing
from devices.models import AllowList, Channel, Device
from devices.queries import ChannelView, DeviceView, store
from lab.lag import Lag, lag
from lab.models import Resource

register = template.Library()
register.filter(reading)
register.filter(seconds)

TECHNICAL = {"rssi", "uptime", "lease", "list", "pending", "linkquality"}
TELLING = {"power", "temperature", "state", "relay"}
RANGE_NAMES = {
    "15m": _("15 min"),
    "1h": _("1 h"),
    "24h": _("24 h"),
    "7d": _("7 d"),
    "30d": _("30 d"),
    "1y": _("1 year"),
}
FROM_ZERO = {"", "W", "Wh", "A", "VA", "var", "%", "s", "lx", "ppm"}
ROWS = 60
BEHIND = timedelta(seconds=60)  # the server of time series may be so late without a word


@register.filter
def channel_name(channel: Channel | ChannelView) -> str:
    """A given label, else what we call it, else its key made readable."""
    return channel_word(channel.key, channel.label)


@register.filter
def main_channels(device: Device) -> list[Channel]:
    """What a device says about the world, without what it says about itself."""
    return [channel for channel in device.channels.all() if channel.key not in TECHNICAL]


class Row(NamedTuple):
    """A value of a channel as the table beside its curve says it."""

    at: datetime
    said: str


@register.filter
def counts_from_zero(channel: ChannelView) -> bool:
    """Does its curve stand on zero? Of 21 °C or 230 V a curve from zero would show nothing."""
    return channel.unit in FROM_ZERO


@register.simple_tag
def chart_rows(device: str, key: str, shown: int, step: float) -> list[Row]:
    """The newest values of the time that a curve shows, as they are without a script; the newest first."""
    now = timezone.now()
    start = now - timedelta(seconds=shown)
    page = history.readings(store(), device=device, channel=key, start=start, end=now, step=step)
    known = [(at, value) for at, value in page.points if value is not None]
    return [
        Row(datetime.fromtimestamp(at, UTC), value_word(key, value)) for at, value in known[: -ROWS - 1 : -1]
    ]


@register.filter
def telling(channels: Iterable[ChannelView]) -> list[ChannelView]:
    """Channels of a device that nobody knows yet: first what shows best which one it is."""
    return sorted(channels, key=lambda one: (one.key in TECHNICAL, one.key not in TELLING))


@register.filter
def range_name(key: str) -> str:
    return str(RANGE_NAMES[key])


@register.simple_tag
def telemetry_behind() -> Lag | None:
    """How far telemetry is behind, when that matters; None when all is well or nobody knows."""
    found = lag()
    return found if found is not None and found.up and found.matters(timezone.now()) else None


@register.simple_tag
def server_behind() -> Outgoing | None:
    """What InfluxDB is still to get, when it is late or takes nothing; None when all is well."""
    if settings.PAST.influx is None:
        return None
    found = outgoing(store())
    late = found.oldest is not None and timezone.now() - found.oldest > BEHIND
    return found if found.waiting and (late or found.trouble) else None


@register.simple_tag
def value_words() -> str:
    """How values that are words read, for the script that shows the next ones."""
    return json.dumps({code: str(word) for code, word in VALUE_WORDS.items()}, ensure_ascii=False)


@register.filter
def channel_value(channel: ChannelView) -> str:
    """The newest value: a number, or what a state is called."""
    return value_word(channel.key, channel.value)


@register.filter
def clock_error(known: AllowList) -> str:
    """How wrong a reader's clock is, in words; a dash while nobody knows."""
    error = known.clock_error
    if error is None:
        return "–"
    if abs(error) < 1:
        return str(pgettext_lazy("clock", "right"))
    return str(_("{length} ahead") if error > 0 else _("{length} behind")).format(length=seconds(abs(error)))


@register.filter
def watts(view: DeviceView) -> str | None:
    """The newest power, ready to read; None for a device that has no such channel."""
    return next((reading(channel.value) for channel in view.channels if channel.key == "power"), None)


@register.filter
def full_scale(resource: Resource | None) -> int:
    """Watts at which a power gauge is full: well above where the machine counts as busy."""
    busy = resource.busy_above_w if resource else None
    return round(busy * 4) if busy else 2000


@register.filter
def plain_number(value: object) -> str:
    """A number as HTML attributes want it, whatever the language."""
    return str(value) if isinstance(value, int | float) else "0"


@register.filter
def why(view: DeviceView) -> str:
    """Why its values are as fresh as they are."""
    return freshness_words.why(view, now=timezone.now())


@register.filter
def gateways(device: Device) -> list[Device]:
    """What a device may speak through."""
    rows = Device.objects.filter(claimed_at__isnull=False, ignored=False).exclude(pk=device.pk)
    return list(rows.order_by("label", "name"))


@register.simple_tag
def why_words() -> str:
    """The reasons in words, for the script that shows the next one."""
    return json.dumps(freshness_words.words(), ensure_ascii=False)
