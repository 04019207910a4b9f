"""Which time can be offered to somebody who waits, worked out from facts alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from booking.rules.free import free_of
from booking.rules.units import UnitFacts
from booking.rules.wishes import (
    MemberFacts,
    ResourceFacts,
    WishFacts,
    blocking,
    judge_wish,
    off_grid,
)
from lab.calendar import day_span
from lab.spans import Span, without

GRID = 5  # minutes, where a resource keeps none
MOST_TRIED = 400


def wanted(window: Span, declined: Iterable[Span], *, length: timedelta, after: datetime) -> list[Span]:
    """Where in the window the waited-for time may lie: not before `after`, not where it was declined."""
    if window.end <= after:
        return []
    left = Span(max(window.start, after), window.end)
    return [part for part in without(left, declined) if part.length >= length]


def fits(facts: WishFacts, window: Span, length: timedelta) -> Iterator[Span]:
    """Spans of the length in the window against which nothing speaks, the earliest first.

    `facts` are about one resource. The earliest start that can be had is where something ends or opens, so
    only such starts are tried.
    """
    (resource,) = facts.resources
    spans = {Span(start, start + length) for start in _starts(resource, facts, window)}
    possible = _possible(resource, facts, window, length)
    tried = (span for span in sorted(spans) if any(free.covers(span) for free in possible))
    for span in islice(tried, MOST_TRIED):
        if not blocking(judge_wish(span, facts)):
            yield span


def for_anybody(facts: WishFacts) -> WishFacts:
    """The same for somebody against whom nothing speaks: what isn't free for them is free for nobody."""
    resources = tuple(
        replace(each, certification=None, programmes=None, quotas=(), rules=replace(each.rules, role=""))
        for each in facts.resources
    )
    return replace(facts, member=MemberFacts(), resources=resources, points_limit=None)


def undisturbed(facts: WishFacts) -> WishFacts:
    """The same with nothing booked, broken or used up: what can't be had even so can never be."""
    return replace(facts, resources=tuple(_undisturbed(each) for each in facts.resources))


def _undisturbed(facts: ResourceFacts) -> ResourceFacts:
    return replace(
        facts,
        units=tuple(UnitFacts(unit.pk) for unit in facts.units),
        down=(),
        quotas=(),
        links=tuple(
            replace(link, units=tuple(UnitFacts(unit.pk) for unit in link.units), down=())
            for link in facts.links
        ),
    )


def _possible(resource: ResourceFacts, facts: WishFacts, window: Span, length: timedelta) -> list[Span]:
    """Where it is worth trying at all; units may change hands, and nights may be run through."""
    if len(resource.units) > 1 or resource.rules.overnight:
        return [window]
    return free_of(resource, window, zone=facts.zone, minutes=int(length / timedelta(minutes=1)))


def _starts(resource: ResourceFacts, facts: WishFacts, window: Span) -> Iterator[datetime]:
    yield window.start
    grid = resource.rules.grid_minutes or GRID
    for moment in _moments(resource, facts, window):
        over = off_grid(moment, grid, facts.zone)
        yield moment + (timedelta(minutes=grid) - over if over else timedelta(0))


def _moments(resource: ResourceFacts, facts: WishFacts, window: Span) -> Iterator[datetime]:
    """Where something may begin to be free, roughly; it is judged afterwards."""
    setup = timedelta(minutes=resource.rules.setup_minutes)
    yield window.start
    yield facts.now + timedelta(minutes=resource.rules.notice_minutes)
    yield from (opened.start for opened in resource.opening.within(window, facts.zone))
    yield from (down.end for down in (*resource.down, *(d for link in resource.links for d in link.down)))
    for unit in (*resource.units, *(unit for link in resource.links for unit in link.units)):
        yield from (held.span.end + setup for held in unit.held)
    if resource.quotas:  # another day, another quota
        day = window.start.astimezone(facts.zone).date()
        while (midnight := day_span(day, facts.zone).start) < window.end:
            yield midnight
            day += timedelta(days=1)
