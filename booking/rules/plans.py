"""A whole series judged in memory: each occurrence as if those before it were booked already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.rules.units import Assignment, Held, UnitFacts, may_rearrange
from booking.rules.wishes import (
    Code,
    Objection,
    ResourceFacts,
    WishFacts,
    blocking,
    claimed,
    judge_wish,
    units_for,
)
from lab.spans import Span


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a series: its start by the rule, where it shall be, and on what (one slug a unit).

    `asks` says whether a manager has to approve it; None where the rules shall say so.
    """

    at: datetime
    span: Span
    resources: tuple[str, ...]
    asks: bool | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found about an occurrence: `given` are its units, None when it can't be booked."""

    occurrence: Occurrence
    facts: WishFacts
    objections: tuple[Objection, ...] = ()
    given: Mapping[str, Assignment] | None = None
    asks: bool = False


def judge_all(
    occurrences: Iterable[Occurrence],
    facts: WishFacts,
    *,
    overridden: Collection[str] = (),
    by_manager: bool = False,
) -> tuple[list[Judged], WishFacts]:
    """Every occurrence with its objections and units, and the facts as they are once all that fit are booked.

    The facts have to reach over all of them and all of their resources.
    """
    judged = []
    for occurrence in occurrences:
        wish = near(facts, occurrence.span, Counter(occurrence.resources))
        found = _judged(occurrence, wish, overridden, by_manager)
        if found.given is not None:
            facts = _booked(facts, wish, occurrence.span, {} if found.asks else found.given)
        judged.append(found)
    return judged, facts


def _judged(occurrence: Occurrence, wish: WishFacts, overridden: Collection[str], by_manager: bool) -> Judged:
    found = judge_wish(occurrence.span, wish)
    given = None if blocking(found, overridden) else units_for(occurrence.span, wish)
    if given is None and not blocking(found, overridden):  # each could be had alone, but not together
        found += [Objection(Code.TAKEN, {"resource": each.slug}) for each in wish.resources]
    asked = any(one.code is Code.NEEDS_APPROVAL for one in found) and Code.NEEDS_APPROVAL not in overridden
    asks = occurrence.asks if occurrence.asks is not None else asked and not by_manager
    which = {"occurrence": occurrence.at.astimezone(wish.zone).isoformat()}
    told = tuple(Objection(one.code, one.data | which) for one in found)
    return Judged(occurrence, wish, told, given, asks)


def near(facts: WishFacts, span: Span, wanted: Mapping[str, int] | None = None) -> WishFacts:
    """What a wish for this span is judged by; with `wanted` units of each resource, and of no others."""
    asked = [each for each in facts.resources if wanted is None or each.slug in wanted]
    blocked = [each.rules.blocked(span) for each in asked]
    around = Span(min(each.start for each in blocked), max(each.end for each in blocked))
    return replace(
        facts,
        resources=tuple(
            _near(each, span, around, wanted[each.slug] if wanted else each.wanted, facts.zone)
            for each in asked
        ),
    )


def _near(facts: ResourceFacts, span: Span, around: Span, wanted: int, zone: ZoneInfo) -> ResourceFacts:
    return replace(
        facts,
        wanted=wanted,
        units=_leaning(facts.units, around, wanted),
        links=tuple(replace(link, units=_leaning(link.units, around, link.wanted)) for link in facts.links),
        quotas=tuple(quota.near(span, zone) for quota in facts.quotas),
    )


def _leaning(units: Sequence[UnitFacts], span: Span, wanted: int) -> tuple[UnitFacts, ...]:
    """The units with what the wish meets, and all that leans on it where that may have to move."""
    found = tuple(unit.near(span) for unit in units)
    if not may_rearrange(found, span, wanted):
        return found
    while True:
        spans = [span, *(held.span for unit in found for held in unit.held)]
        wider = Span(min(each.start for each in spans), max(each.end for each in spans))
        if wider == span:
            return found
        span, found = wider, tuple(unit.near(wider) for unit in units)


def _booked(facts: WishFacts, wish: WishFacts, span: Span, given: Mapping[str, Assignment]) -> WishFacts:
    """The facts once the wish is booked too: its units held, others moved for it, its quotas used."""
    held = {
        unit: Held(blocked)
        for slug, _units, _wanted, blocked in claimed(span, wish)
        if slug in given
        for unit in given[slug].units
    }
    moves = {claim: unit for each in given.values() for claim, unit in each.moves}
    counted = {quota.row for each in wish.resources for quota in each.quotas}
    return replace(
        facts, resources=tuple(_with(each, span, held, moves, counted) for each in facts.resources)
    )


def _with(
    facts: ResourceFacts,
    span: Span,
    held: Mapping[int, Held],
    moves: Mapping[int, int],
    counted: Collection[int],
) -> ResourceFacts:
    return replace(
        facts,
        units=_moved(facts.units, held, moves),
        links=tuple(replace(link, units=_moved(link.units, held, moves)) for link in facts.links),
        quotas=tuple(quota.with_used(span) if quota.row in counted else quota for quota in facts.quotas),
    )


def _moved(
    units: Sequence[UnitFacts], held: Mapping[int, Held], moves: Mapping[int, int]
) -> tuple[UnitFacts, ...]:
    going = [each for unit in units for each in unit.held if each.claim in moves] if moves else []
    if not going:
        return tuple(unit.with_held(held[unit.pk]) if unit.pk in held else unit for unit in units)
    return tuple(
        UnitFacts(unit.pk, tuple(each for each in unit.held if each.claim not in moves)).with_held(
            *(each for each in going if moves[each.claim] == unit.pk),
            *([held[unit.pk]] if unit.pk in held else []),
        )
        for unit in units
    )
