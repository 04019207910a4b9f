"""What a session adds to the accounts of a month: minutes, work, energy and credits of its part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from lab.spans import Span

CENT, HOUR = Decimal("0.01"), 3600
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session as it was; what no meter told is None. `credits_per_hour` is the price of its time."""

    start: datetime
    end: datetime
    busy_seconds: float | None = None
    energy_wh: float | None = None
    credits_per_hour: Decimal = NOTHING
    material: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Amounts:
    """Sums of sessions; `energy_wh` and `busy_seconds` are None while no meter told any."""

    sessions: int = 0
    seconds: float = 0.0
    busy_seconds: float | None = None
    energy_wh: float | None = None
    time_credits: Decimal = NOTHING
    material_credits: Decimal = NOTHING

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.sessions + other.sessions,
            self.seconds + other.seconds,
            _sum(self.busy_seconds, other.busy_seconds),
            _sum(self.energy_wh, other.energy_wh),
            self.time_credits + other.time_credits,
            self.material_credits + other.material_credits,
        )

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)

    @property
    def busy_minutes(self) -> int | None:
        return None if self.busy_seconds is None else round(self.busy_seconds / 60)

    @property
    def credits(self) -> Decimal:
        return self.time_credits + self.material_credits


def within(facts: SessionFacts, month: Span) -> Amounts | None:
    """The part of a session in a month; None when it is not in it.

    Work and energy are spread evenly over the session. Material belongs to the month in which it began.
    """
    start, end = max(facts.start, month.start), min(facts.end, month.end)
    begins = month.start <= facts.start < month.end
    if end <= start and not begins:
        return None
    seconds = max((end - start).total_seconds(), 0.0)
    whole = (facts.end - facts.start).total_seconds()
    share = seconds / whole if whole > 0 else 1.0
    hours = Decimal(str(round(seconds, 3))) / HOUR
    return Amounts(
        1,
        seconds,
        None if facts.busy_seconds is None else facts.busy_seconds * share,
        None if facts.energy_wh is None else facts.energy_wh * share,
        (hours * facts.credits_per_hour).quantize(CENT, ROUND_HALF_UP),
        facts.material if begins else NOTHING,
    )


def _sum(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other
