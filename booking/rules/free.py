"""Free time and the nearest alternatives, worked out from facts alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.rules.house import HouseRules
from booking.rules.wishes import ResourceFacts, WishFacts, blocking, judge_wish, off_grid
from lab.calendar import Opening
from lab.spans import Span, merged, without

USUAL_GRID = 15  # minutes, where a resource keeps none


def free_spans(
    window: Span,
    opening: Opening,
    busy: Iterable[Span],
    rules: HouseRules,
    *,
    zone: ZoneInfo,
    down: Iterable[Span] = (),
) -> Iterator[Span]:
    """Where a booking may lie in the window: open, not down, not busy, with room for set-up and clean-up.

    `busy` are blocked spans of one unit, `down` the outages.
    """
    before, after = timedelta(minutes=rules.cleanup_minutes), timedelta(minutes=rules.setup_minutes)
    holes = [*down, *(span.grown(before=before, after=after) for span in busy)]
    for opened in opening.within(window, zone):
        yield from without(opened, holes)


def free_of(facts: ResourceFacts, window: Span, *, zone: ZoneInfo, minutes: int = 1) -> list[Span]:
    """Spans of at least `minutes` in which one and the same unit of the resource is free, in order."""
    found = (
        span
        for unit in facts.units
        for span in free_spans(
            window, facts.opening, [held.span for held in unit.held], facts.rules, zone=zone, down=facts.down
        )
        if span.minutes >= minutes
    )
    # Units change hands in the middle of a merged span, so only a single unit's spans may be joined blindly.
    return list(merged(found)) if len(facts.units) == 1 else sorted(set(found))


def outermost(spans: Iterable[Span]) -> list[Span]:
    """Those that lie in no other, in order: they may overlap, but none says what another says already."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.length)):
        if not found or span.end > found[-1].end:
            found.append(span)
    return found


def nearest(wished: Span, facts: WishFacts, window: Span, *, most: int) -> list[Span]:
    """Up to `most` spans of the wished length against which nothing speaks, the nearest first."""
    bookable = _with_notice(window, facts)
    if not facts.resources or bookable is None:
        return []
    starts = {
        start
        for resource in facts.resources
        for free in free_of(resource, bookable, zone=facts.zone, minutes=int(wished.minutes))
        for start in _starts(free, wished, resource.rules.grid_minutes or USUAL_GRID, facts.zone)
    }
    by_distance = sorted(starts, key=lambda moment: (abs(moment - wished.start), moment))
    shifted = (Span(start, start + wished.length) for start in by_distance[: 8 * most])
    return _allowed(shifted, facts, most)


def shortened(wished: Span, facts: WishFacts) -> Span | None:
    """What is left of the wish before or after what is in its way, the longer; None below the shortest."""
    parts = [
        part
        for resource in facts.resources[:1]
        for part in free_of(resource, wished, zone=facts.zone, minutes=resource.rules.min_minutes)
        if part != wished
    ]
    allowed = _allowed(sorted(parts, key=lambda part: (-part.minutes, part.start)), facts, 1)
    return allowed[0] if allowed else None


def _with_notice(window: Span, facts: WishFacts) -> Span | None:
    """The window without what would be too soon: of a long free time only its ends are tried."""
    notice = max((resource.rules.notice_minutes for resource in facts.resources), default=0)
    soonest = facts.now + timedelta(minutes=notice)
    if not notice or soonest <= window.start:
        return window
    return Span(soonest, window.end) if soonest < window.end else None


def _allowed(spans: Iterable[Span], facts: WishFacts, most: int) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        if len(found) == most:
            break
        if not blocking(judge_wish(span, facts)):
            found.append(span)
    return found


def _starts(free: Span, wished: Span, grid: int, zone: ZoneInfo) -> Iterator[datetime]:
    last = free.end - wished.length
    over = off_grid(free.start, grid, zone)
    first = free.start + (timedelta(minutes=grid) - over) if over else free.start
    if first <= last:
        yield first
        yield last - off_grid(last, grid, zone)
    if free.start <= wished.start <= last:
        yield wished.start
