"""What does a machine do? Its power says so, or its controller; each change is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from devices.machine_time import Standing
from devices.rules.running import SILENT, WORDS, Levels, Running, State, rested, settle, together, told
from firmware_bridge.profiles.base import Reading
from firmware_bridge.telemetry.known import Known

SECOND = 1_000_000_000
POWER, STATE = "power", "state"
LONGEST_GAP = int(SILENT.total_seconds()) * SECOND  # over a longer silence nobody knows what is drawn
WHOLE = ""  # the meters of a machine, taken together
HOT = 50.0  # °C at which a nozzle still needs its fan
NOZZLES = ("tool", "extruder", "nozzle")

Recent = Callable[[str, str, int, int], list[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Change:
    """A resource came from one state into another at a time in Unix seconds; None: nobody knew it."""

    resource_id: int
    state: State
    at: float
    before: State | None = None


@dataclass(slots=True)
class _Machine:
    """What a resource's devices say: newest power, what that means, and each controller's word.

    The copies of one machine are judged each by its own meter; several meters of one copy are added up.
    """

    told: State | None
    levels: Levels | None = None
    power: dict[str, Running] = field(default_factory=dict)
    watts: dict[str, tuple[float, int]] = field(default_factory=dict)
    words: dict[tuple[str, str], tuple[Running, int]] = field(default_factory=dict)  # by device and channel

    def draws(self, meter: str, at: int) -> float:
        """The power of a meter, or of all that were heard of late."""
        found = self.watts.items() if meter == WHOLE else [(meter, self.watts[meter])]
        return sum(watts for _, (watts, heard) in found if at - heard <= LONGEST_GAP)


class Working:
    """`recent(device, channel, from, past)` tells stored numbers: what we knew before a restart."""

    def __init__(self, recent: Recent | None = None) -> None:
        self._machines: dict[int, _Machine] = {}
        self._spoke: set[int] = set()
        self._recent = recent

    def hear(
        self, known: Known | None, readings: Iterable[Reading], *, standing: Mapping[int, Standing]
    ) -> Iterator[Change]:
        """Changes that these readings of one device bring; `standing` is what was known before we started."""
        if known is None or known.resource_id is None or not known.claimed:
            return
        resource = known.resource_id
        for each in readings:
            if each.channel == POWER and isinstance(each.value, float):
                if known.levels is not None:
                    machine = self._heard(resource, standing)
                    machine.levels = known.levels
                    yield from self._draw(machine, known, each)
            elif word := self._word(resource, each):
                machine = self._heard(resource, standing)
                _say(machine, each, word)
                yield from _changed(machine, resource, each.at / SECOND)

    def _word(self, resource: int, reading: Reading) -> str:
        """What a controller says of its work; a nozzle speaks once it was hot, until it is cold again."""
        if reading.channel == STATE:
            return str(reading.value) if reading.value in WORDS else ""
        if reading.unit != "°C" or not _is_nozzle(reading.channel) or not isinstance(reading.value, float):
            return ""
        if reading.value >= HOT:
            return "hot"
        machine = self._machines.get(resource)
        return "idle" if machine and (reading.device, reading.channel) in machine.words else ""

    def heard(self) -> dict[int, State | None]:
        """Resources whose meters or controllers spoke since this was asked last, and what they do."""
        spoke, self._spoke = self._spoke, set()
        return {resource: self._machines[resource].told for resource in spoke}

    def tick(self, now: float, known: Mapping[str, Known]) -> Iterator[Change]:
        """Changes that time brings: power that stays, a controller that rests, is away, or is another's."""
        for resource, machine in self._machines.items():
            ended = now
            self._forget(resource, machine, known)
            for (device, channel), (state, at) in list(machine.words.items()):
                facts = known.get(device)
                away = None if not facts or facts.online or not facts.status_at else _moment(facts.status_at)
                if channel != STATE and now * SECOND - at > LONGEST_GAP:  # how hot it is nobody says any more
                    away = _moment(at / SECOND)
                after, since = rested(state, _moment(now), gone_since=away)
                machine.words[device, channel] = after, at
                ended = since.timestamp() if since is not None else ended
            _stay(machine, now)
            yield from _changed(machine, resource, ended)

    def _draw(self, machine: _Machine, known: Known, reading: Reading) -> Iterator[Change]:
        assert known.resource_id is not None
        before = self._before(known.levels, reading) if reading.device not in machine.watts else ()
        for at, watts in (*before, (reading.at, float(reading.value))):
            _settle(machine, known, reading.device, watts, at)
            yield from _changed(machine, known.resource_id, at / SECOND)

    def _before(self, levels: Levels | None, reading: Reading) -> Iterable[tuple[int, float]]:
        """What the meter told as long ago as may matter still."""
        if self._recent is None or levels is None:
            return ()
        back = int(max(levels.busy_after, levels.idle_after).total_seconds()) * 2 * SECOND + LONGEST_GAP
        return self._recent(reading.device, reading.channel, reading.at - back, reading.at)

    def _forget(self, resource: int, machine: _Machine, known: Mapping[str, Known]) -> None:
        """Devices that speak for this resource no more."""
        for device in {*(device for device, _ in machine.words), *machine.watts}:
            facts = known.get(device)
            if known and (facts is None or facts.resource_id != resource or not facts.claimed):
                machine.words = {key: said for key, said in machine.words.items() if key[0] != device}
                machine.watts.pop(device, None)
                machine.power.pop(device, None)
        if not machine.watts:
            machine.power.clear()

    def _heard(self, resource: int, standing: Mapping[int, Standing]) -> _Machine:
        self._spoke.add(resource)
        machine = self._machines.get(resource)
        if machine is None:
            before = standing.get(resource)
            machine = self._machines[resource] = _Machine(before.state if before else None)
            if before is not None:
                machine.power[WHOLE] = Running(before.state, before.since)
        return machine


