"""Is a machine at work? Its power says so; each change is told once, with the energy of the work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from devices.rules.running import Running, settle
from firmware_bridge.profiles.base import Reading
from firmware_bridge.telemetry.known import Known

SECOND = 1_000_000_000
POWER = "power"
LONGEST_GAP = 300 * SECOND  # over a longer silence nobody knows what was drawn


@dataclass(frozen=True, slots=True)
class Change:
    """A resource began (`busy`) or ended its work at a time in Unix seconds."""

    resource_id: int
    busy: bool
    at: float
    energy_wh: float | None = None


@dataclass(slots=True)
class _Meter:
    running: Running
    watts: float = 0.0
    at: int = 0
    energy_wh: float = field(default=0.0)


class Working:
    """Follows the power of every resource that has thresholds."""

    def __init__(self) -> None:
        self._meters: dict[int, _Meter] = {}

    def hear(
        self, known: Known | None, readings: Iterable[Reading], *, at_work: frozenset[int]
    ) -> Iterator[Change]:
        """Changes that these readings of one device bring; `at_work` is what was busy before we started."""
        if known is None or known.resource_id is None or not known.claimed:
            return
        low, high = known.idle_below_w, known.busy_above_w
        if low is None or high is None:
            return
        for each in readings:
            if each.channel != POWER or not isinstance(each.value, float):
                continue
            resource = known.resource_id
            meter = self._meters.get(resource)
            if meter is None:
                meter = self._meters[resource] = _Meter(Running(busy=resource in at_work))
            if each.at >= meter.at:
                yield from _step(meter, resource, each, low, high)


def _step(meter: _Meter, resource: int, reading: Reading, low: float, high: float) -> Iterator[Change]:
    watts, at = float(reading.value), reading.at
    if 0 < at - meter.at <= LONGEST_GAP:
        meter.energy_wh += max(meter.watts, 0.0) * (at - meter.at) / SECOND / 3600
    meter.watts, meter.at = watts, at
    before = meter.running.busy
    meter.running = settle(
        meter.running, watts, datetime.fromtimestamp(at / SECOND, UTC), idle_below=low, busy_above=high
    )
    if meter.running.busy and not before:
        meter.energy_wh = 0.0
        yield Change(resource, True, at / SECOND)
    elif before and not meter.running.busy:
        yield Change(resource, False, at / SECOND, round(meter.energy_wh, 3))
