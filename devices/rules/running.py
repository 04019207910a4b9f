"""Off, idle or busy, from power: two thresholds and a dwell, so that a flicker starts no session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BUSY_DWELL = timedelta(seconds=3)
IDLE_DWELL = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Running:
    """`busy` is the settled state; `leaning_since` when the power began to say otherwise."""

    busy: bool = False
    leaning_since: datetime | None = None


def settle(state: Running, watts: float, at: datetime, *, idle_below: float, busy_above: float) -> Running:
    """The state after one more power reading; between the thresholds nothing changes."""
    says_otherwise = watts < idle_below if state.busy else watts > busy_above
    if not says_otherwise:
        return Running(state.busy)
    since = state.leaning_since or at
    dwell = IDLE_DWELL if state.busy else BUSY_DWELL
    return Running(not state.busy) if at - since >= dwell else Running(state.busy, since)
