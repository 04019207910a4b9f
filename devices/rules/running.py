"""Off, idle or busy: from power by two thresholds and a dwell, or because a machine's controller says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BUSY_DWELL = timedelta(seconds=3)
IDLE_DWELL = timedelta(seconds=20)
REST_DWELL = timedelta(seconds=5)  # a controller that waits for its next line says idle, too
GONE_DWELL = timedelta(seconds=60)  # a controller that is away may still be at work; not for ever

# Words of a `state` channel. A job that is held is not over, and a nozzle that is hot needs its fan.
WORDS = {
    "busy": True,
    "printing": True,
    "paused": True,
    "hot": True,
    "idle": False,
    "off": False,
    "failed": False,
}


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


def told(state: Running, word: str, at: datetime) -> Running:
    """The state after a controller's word: at work at once, at rest only after a while (`rested`)."""
    busy = WORDS.get(word)
    if busy is None or busy:
        return Running(busy=True) if busy else state
    return Running(state.busy, state.leaning_since or at) if state.busy else state


def rested(state: Running, now: datetime, *, gone_since: datetime | None) -> tuple[Running, datetime | None]:
    """The state once time has passed, and when the work ended, if it has.

    `gone_since` is when the controller went away, None while it is there.
    """
    for since, dwell in ((state.leaning_since, REST_DWELL), (gone_since, GONE_DWELL)):
        if state.busy and since is not None and now - since >= dwell:
            return Running(), since
    return state, None
