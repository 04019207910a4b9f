"""The newest value of every channel in memory, and the whole snapshots that screens get of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from devices.rules.freshness import Judged, judged
from firmware_bridge.letters import Bucket
from firmware_bridge.profiles.base import Reading, Seen, Status
from firmware_bridge.telemetry.known import Known
from firmware_bridge.wire.payload import Value

SECOND = 1_000_000_000
BETWEEN_SNAPSHOTS = 0.2  # seconds, a device
MOST_DEVICES = 5_000
MOST_CHANNELS = 256


@dataclass(slots=True)
class State:
    """What we know of one device; `channels` is key → (value, Unix nanoseconds)."""

    name: str
    profile: str
    firmware: str = ""
    online: bool | None = None
    status_at: float | None = None
    channels: dict[str, tuple[Value, int]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    admitted: set[str] = field(default_factory=set)  # a batch is heard only once it is stored
    newest_at: int = 0
    changed: bool = True
    untold: bool = True
    shown_at: float = 0.0
    shown_freshness: Judged | None = None
    controls: tuple[tuple[str, bool], ...] | None = None  # (key, is it a press?); None: to be looked for

    @property
    def switched(self) -> list[str]:
        """Channels that are on or off now."""
        return [
            key for key, (value, _) in self.channels.items() if value in (0.0, 1.0) and not self.units[key]
        ]


class Newest:
    """`known` says what the device table knows; new devices come at a rate that it can take."""

    def __init__(self, *, burst: float = 500, rate: float = 10) -> None:
        self.states: dict[str, State] = {}
        self.known: dict[str, Known] = {}
        self._newcomers = Bucket(burst, rate)

    def admit(self, device: str, channels: Iterable[str], profile: str) -> str:
        """Make room for a device and its channels; the reason why not, else nothing."""
        state = self.states.get(device)
        if state is None:
            if device not in self.known and (len(self.states) >= MOST_DEVICES or not self._newcomers.take()):
                return "too many new devices"
            state = self.states[device] = State(device, profile)
        state.profile = state.profile or profile
        new = {channel for channel in channels if channel not in state.units} - state.admitted
        if new and len(state.units.keys() | state.admitted) + len(new) > MOST_CHANNELS:
            return f"a device has at most {MOST_CHANNELS} channels"
        state.admitted |= new
        return ""

    def in_time(self, readings: Iterable[Reading]) -> list[Reading]:
        """Those that are not older than what their channel told last: what comes late says nothing of now."""
        return [each for each in readings if each.at >= self._told_at(each)]

    def _told_at(self, reading: Reading) -> int:
        state = self.states.get(reading.device)
        held = state.channels.get(reading.channel) if state else None
        return held[1] if held else 0

    def hear(self, readings: list[Reading], now: float) -> None:
        """Take the readings of one message of an admitted device."""
        state = self.states[readings[0].device]
        channels = state.channels
        for each in readings:
            key = each.channel
            held = channels.get(key)
            if held is None:
                state.controls = None
            if held is None or each.at >= held[1]:
                channels[key] = (each.value, each.at)
            if key not in state.units or (each.unit and each.unit != state.units[key]):
                state.units[key] = each.unit
                state.untold = True
        state.newest_at = max(state.newest_at, readings[-1].at)
        state.changed = True
        if state.online is None:
            state.online, state.status_at = True, now

    def hear_of(self, device: str, at: int, now: float) -> None:
        """The device told something that is no channel's value."""
        state = self.states[device]
        state.newest_at, state.changed = max(state.newest_at, at), True
        if state.online is None:
            state.online, state.status_at = True, now

    def describe(self, seen: Seen) -> None:
        state = self.states[seen.device]
        state.profile, state.firmware = seen.profile, seen.firmware or state.firmware
        for key, unit in seen.channels[:MOST_CHANNELS]:
            state.units[key] = unit or state.units.get(key, "")
        state.untold = state.changed = True
        state.controls = None

    def mention(self, device: str, channels: Iterable[tuple[str, str]]) -> None:
        """A retained message tells which channels there are, but its values are old."""
        state = self.states[device]
        for key, unit in channels:
            if key not in state.units:
                state.units[key] = unit
                state.untold = True

    def turn(self, status: Status, now: float) -> None:
        state = self.states[status.device]
        if state.online is not status.online:
            state.online, state.status_at, state.changed = status.online, now, True

    def remember(self, last: Iterable[tuple[str, str, str, Value, int]]) -> None:
        """Start from the stored last values: (device, key, unit, value, at)."""
        for device, key, unit, value, at in last:
            state = self.states.setdefault(device, State(device, profile="", untold=False))
            state.units[key] = unit
            state.channels[key] = (value, at)
            state.newest_at = max(state.newest_at, at)

    def meet(self, known: dict[str, Known]) -> None:
        """Take over what the device table says now."""
        for name, facts in known.items():
            state = self.states.get(name)
            if state is None:
                state = self.states[name] = State(name, facts.profile, untold=False)
            state.profile = state.profile or facts.profile
            if state.online is None and facts.status_at is not None:
                state.online, state.status_at = facts.online, facts.status_at
            state.changed |= self.known.get(name) != facts
        for name in self.known.keys() - known.keys():
            if name in self.states:
                self.states[name].untold = True
        self.known = known

    def compare(self, listed: Mapping[str, Collection[str]], *, family: Callable[[str], str]) -> None:
        """What was stored before a sudden end and never got into the device table is to be told again."""
        for state in self.states.values():
            channels = listed.get(state.name)
            if channels is None:
                state.profile = state.profile or family(state.name)
            if channels is None or not state.units.keys() <= set(channels):
                state.untold = True

    def due(self, now: float) -> Iterator[tuple[str, dict[str, Any]]]:
        """Snapshots of what changed, at most five a second of a device."""
        for state in self.states.values():
            if state.changed and now - state.shown_at >= BETWEEN_SNAPSHOTS:
                state.changed, state.shown_at = False, now
                yield state.name, self.snapshot(state, now)

    def age(self, now: float) -> None:
        """Time alone makes a value late."""
        for state in self.states.values():
            state.changed |= self._judged(state, now) != state.shown_freshness

    def snapshot(self, state: State, now: float) -> dict[str, Any]:
        known = self.known.get(state.name)
        state.shown_freshness = found = self._judged(state, now)
        return {
            "device": state.name,
            "label": known.label if known else "",
            "profile": known.profile if known and known.claimed else state.profile,
            "claimed": bool(known and known.claimed),
            "resource": known.resource if known else None,
            "zone": known.zone if known else None,
            "status": "unknown" if state.online is None else "online" if state.online else "offline",
            "status_at": state.status_at,
            "freshness": found.freshness.value,
            "freshness_reason": found.why.value,
            "channels": {
                key: {"value": value, "unit": state.units.get(key, ""), "at": at / SECOND}
                for key, (value, at) in state.channels.items()
            },
            "at": now,
        }

    def _judged(self, state: State, now: float) -> Judged:
        known = self.known.get(state.name)
        interval = known.expected_interval if known else None
        return judged(
            datetime.fromtimestamp(state.newest_at / SECOND, UTC) if state.newest_at else None,
            online=state.online is not False,
            interval=timedelta(seconds=interval) if interval else None,
            now=datetime.fromtimestamp(now, UTC),
            gateway=known is None or known.gateway,
        )
