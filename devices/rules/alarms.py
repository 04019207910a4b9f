"""When is a channel worth an alarm? Readings and the clock in, what was raised and cleared out.

Times are Unix nanoseconds, and always those of the readings: when they were looked at changes nothing. A
value speaks until the next one, but not for longer than `holds`; after that nobody knows, so that a timer
which ran begins anew, and what was raised stays so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
USUAL_HOLD = 10 * MINUTE
PARTS = 20  # of a rate's window: so finely is it remembered

Value = float | str
Sample = tuple[int, float]


class Condition(StrEnum):
    """`above` and `below` look at numbers, `rises` and `falls` at their rate, `equals` at a word or a number.

    `absent` is a channel that says nothing; the others are judged elsewhere and only timed here.
    """

    ABOVE = "above"
    BELOW = "below"
    RISES = "rises"
    FALLS = "falls"
    EQUALS = "equals"
    ABSENT = "absent"
    UNHEARD = "unheard"
    RESOURCE = "resource"
    HOUSE = "house"


CHANNEL = frozenset(Condition) - {Condition.UNHEARD, Condition.RESOURCE, Condition.HOUSE}
RATES = frozenset({Condition.RISES, Condition.FALLS})


class Phase(StrEnum):
    NORMAL = "normal"
    PENDING = "pending"  # bad, not yet for long enough
    RAISED = "raised"
    CLEARING = "clearing"  # good again, not yet for long enough


class Lean(StrEnum):
    BAD = "bad"
    GOOD = "good"
    BETWEEN = "between"  # neither worth raising nor good enough to clear


@dataclass(frozen=True, slots=True)
class Terms:
    """What is bad (`limit`, `word`), from where on it is good again (`clear`), and for how long each.

    `per` is the time that a rate counts over.
    """

    condition: Condition
    limit: float = 0.0
    clear: float | None = None
    word: str = ""
    per: int = MINUTE
    hold: int = 0
    rest: int = 0
    holds: int = USUAL_HOLD


@dataclass(frozen=True, slots=True)
class State:
    """`since` is when the phase began, `at` the newest reading that was judged; a rate needs `samples`."""

    phase: Phase = Phase.NORMAL
    since: int = 0
    at: int = 0
    value: Value | None = None
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """An alarm was raised, or cleared, at a time; `value` is what was known last."""

    raised: bool
    at: int
    value: Value | None


Step = tuple[State, tuple[Turn, ...]]


def hear(terms: Terms, state: State, at: int, value: object, *, heard_from: int = 0) -> Step:
    """The state after one more reading; one that is older than what was judged changes nothing."""
    if at < state.at:
        return state, ()
    state, turns = tick(terms, state, at, heard_from=heard_from)
    if terms.condition is Condition.ABSENT:
        cleared = (Turn(False, max(at, state.since), state.value),) if state.phase is Phase.RAISED else ()
        known = value if isinstance(value, float | str) else state.value
        return State(at=at, value=known), turns + cleared
    if not _says(terms, value):
        return state, turns
    state, lean = _judged(terms, replace(state, at=at, value=value))  # type: ignore[arg-type]
    state, more = _lean(terms, state, at, lean) if lean else (state, ())
    return state, turns + more


def tick(terms: Terms, state: State, now: int, *, heard_from: int = 0) -> Step:
    """The state once time has passed; silence counts only from `heard_from`, since when we have listened."""
    if terms.condition is Condition.ABSENT:
        quiet_from = max(state.at, heard_from)
        if state.phase is Phase.NORMAL and now - quiet_from >= terms.hold:
            return _raise(state, quiet_from + terms.hold)
        return state, ()
    known_until = min(now, state.at + terms.holds)
    if state.phase is Phase.PENDING and known_until - state.since >= terms.hold:
        return _raise(state, state.since + terms.hold)
    if state.phase is Phase.CLEARING and known_until - state.since >= terms.rest:
        return _clear(state, state.since + terms.rest)
    if now > state.at + terms.holds:
        return replace(state, phase=_FORGOTTEN.get(state.phase, state.phase)), ()
    return state, ()


def observe(terms: Terms, state: State, now: int, *, bad: bool, value: Value | None = None) -> Step:
    """The state after a look at something that is either so or not, and stays so between two looks."""
    lasting = replace(terms, holds=max(now - state.at, 0))
    state, turns = tick(lasting, state, now)
    state, more = _lean(terms, replace(state, at=now, value=value), now, Lean.BAD if bad else Lean.GOOD)
    return state, turns + more


def measure(terms: Terms, state: State, now: int, value: float) -> Step:
    """The same of a number against a limit, as `above` judges it."""
    above = replace(terms, condition=Condition.ABOVE, holds=max(now - state.at, 0))
    return hear(above, state, now, value)


_FORGOTTEN = {Phase.PENDING: Phase.NORMAL, Phase.CLEARING: Phase.RAISED}


def _says(terms: Terms, value: object) -> bool:
    if isinstance(value, str):
        return terms.condition is Condition.EQUALS
    return isinstance(value, float) and isfinite(value)


def _judged(terms: Terms, state: State) -> tuple[State, Lean | None]:
    value = state.value
    if terms.condition is Condition.EQUALS:
        said = value if isinstance(value, str) else f"{value:g}"
        return state, Lean.BAD if said == terms.word else Lean.GOOD
    assert isinstance(value, float)
    if terms.condition in RATES:
        state, rate = _rate(state, state.at, value, terms.per)
        return state, None if rate is None else _side(terms, rate)
    return state, _side(terms, value)


def _side(terms: Terms, value: float) -> Lean:
    """Below is above, upside down; so is falling."""
    sign = -1 if terms.condition is Condition.BELOW else 1
    value = -value if terms.condition is Condition.FALLS else value
    if sign * value > sign * terms.limit:
        return Lean.BAD
    clear = terms.limit if terms.clear is None else terms.clear
    return Lean.GOOD if sign * value <= sign * clear else Lean.BETWEEN


def _rate(state: State, at: int, value: float, per: int) -> tuple[State, float | None]:
    """How much it changes in `per`: against the newest sample that is at least so old."""
    samples = state.samples
    old = [sample for sample in samples if sample[0] <= at - per]
    if old:
        samples = samples[len(old) - 1 :]
    if not samples or at - samples[-1][0] >= per // PARTS:
        samples = (*samples, (at, value))
    state = replace(state, samples=samples)
    if not old:
        return state, None
    then, was = old[-1]
    return state, (value - was) * per / (at - then)


def _lean(terms: Terms, state: State, at: int, lean: Lean) -> Step:
    match state.phase, lean:
        case Phase.NORMAL, Lean.BAD:
            waiting = replace(state, phase=Phase.PENDING, since=at)
            return _raise(waiting, at) if terms.hold <= 0 else (waiting, ())
        case Phase.PENDING, Lean.GOOD | Lean.BETWEEN:
            return replace(state, phase=Phase.NORMAL, since=at), ()
        case Phase.RAISED, Lean.GOOD:
            waiting = replace(state, phase=Phase.CLEARING, since=at)
            return _clear(waiting, at) if terms.rest <= 0 else (waiting, ())
        case Phase.CLEARING, Lean.BAD | Lean.BETWEEN:
            return replace(state, phase=Phase.RAISED, since=at), ()
    return state, ()


def _raise(state: State, at: int) -> Step:
    return replace(state, phase=Phase.RAISED, since=at), (Turn(True, at, state.value),)


def _clear(state: State, at: int) -> Step:
    return replace(state, phase=Phase.NORMAL, since=at), (Turn(False, at, state.value),)
