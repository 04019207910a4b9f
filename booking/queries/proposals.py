"""What could take the place of bookings that are hit: a sister at the same time, or another time.

Proposals of one look never lie on each other, so that all of them can be taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.models import Booking, Hit
from booking.queries.availability import AROUND, options, sisters
from booking.queries.requests import asked
from booking.queries.wishes import wish_facts
from booking.refusals import Alternative
from booking.rules.free import nearest
from booking.rules.wishes import WishFacts, claimed, units_for
from lab.models import Resource
from lab.spans import Span

ELSEWHERE = "elsewhere"  # a sister at another time
LONGEST_LOOK = timedelta(days=60)
Blocked = Mapping[str, tuple[Span, Sequence[int]]]  # span and units by resource


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a booking could be instead."""

    resources: tuple[Resource, ...]
    span: Span
    same_time: bool
    same_place: bool


def proposals(hits: Iterable[Hit], *, now: datetime) -> dict[int, Proposal]:
    """By the hit's key; none for a booking that has begun, or that fits nowhere near."""
    found: dict[int, Proposal] = {}
    given: list[tuple[Blocked, Span]] = []
    by_booking: dict[int, Proposal | None] = {}
    for hit in hits:
        booking = hit.booking
        if booking.pk not in by_booking:  # two causes of one booking have one proposal
            by_booking[booking.pk] = _proposal(hit, now, given)
        proposal = by_booking[booking.pk]
        if proposal is not None:
            found[hit.pk] = proposal
    return found


def instead(booking: Booking, hits: Sequence[Hit], *, now: datetime) -> list[Alternative]:
    """What the booking's member could take instead, a sister first; nothing once it has begun."""
    look = _look(booking, hits, now)
    return sorted(look[1], key=_rank) if look else []


def _proposal(hit: Hit, now: datetime, given: list[tuple[Blocked, Span]]) -> Proposal | None:
    look = _look(hit.booking, [hit], now, given)
    whole = [one for one in look[1] if one.how != "shorten"] if look else []
    if look is None or not whole:
        return None
    facts, rows, best = look[0], look[2], min(whole, key=_rank)
    there = facts.only(best.resources)
    units = units_for(best.span, there)
    if units is None:
        return None
    blocked = {slug: (span, units[slug].units) for slug, _units, _n, span in claimed(best.span, there)}
    given.append((blocked, best.span))
    resources = tuple(rows[slug] for slug in best.resources)
    same_place = {row.pk for row in resources} == {row.pk for row in asked(hit.booking)}
    return Proposal(resources, best.span, best.span == hit.booking.span, same_place)


def _rank(one: Alternative) -> int:
    return ("sister", "shift", ELSEWHERE, "shorten").index(one.how)


def _look(
    booking: Booking, hits: Sequence[Hit], now: datetime, given: Iterable[tuple[Blocked, Span]] = ()
) -> tuple[WishFacts, list[Alternative], dict[str, Resource]] | None:
    """The facts around a booking beside what is proposed already, the alternatives, and what they name."""
    resources = asked(booking)
    if booking.starts_at <= now or not resources:
        return None
    span, window = booking.span, _window(booking, hits, now)
    near = sisters(resources[0]) if len(resources) == 1 else []
    rows = {row.slug: row for row in [*resources, *near]}
    wide = wish_facts(
        member=booking.member, resources=[*resources, *near], window=window, now=now, besides=booking
    )
    wide = _beside(wide, given)
    wished, others = tuple(row.slug for row in resources), [row.slug for row in near]
    found = options(span, wide, wished, others, window)
    if all(one.how == "shorten" for one in found):
        found += _elsewhere(span, wide, others, window)
    return wide, found, rows


def _elsewhere(span: Span, wide: WishFacts, others: Iterable[str], window: Span) -> list[Alternative]:
    """The sister that is free the nearest to the booking's time."""
    found = [
        Alternative((slug,), near, ELSEWHERE)
        for slug in others
        for near in nearest(span, wide.only([slug]), window, most=1)
    ]
    return sorted(found, key=lambda one: (abs(one.span.start - span.start), one.resources))[:1]


def _beside(facts: WishFacts, given: Iterable[tuple[Blocked, Span]]) -> WishFacts:
    """The facts with what is proposed to others held; it counts towards nobody's quota here."""
    held = facts
    for blocked, span in given:
        held = held.holding(blocked, span)
    kept = zip(held.resources, facts.resources, strict=True)
    return replace(held, resources=tuple(replace(each, quotas=was.quotas) for each, was in kept))


def _window(booking: Booking, hits: Sequence[Hit], now: datetime) -> Span:
    """Around the booking, and on to a while after what hits it, so far as that is known."""
    ends = list(_ends(hits, now))
    end = min(max([booking.ends_at, *ends]) + AROUND, booking.ends_at + LONGEST_LOOK)
    return Span(max(booking.starts_at - AROUND, now), end)


def _ends(hits: Iterable[Hit], now: datetime) -> Iterator[datetime]:
    for hit in hits:
        if hit.cause is not None:
            yield hit.cause.ends_at or now
