"""What a resource has drawn in any span, from what its meters told: counters first, else power."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from devices import curves
from devices.models import Device
from devices.queries import store
from devices.rules import energy
from devices.rules.cover import MINUTE
from devices.rules.energy import How
from lab.spans import Span

POWER, COUNTER = "power", "energy"
AROUND = timedelta(minutes=65)  # counters may tell once an hour
EXACT = timedelta(hours=6)  # what is longer is told by its minutes
SECOND = 1_000_000_000
LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Energy:
    """Energy in Wh, and whether a counter told it.

    Not `whole` where it is told by less than it was measured: that was let go, or can't be told now.
    """

    wh: float
    how: How
    whole: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Meter:
    """A device that spoke for a resource in a span."""

    device: str
    span: Span


def drawn(resource_id: int, span: Span) -> Energy | None:
    """What all meters of a resource told, added up; None when none tells anything."""
    found = [told for meter in meters(resource_id, span) if (told := _drawn(meter)) is not None]
    if not found:
        return None
    counted = any(told.how is How.COUNTER for told, _ in found)
    wh = round(sum(told.wh for told, _ in found), 3)
    return Energy(wh, How.COUNTER if counted else How.POWER, all(whole for _, whole in found))


def readings(resource_id: int, span: Span) -> int:
    """How many readings tell the energy of a span; a number that changes when one comes late."""
    return sum(
        curves.heard(store(), [(meter.device, POWER), (meter.device, COUNTER)], *_around(meter.span))
        for meter in meters(resource_id, span)
    )


def meters(resource_id: int, span: Span) -> list[Meter]:
    """The devices that spoke for a resource, each for its part of the span; those that were replaced, too."""
    rows = Device.objects.filter(resource=resource_id, claimed_at__isnull=False).select_related("replaces")
    return [meter for row in rows for meter in _chain(row, span)]


def _chain(row: Device, span: Span) -> Iterator[Meter]:
    until: datetime | None = None
    device: Device | None = row
    for _ in range(LONGEST_CHAIN):
        if device is None:
            return
        start = max(span.start, device.placed_at or span.start)
        end = min(span.end, until or span.end)
        if start < end:
            yield Meter(device.name, Span(start, end))
        if device.placed_at is None:
            return
        until, device = device.placed_at, device.replaces


def _drawn(meter: Meter) -> tuple[energy.Drawn, bool] | None:
    """What one meter told, and whether in full detail."""
    detail = curves.READINGS if meter.span.length <= EXACT else MINUTE
    server = settings.PAST.influx

    def curve(channel: str, *, counts: bool) -> curves.Curve:
        name, around = (meter.device, channel), _around(meter.span)
        return curves.curve(store(), name, *around, detail=detail, counts=counts, server=server)

    counter, power = curve(COUNTER, counts=True), curve(POWER, counts=False)
    told = energy.drawn(counter.points, power.points, _ns(meter.span.start), _ns(meter.span.end))
    return None if told is None else (told, counter.whole and power.whole)


def _around(span: Span) -> tuple[int, int]:
    return _ns(span.start - AROUND), _ns(span.end + AROUND)


def _ns(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6) * 1000
