"""Which units a wish gets: free ones, or made free by giving coming bookings another unit of the same."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lab.spans import Span, merged

UNWRITTEN, WISH = 0, -1


@dataclass(frozen=True, slots=True)
class Held:
    """A standing claim: the blocked span, its row and its booking's."""

    span: Span
    claim: int = UNWRITTEN
    booking: int = 0


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit with what holds it, in order."""

    pk: int
    held: tuple[Held, ...] = ()

    def is_free(self, span: Span) -> bool:
        return not any(held.span.overlaps(span) for held in self.held)

    def near(self, span: Span) -> UnitFacts:
        """The same with only what overlaps the span."""
        first = bisect_right(self.held, span.start, key=_end)
        return UnitFacts(self.pk, self.held[first : bisect_left(self.held, span.end, key=_start)])

    def with_held(self, *more: Held) -> UnitFacts:
        """The same with this held too; what is known already counts once."""
        return UnitFacts(self.pk, tuple(sorted({*self.held, *more}, key=_start)))


@dataclass(frozen=True, slots=True)
class Assignment:
    """The units that a wish gets, and claims that have to change to another unit for it."""

    units: tuple[int, ...]
    moves: tuple[tuple[int, int], ...] = ()  # claim, to unit


def _start(held: Held) -> datetime:
    return held.span.start


def _end(held: Held) -> datetime:
    return held.span.end


def assign(units: Sequence[UnitFacts], blocked: Span, *, wanted: int = 1, now: datetime) -> Assignment | None:
    """Units for the blocked span, lowest first; None when too few can be had.

    Claims that have begun stay where they are; others may change units when that makes the wish fit.
    """
    free = [unit.pk for unit in units if unit.is_free(blocked)]
    if len(free) >= wanted:
        return Assignment(tuple(free[:wanted]))
    return _rearranged(units, blocked, wanted, now) if wanted <= len(units) > 1 else None


def may_rearrange(units: Sequence[UnitFacts], blocked: Span, wanted: int) -> bool:
    """Too few units are free all along, and yet enough at every moment."""
    free = sum(unit.is_free(blocked) for unit in units)
    return len(units) > 1 and free < wanted <= most_free(units, blocked)


def most_free(units: Sequence[UnitFacts], blocked: Span) -> int:
    """How many units are free at the fullest moment of the span: an upper bound for `assign`."""
    inside = [held.span for unit in units for held in unit.held if held.span.overlaps(blocked)]
    moments = {blocked.start, *(span.start for span in inside if span.start in blocked)}
    return len(units) - max(sum(moment in span for span in inside) for moment in moments)


def component(units: Sequence[UnitFacts], span: Span) -> Span:
    """The stretch that a re-arrangement around `span` can touch, as far as these facts reach."""
    spans = [held.span for unit in units for held in unit.held]
    return next(part for part in merged([*spans, span]) if part.covers(span))


def _rearranged(units: Sequence[UnitFacts], blocked: Span, wanted: int, now: datetime) -> Assignment | None:
    """Intervals taken in order of their start fit whenever no moment asks for more units than there are.

    That stays true with some of them fixed, as long as the fixed ones begin before all others.
    """
    around = component(units, blocked)
    end_of: dict[int, datetime] = {}
    movable: list[tuple[Span, int, int]] = [(blocked, WISH, WISH)] * wanted
    for unit in units:
        for held in unit.held:
            if not held.span.overlaps(around):
                continue
            if held.claim == UNWRITTEN:
                return None
            if held.span.start <= now:
                end_of[unit.pk] = held.span.end
            else:
                movable.append((held.span, held.claim, unit.pk))
    given, moves = [], []
    for span, claim, at in sorted(movable):
        unit_pk = _pick(units, end_of, span, at)
        if unit_pk is None:
            return None
        end_of[unit_pk] = span.end
        if claim == WISH:
            given.append(unit_pk)
        elif unit_pk != at:
            moves.append((claim, unit_pk))
    return Assignment(tuple(given), tuple(moves))


def _pick(units: Iterable[UnitFacts], end_of: dict[int, datetime], span: Span, at: int) -> int | None:
    """The unit it is on already if that is free by then, else the lowest free one."""
    free = list(_free(units, end_of, span))
    return at if at in free else free[0] if free else None


def _free(units: Iterable[UnitFacts], end_of: dict[int, datetime], span: Span) -> Iterator[int]:
    for unit in units:
        if unit.pk not in end_of or end_of[unit.pk] <= span.start:
            yield unit.pk
