"""Is a machine at work? Its power says so, or its controller; each change is told once, with the energy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from devices.rules.running import WORDS, Running, rested, settle, told
from firmware_bridge.profiles.base import Reading
from firmware_bridge.telemetry.known import Known

SECOND = 1_000_000_000
POWER, STATE = "power", "state"
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
    """What a resource's devices say: power, and each controller's word with its time in nanoseconds."""

    busy: bool  # as it was told last
    power: Running = field(default_factory=Running)
    watts: float = 0.0
    at: int = 0
    energy_wh: float = 0.0
    words: dict[str, tuple[Running, int]] = field(default_factory=dict)


class Working:
    """A resource is at work while its power or one of its controllers says so."""

    def __init__(self) -> None:
        self._meters: dict[int, _Meter] = {}
        self._spoke: set[int] = set()

    def hear(
        self, known: Known | None, readings: Iterable[Reading], *, at_work: frozenset[int]
    ) -> Iterator[Change]:
        """Changes that these readings of one device bring; `at_work` is what was busy before we started."""
        if known is None or known.resource_id is None or not known.claimed:
            return
        resource = known.resource_id
        for each in readings:
            if each.channel == POWER and isinstance(each.value, float):
                low, high = known.idle_below_w, known.busy_above_w
                if low is not None and high is not None:
                    meter = self._heard(resource, at_work)
                    _draw(meter, each.value, each.at, low, high)
                    yield from _told(meter, resource, each.at / SECOND)
            elif each.channel == STATE and each.value in WORDS:
                meter = self._heard(resource, at_work)
                _say(meter, each)
                yield from _told(meter, resource, each.at / SECOND)

    def heard(self) -> dict[int, bool]:
        """Resources whose meters or controllers spoke since this was asked last, and whether they work."""
        spoke, self._spoke = self._spoke, set()
        return {resource: self._meters[resource].busy for resource in spoke}

    def tick(self, now: float, known: Mapping[str, Known]) -> Iterator[Change]:
        """Changes that time brings: a controller that rests, is away, or speaks for the resource no more."""
        for resource, meter in self._meters.items():
            ended = now
            for device, (state, at) in list(meter.words.items()):
                facts = known.get(device)
                if facts is None or facts.resource_id != resource or not facts.claimed:
                    del meter.words[device]
                    continue
                away = None if facts.online or facts.status_at is None else _moment(facts.status_at)
                after, since = rested(state, _moment(now), gone_since=away)
                meter.words[device] = after, at
                ended = since.timestamp() if since is not None else ended
            yield from _told(meter, resource, ended)

    def _heard(self, resource: int, at_work: frozenset[int]) -> _Meter:
        self._spoke.add(resource)
        return self._meter(resource, at_work)

    def _meter(self, resource: int, at_work: frozenset[int]) -> _Meter:
        meter = self._meters.get(resource)
        if meter is None:
            busy = resource in at_work
            meter = self._meters[resource] = _Meter(busy, Running(busy=busy))
        return meter


def _draw(meter: _Meter, watts: float, at: int, low: float, high: float) -> None:
    if at < meter.at:
        return
    if 0 < at - meter.at <= LONGEST_GAP:
        meter.energy_wh += max(meter.watts, 0.0) * (at - meter.at) / SECOND / 3600
    meter.watts, meter.at = watts, at
    meter.power = settle(meter.power, watts, _moment(at / SECOND), idle_below=low, busy_above=high)


def _say(meter: _Meter, reading: Reading) -> None:
    state, at = meter.words.get(reading.device, (Running(busy=meter.busy), 0))
    if not meter.at:
        meter.power = Running()  # what was busy when we started is now the controller's to tell
    if reading.at >= at:
        after = told(state, str(reading.value), _moment(reading.at / SECOND))
        meter.words[reading.device] = after, reading.at


def _told(meter: _Meter, resource: int, at: float) -> Iterator[Change]:
    busy = meter.power.busy or any(state.busy for state, _ in meter.words.values())
    if busy is meter.busy:
        return
    meter.busy = busy
    if busy:
        meter.energy_wh = 0.0
        yield Change(resource, True, at)
    else:
        yield Change(resource, False, at, round(meter.energy_wh, 3) if meter.at else None)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
