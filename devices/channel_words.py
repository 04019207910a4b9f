"""Channels and their values in words: what we call them, and as many digits as help."""

from __future__ import annotations

from datetime import timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lab import times

CHANNEL_NAMES = {
    "power": _("Power"),
    "energy": _("Energy"),
    "voltage": _("Voltage"),
    "current": pgettext_lazy("electricity", "Current"),
    "temperature": _("Temperature"),
    "humidity": _("Humidity"),
    "co2": _("CO₂"),
    "energy_today": _("Energy today"),
    "energy_yesterday": _("Energy yesterday"),
    "factor": _("Power factor"),
    "tool0": _("Nozzle"),
    "tool0_target": _("Nozzle, wanted"),
    "bed": _("Bed"),
    "bed_target": _("Bed, wanted"),
    "state": _("State"),
    "relay": _("Relay"),
    "progress": _("Progress"),
    "rssi": _("Signal"),
    "linkquality": _("Link quality"),
    "device_temperature": _("Temperature of the device"),
    "uptime": _("Running for"),
    "lease": _("Relay’s lease"),
    "busy": _("At work"),
    "list": _("List"),
    "pending": _("Passages still to come"),
    "controller": _("Controller"),
    "feed": _("Feed"),
    "speed": _("Spindle"),
    "tamper": _("Case opened"),
    "apparent_power": _("Apparent power"),
    "energy_returned": _("Energy returned"),
}
PHASES = {f"_{phase}": phase.upper() for phase in "abc"}
VALUE_WORDS = {
    "off": _("off"),
    "idle": pgettext_lazy("machine", "idle"),
    "busy": pgettext_lazy("machine", "at work"),
    "printing": _("printing"),
    "paused": _("paused"),
    "failed": _("failed"),
    "hot": _("still hot"),
    "relay 0": _("off"),
    "relay 1": _("on"),
}

BEYOND_DIGITS = 1e15  # a device may say 1e300; nobody reads three hundred digits
LONGEST = 36_525 * 86_400.0  # seconds: a century, which a length of time still holds


def channel_word(key: str, label: str = "") -> str:
    """A given label, else what we call it, else its key made readable."""
    return label or str(CHANNEL_NAMES.get(key) or _phase_word(key) or key.replace("_", " "))


def _phase_word(key: str) -> str:
    """`power_a` is the power of one phase of three."""
    whole, phase = CHANNEL_NAMES.get(key[:-2]), PHASES.get(key[-2:])
    return _("{channel}, phase {phase}").format(channel=whole, phase=phase) if whole and phase else ""


def value_word(key: str, value: float | str | None) -> str:
    """A value: a number, or what a state is called."""
    said = f"{value:g}" if isinstance(value, int | float) else str(value)
    word = VALUE_WORDS.get(f"{key} {said}") or VALUE_WORDS.get(said)
    return str(word) if word else reading(value)


def reading(value: float | str | None) -> str:
    """A value with as many digits as help; a dash where there is none."""
    if not isinstance(value, int | float):
        return value or "–"
    if abs(value) >= BEYOND_DIGITS:
        return f"{value:.3g}".replace("-", "−", 1)
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    shown = round(float(value), digits)
    said = number_format(int(shown) if shown.is_integer() else shown, use_l10n=True, force_grouping=True)
    return said.replace("-", "−")


def seconds(length: float) -> str:
    """A length of time in seconds: as such below a minute, beside the minutes below ten of them."""
    if 60 <= length < 600 and round(length) % 60:
        minutes, rest = divmod(round(length), 60)
        return f"{minutes}{times.NBSP}min{times.NBSP}{rest}{times.NBSP}s"
    if length > LONGEST:
        return f"{reading(length)}{times.NBSP}s"
    if length >= 60:
        return times.duration(timedelta(seconds=length))
    return f"{number_format(round(length, 1 if length < 10 else 0), use_l10n=True)}{times.NBSP}s"
