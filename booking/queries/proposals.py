"""What could take the place of bookings that are hit: a sister at the same time, or another time.

Proposals of one look never lie on each other, so that all of them can be taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from booking.models import Booking, Hit
from booking.queries.availability import AROUND, MOST_ALTERNATIVES, options, sisters
from booking.queries.requests import asked
from booking.queries.wishes import wish_facts
from booking.refusals import Alternative
from booking.rules.free import nearest
from booking.rules.series import on_day
from booking.rules.wishes import WishFacts, blocking, claimed, judge_wish, units_for
from lab.lab_time import lab_zone
from lab.models import Resource
from lab.spans import Span

ELSEWHERE = "elsewhere"  # a sister at another time
NEAR = timedelta(hours=3)  # on the same day, so to say
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
    """What the booking's member could take instead, the best first; nothing once it has begun."""
    look = _look(booking, hits, now)
    return look.found[:MOST_ALTERNATIVES] if look else []


@dataclass(frozen=True, slots=True)
class _Look:
    """The facts around a booking, what could take its place, the best first, and what that names."""

    facts: WishFacts
    found: list[Alternative]
    rows: Mapping[str, Resource]


def _proposal(hit: Hit, now: datetime, given: list[tuple[Blocked, Span]]) -> Proposal | None:
    look = _look(hit.booking, [hit], now, given)
    best = next((one for one in look.found if one.how != "shorten"), None) if look else None
    units = units_for(best.span, look.facts.only(best.resources)) if look and best else None
    if look is None or best is None or units is None:
        return None
    there = claimed(best.span, look.facts.only(best.resources))
    given.append(({slug: (span, units[slug].units) for slug, _units, _n, span in there}, best.span))
    resources = tuple(look.rows[slug] for slug in best.resources)
    same_place = {row.pk for row in resources} == {row.pk for row in asked(hit.booking)}
    return Proposal(resources, best.span, best.span == hit.booking.span, same_place)


def _look(
    booking: Booking, hits: Sequence[Hit], now: datetime, given: Iterable[tuple[Blocked, Span]] = ()
) -> _Look | None:
    """What there is beside what is proposed to others already."""
    resources = asked(booking)
    if booking.starts_at <= now or not resources:
        return None
    span, window = booking.span, _window(booking, hits, now)
    near = sisters(resources[0]) if len(resources) == 1 else []
    both = [*resources, *near]
    facts = wish_facts(member=booking.member, resources=both, window=window, now=now, besides=booking)
    facts = _beside(facts, given)
    wished, others = tuple(row.slug for row in resources), [row.slug for row in near]
    found = [*_same_hours(span, facts, wished, window), *options(span, facts, wished, others, window)]
    if all(one.how == "shorten" for one in found):
        found += _elsewhere(span, facts, others, window)
    once = {(one.resources, one.span): one for one in found}.values()
    return _Look(facts, sorted(once, key=lambda one: _rank(one, span)), {row.slug: row for row in both})


def _rank(one: Alternative, span: Span) -> int:
    """People keep their hour before they keep their machine, and their hour of another day before a night."""
    return {"sister": 0, "shift": _away(one.span, span), ELSEWHERE: 4, "shorten": 5}[one.how]


def _away(there: Span, span: Span) -> int:
    """How far from what one had planned: a little later, another day, or some other hour."""
    if abs(there.start - span.start) <= NEAR:
        return 1
    local, was = (moment.astimezone(lab_zone()).time() for moment in (there.start, span.start))
    return 2 if local == was else 3


def _same_hours(span: Span, facts: WishFacts, wished: Sequence[str], window: Span) -> Iterator[Alternative]:
    """The same hours on the nearest other days."""
    day, only = span.start.astimezone(lab_zone()).date(), facts.only(wished)
    days = sorted(range(-LONGEST_LOOK.days, LONGEST_LOOK.days + 1), key=lambda away: (abs(away), -away))
    there = (on_day(day + timedelta(days=away), span, lab_zone()) for away in days if away)
    fitting = (each for each in there if window.covers(each) and not blocking(judge_wish(each, only)))
    for each in islice(fitting, 2):
        yield Alternative(tuple(wished), each)


def _elsewhere(span: Span, facts: WishFacts, others: Iterable[str], window: Span) -> list[Alternative]:
    """A sister at another time, the best one."""
    found = [
        Alternative((slug,), there, ELSEWHERE)
        for slug in others
        for there in (
            *(each.span for each in _same_hours(span, facts, [slug], window)),
            *nearest(span, facts.only([slug]), window, most=1),
        )
    ]
    return sorted(found, key=lambda one: (_away(one.span, span), abs(one.span.start - span.start)))[:1]


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
