"""Why a device's values are as fresh as they are, as a sentence."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from devices.channel_words import seconds
from devices.queries import DeviceView
from devices.rules.freshness import DEFAULT_INTERVAL, Why
from lab import times


def why(view: DeviceView, *, now: datetime) -> str:
    """What is known, since when, and what was expected."""
    device = view.device
    latest = max((channel.at for channel in view.channels if channel.at), default=None)
    last = times.age(latest, now=now) if latest else ""
    match view.why:
        case Why.BRIDGE_AWAY:
            return _("Unknown: the process that hears devices is away.")
        case Why.GATEWAY_AWAY:
            return _("Unknown: {gateway}, which it speaks through, is offline.").format(gateway=device.behind)
        case Why.LAST_WILL:
            if device.status_at is None:
                return _("It has not said yet that it is there.")
            since = times.age(device.status_at, now=now)
            return _("It signed off, or the broker lost it: {age}.").format(age=since)
        case Why.NEVER_HEARD:
            return _("No value was ever read from it.")
    every = seconds(round((view.interval or DEFAULT_INTERVAL).total_seconds()))
    if view.why is Why.OVERDUE and not last:
        return _("Nothing came for a while; something is expected every {length}.").format(length=every)
    if view.why is Why.OVERDUE:
        return _("Last value {age}; one is expected every {length}.").format(age=last, length=every)
    return _("A value every {length}, as expected.").format(length=every)


def words() -> dict[str, str]:
    """What the live page says of each reason, where it can't know more."""
    return {
        Why.BRIDGE_AWAY: _("Unknown: the process that hears devices is away."),
        Why.GATEWAY_AWAY: _("Unknown: what it speaks through is offline."),
        Why.LAST_WILL: _("It signed off, or the broker lost it."),
        Why.NEVER_HEARD: _("No value was ever read from it."),
        Why.OVERDUE: _("Its next value is overdue."),
        Why.ON_TIME: _("Its values come as expected."),
    }
