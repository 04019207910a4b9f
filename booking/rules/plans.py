"""A whole series judged in memory: each occurrence as if those before it were booked already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.rules.units import Assignment, Held, UnitFacts
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
        wish = _asking(facts, occurrence)
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


def _asking(facts: WishFacts, occurrence: Occurrence) -> WishFacts:
    """The facts about what this occurrence wants; of quotas only what can count together with it."""
    wanted = Counter(occurrence.resources)
    return replace(
        facts,
        resources=tuple(
            replace(
                each,
                wanted=wanted[each.slug],
                quotas=tuple(quota.near(occurrence.span, facts.zone) for quota in each.quotas),
            )
            for each in facts.resources
            if each.slug in wanted
        ),
    )


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
    return tuple(
        UnitFacts(
            unit.pk,
            (
                *(each for each in unit.held if each.claim not in moves),
                *(each for each in going if moves[each.claim] == unit.pk),
                *([held[unit.pk]] if unit.pk in held else []),
            ),
        )
        for unit in units
    )
