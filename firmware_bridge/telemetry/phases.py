"""A meter that tells three phases and no total gets one: the sum, as if it had told it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from firmware_bridge.profiles.base import Event, Reading
from firmware_bridge.profiles.memory import Shelf
from firmware_bridge.wire.clock import SECOND
from firmware_bridge.wire.payload import BadPayload

# For how long a phase's value stands beside another one's: power is told often, a counter once an hour.
LASTS = {"power": 300 * SECOND, "energy": 3900 * SECOND, "energy_returned": 3900 * SECOND}
PHASES = "abc"
PHASE_OF = {f"{total}_{phase}": (total, phase) for total in LASTS for phase in PHASES}


@dataclass(slots=True)
class _Meter:
    """The newest value of each phase of one total; `own` when the device tells that total itself."""

    newest: dict[str, Reading] = field(default_factory=dict)
    summed: int = 0
    own: bool = False

    def sum(self, total: str, told: Sequence[Reading]) -> Reading | None:
        """The total when a message told these phases at one instant; None where it can't be known."""
        waited = len(self.newest) == len(PHASES)
        for each in told:
            self.newest[each.channel[-1]] = each
        last = told[-1]
        whole = len({each.channel for each in told}) == len(PHASES)
        # Phases that come one by one are followed by their total, if there is one: so the first round waits.
        # A message that comes again finds other phases beside it: it is no later than the last sum.
        if self.own or not (whole or (waited and last.at > self.summed and self._near(total, last.at))):
            return None
        self.summed = max(self.summed, last.at)
        parts = told if whole else self.newest.values()
        value = sum(float(each.value) for each in {part.channel: part for part in parts}.values())
        return Reading(last.device, total, round(value, 6), last.unit, last.at, last.by_device)

    def _near(self, total: str, at: int) -> bool:
        return all(abs(at - each.at) <= LASTS[total] for each in self.newest.values())


class Phases:
    def __init__(self) -> None:
        self._meters = Shelf()

    def sums(self, events: list[Event]) -> list[Event]:
        """What the phases that a message tells add up to."""
        found: dict[tuple[str, str, int], list[Reading]] = {}
        for event in events:
            if type(event) is not Reading:
                continue
            if event.channel in PHASE_OF and isinstance(event.value, float):
                found.setdefault((event.device, PHASE_OF[event.channel][0], event.at), []).append(event)
            elif event.channel in LASTS:
                self._owns(event.device, event.channel, event.at)
        if not found:
            return []
        own = {(each.device, each.channel) for each in events if type(each) is Reading}
        sums = (self._sum(key, told, own=key[:2] in own) for key, told in found.items())
        return [each for each in sums if each is not None]

    def _owns(self, device: str, total: str, at: int) -> None:
        meter = self._meters.get(f"{device}/{total}", at)
        if meter is not None:
            meter.own = True

    def _sum(self, key: tuple[str, str, int], told: list[Reading], *, own: bool) -> Reading | None:
        device, total, at = key
        name = f"{device}/{total}"
        meter: _Meter | None = self._meters.get(name, at)
        if meter is None:
            meter = _Meter()
            try:
                self._meters.learn(name, meter, at)
            except BadPayload:  # more meters than anybody has
                return None
        meter.own = meter.own or own
        return meter.sum(total, told)


def reread(before: Sequence[Reading], now: list[Reading]) -> list[Reading]:
    """What a message tells now, with the sums that it told before while its phases are the same.

    Who begins to read in the middle does not know the other phases.
    """
    known = {(each.device, each.channel) for each in now}
    same = set(_phases(before)) == set(_phases(now))
    if not same or not _phases(now):
        return now
    meant = {(each.device, PHASE_OF[each.channel][0]) for each in _phases(now)}
    missing = [each for each in before if (each.device, each.channel) in meant - known]
    return now + missing


def _phases(readings: Iterable[Reading]) -> list[Reading]:
    return [each for each in readings if each.channel in PHASE_OF]
