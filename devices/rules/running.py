"""Off, idle or busy: from power by thresholds and a dwell, or because a machine's controller says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BUSY_DWELL = timedelta(seconds=3)
IDLE_DWELL = timedelta(seconds=20)
REST_DWELL = timedelta(seconds=5)  # a controller that waits for its next line says idle, too
GONE_DWELL = timedelta(seconds=60)  # a controller that is away may still be at work; not for ever
SILENT = timedelta(minutes=5)  # whom nobody hears for longer is in no known state

OFF_W = 2.0  # what a machine that is switched off may still draw, unless told otherwise
ON_AGAIN = 1.5  # times as much as off, and it is on


class State(StrEnum):
    """What a machine does, in the order of how much it draws."""

    OFF = "off"
    IDLE = "idle"
    BUSY = "busy"


# Words of a `state` channel. A job that is held is not over, and a nozzle that is hot needs its fan.
WORDS = {
    "busy": State.BUSY,
    "printing": State.BUSY,
    "paused": State.BUSY,
    "hot": State.BUSY,
    "idle": State.IDLE,
    "failed": State.IDLE,
    "off": State.OFF,
}
_RANK = {state: rank for rank, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class Levels:
    """Thresholds in watts, and for how long the power has to say otherwise before that is believed."""

    idle_below: float
    busy_above: float
    off_below: float | None = None
    busy_after: timedelta = BUSY_DWELL
    idle_after: timedelta = IDLE_DWELL

    @property
    def off(self) -> float:
        return min(OFF_W, self.idle_below / 4) if self.off_below is None else self.off_below


@dataclass(frozen=True, slots=True)
class Running:
    """The settled state and since when; what the power leans to and since when. None: not known yet."""

    state: State | None = None
    since: datetime | None = None
    leaning: State | None = None
    leaning_since: datetime | None = None

    @property
    def busy(self) -> bool:
        return self.state is State.BUSY


def settle(before: Running, watts: float, at: datetime, levels: Levels) -> Running:
    """The state after one more power reading; it holds as of when the power began to say so."""
    word = _word(before.state, watts, levels)
    if word is before.state:
        return Running(before.state, before.since)
    if before.state is None and word is not State.BUSY:
        return Running(word, at)
    leaning, since = word, at
    if before.leaning is not None and (before.leaning is State.BUSY) is (word is State.BUSY):
        leaning = max(before.leaning, word, key=_RANK.__getitem__)  # off only once it was off all the time
        since = before.leaning_since or at
    dwell = levels.busy_after if leaning is State.BUSY else levels.idle_after
    if at - since >= dwell:
        return Running(leaning, since)
    return Running(before.state, before.since, leaning, since)


def told(before: Running, word: str, at: datetime) -> Running:
    """The state after a controller's word: at work at once, at rest only after a while (`rested`)."""
    state = WORDS.get(word)
    if state is None:
        return before
    if before.busy and state is not State.BUSY:
        return Running(before.state, before.since, state, before.leaning_since or at)
    return Running(state, before.since if state is before.state else at)


def rested(before: Running, now: datetime, *, gone_since: datetime | None) -> tuple[Running, datetime | None]:
    """The state once time has passed, and when the work ended, if it has.

    `gone_since` is when the controller went away, None while it is there.
    """
    for since, dwell in ((before.leaning_since, REST_DWELL), (gone_since, GONE_DWELL)):
        if before.busy and since is not None and now - since >= dwell:
            return Running(before.leaning or State.IDLE, since), since
    return before, None


def together(power: Iterable[Running], words: Iterable[Running]) -> Running:
    """What a machine does whose meters and controllers say this; about on and off, power knows best."""
    meters, controllers = list(power), list(words)
    known = [each for each in (*meters, *controllers) if each.busy]
    known = known or [each for each in meters if each.state] or [each for each in controllers if each.state]
    return max(known, key=lambda each: _RANK[each.state or State.OFF], default=Running())


def _word(state: State | None, watts: float, levels: Levels) -> State:
    """What this power says of a machine in this state; between two thresholds, that it stays."""
    if watts > levels.busy_above or (state is State.BUSY and watts >= levels.idle_below):
        return State.BUSY
    if state is State.OFF:
        return State.OFF if watts <= levels.off * ON_AGAIN else State.IDLE
    return State.OFF if watts < levels.off else State.IDLE