def _settle(machine: _Machine, known: Known, device: str, watts: float, at: int) -> None:
    if at < machine.watts.get(device, (0.0, 0))[1] or machine.levels is None:
        return
    machine.watts[device] = watts, at
    meter = WHOLE if known.units == 1 else device
    if meter != WHOLE and WHOLE in machine.power:  # what was known before is said of the copies together
        machine.power[meter] = machine.power.pop(WHOLE)
    before = machine.power.get(meter, Running())
    if before.since is not None and _moment(at / SECOND) < before.since:  # of a time that is over
        return
    machine.power[meter] = settle(before, machine.draws(meter, at), _moment(at / SECOND), machine.levels)


def _stay(machine: _Machine, now: float) -> None:
    """A meter that tells changes only says by its silence that nothing changed."""
    at = int(now * SECOND)
    for meter, state in machine.power.items():
        heard = max((at for device, (_, at) in machine.watts.items() if meter in (WHOLE, device)), default=0)
        if state.leaning is not None and machine.levels is not None and 0 <= at - heard <= LONGEST_GAP:
            machine.power[meter] = settle(state, machine.draws(meter, at), _moment(now), machine.levels)


def _is_nozzle(channel: str) -> bool:
    """`tool0`, `extruder`; not `tool0_target`."""
    return channel.rstrip("0123456789") in NOZZLES


def _say(machine: _Machine, reading: Reading, word: str) -> None:
    before = Running(machine.told, _moment(reading.at / SECOND)) if machine.told else Running()
    key = reading.device, reading.channel
    state, at = machine.words.get(key, (before, 0))
    if not machine.watts:
        machine.power.clear()  # what was known when we started is now the controller's to tell
    if reading.at >= at:
        machine.words[key] = told(state, word, _moment(reading.at / SECOND)), reading.at


def _changed(machine: _Machine, resource: int, at: float) -> Iterator[Change]:
    states = [*machine.power.values(), *(state for state, _ in machine.words.values())]
    running = together(machine.power.values(), (state for state, _ in machine.words.values()))
    before, after = machine.told, running.state
    if after is None and before is State.BUSY:
        after = State.IDLE  # whoever spoke for it does so no more
    if after is None or after is before:
        return
    machine.told = after
    known = [each.since.timestamp() for each in states if each.since]
    if before is State.BUSY:  # over when the last of them stopped
        since = max(known, default=at)
    else:
        since = running.since.timestamp() if running.since else at
    yield Change(resource, after, min(since, at), before)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
