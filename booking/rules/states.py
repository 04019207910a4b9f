"""In which state is a resource, for the eyes of somebody who wants to use it now?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lab.spans import Span

FINISHING = timedelta(minutes=10)


class ResourceState(StrEnum):
    """The honest states, each shown as shape, word and colour."""

    FREE = "free"
    RESERVED = "reserved"
    IN_USE = "in_use"
    IDLE = "idle"
    FINISHING = "finishing"
    OUT_OF_ORDER = "out_of_order"
    OFFLINE = "offline"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What is known now; without `open_until` no closing is in sight."""

    now: datetime
    units: int = 1
    open: bool = True
    open_until: datetime | None = None
    opens_at: datetime | None = None
    down: bool = False
    offline: bool = False
    in_session: bool = False
    busy: bool | None = None
    claims_now: tuple[Span, ...] = ()
    next_start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A state, until when it is expected to last, and how many units are free."""

    state: ResourceState
    until: datetime | None
    units_free: int


def picture(facts: StateFacts) -> Picture:
    """The one word that a card shows."""
    taken = len(facts.claims_now)
    free = max(facts.units - max(taken, int(facts.in_session)), 0)
    ends = min((span.end for span in facts.claims_now), default=None)
    if facts.down:
        return Picture(ResourceState.OUT_OF_ORDER, None, 0)
    if facts.in_session:
        return Picture(_running(facts, ends), ends, free)
    if not facts.open:
        return Picture(ResourceState.CLOSED, facts.opens_at, 0)
    if facts.offline:
        return Picture(ResourceState.OFFLINE, None, free)
    if free == 0:
        return Picture(ResourceState.RESERVED, ends, 0)
    limits = [facts.open_until, facts.next_start if facts.units == 1 else None]
    return Picture(ResourceState.FREE, min((at for at in limits if at), default=None), free)


def _running(facts: StateFacts, ends: datetime | None) -> ResourceState:
    if ends is not None and ends - facts.now <= FINISHING:
        return ResourceState.FINISHING
    return ResourceState.IDLE if facts.busy is False else ResourceState.IN_USE
