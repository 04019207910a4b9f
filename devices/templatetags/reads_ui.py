"""What templates ask about reads of tags."""

from __future__ import annotations

from django import template

from devices import history
from devices.channel_words import reading
from devices.epc import Epc, decoded
from devices.models import Device
from devices.queries import store
from lab import times

register = template.Library()
READERS = ("zebra", "impinj")
SHOWN = 8


@register.simple_tag
def has_reads(device: Device) -> bool:
    """Has this device ever seen a tag, or is it there to see them?"""
    if device.profile in READERS:
        return True
    return bool(history.reads(store(), device=device.name, limit=1))


@register.simple_tag
def newest_stays(device: Device) -> list[history.Dwell]:
    """The last stays of tags, for a page that is about more than them."""
    return history.reads(store(), device=device.name, limit=SHOWN)


@register.filter
def epc_words(code: str) -> Epc | None:
    """What a GS1 EPC says; nothing where it is of no scheme of theirs."""
    return decoded(code)


@register.filter
def dbm(strength: float | None) -> str:
    if strength is None:
        return "–"
    return f"{reading(round(strength))}{times.NBSP}dBm"
