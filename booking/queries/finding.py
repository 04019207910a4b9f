"""Find a time: the nearest spans that a member may book, and why the rest is not offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.queries.wishes import wish_facts
from booking.rules.free import nearest
from booking.rules.wishes import Code, Objection, WishFacts, blocking, judge_wish
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Member, Resource
from lab.spans import Span

LOOK_AHEAD = timedelta(days=14)
FIRST_LOOK = timedelta(days=2)
LOOKED_AT = 4  # candidates of each resource: some of them a rule may forbid
# What another hour of the same days would not change.
LASTING = {
    Code.NOT_CERTIFIED, Code.NOT_ELIGIBLE, Code.SUSPENDED, Code.TOO_SHORT, Code.TOO_LONG, Code.TOO_FAR,
    Code.QUOTA,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A span of the wished length that can be booked on these resources; `asks` when a manager approves."""

    resources: tuple[Resource, ...]
    span: Span
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Unoffered:
    """A resource without a time, and what keeps it from one: nothing when it is only full or closed."""

    resource: Resource
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """The offers, the nearest to what was wished first, and the resources that have none."""

    offers: tuple[Offer, ...]
    unoffered: tuple[Unoffered, ...] = ()


def find_times(
    *,
    member: Member,
    resources: Sequence[Resource],
    minutes: int,
    windows: Sequence[Span],
    now: datetime,
    around: datetime | None = None,
    together: bool = False,
    most: int = LOOKED_AT,
) -> Times:
    """Spans of `minutes` in the windows (in order) that this member may book: nearest `around` or soonest.

    Any one of the resources will do, up to `most` spans when there is only one; `together` wants them all
    at once. The resources come with their `zone` and `certification`.
    """
    if not windows or not resources:
        return Times(())
    length = timedelta(minutes=minutes)
    hull = Span(min(w.start for w in windows), max(w.end for w in windows) + length)
    facts = wish_facts(member=member, resources=resources, window=hull, now=now)
    sets = [tuple(resources)] if together else [(row,) for row in dict.fromkeys(resources)]
    each = most if len(sets) == 1 else 1
    offers, unoffered = [], []
    for wanted in sets:
        part = facts.only({row.slug for row in wanted})
        found = _nearest(part, windows, length, around, enough=each)[:each]
        offers += [Offer(wanted, span, _asks(span, part)) for span in found]
        if not found:
            wished = Span(around or windows[0].start, (around or windows[0].start) + length)
            unoffered += list(_unoffered(wanted, wished, part))
    offers.sort(key=lambda offer: (_distance(offer.span, windows, around), offer.resources[0].slug))
    return Times(tuple(offers[:most]), tuple(unoffered))


def day_part(day: date, part: tuple[time, time] | None, *, now: datetime) -> Span | None:
    """What is still to come of a day, or of a part of it; None when that is over."""
    span = day_span(day, lab_zone())
    if part is not None:
        start, end = (datetime.combine(day, at, lab_zone()) for at in part)
        span = Span(start, end)
    return Span(max(span.start, now), span.end) if now < span.end else None


def _nearest(
    facts: WishFacts, windows: Sequence[Span], length: timedelta, around: datetime | None, *, enough: int
) -> list[Span]:
    """Most have something within a day or two; only those that haven't are looked at over all of it."""
    soon = Span(windows[0].start, windows[0].start + FIRST_LOOK)
    near = [part for window in windows if (part := window.common(soon))]
    for looked_at in [near, windows] if around is None and near != list(windows) else [windows]:
        found = [
            span
            for window in looked_at
            if window.length >= length
            for span in nearest(_wished(window, length, around), facts, window, most=LOOKED_AT)
            if window.covers(span)
        ]
        if len(set(found)) >= enough:
            break
    return sorted(set(found), key=lambda span: (_distance(span, windows, around), span))


def _wished(window: Span, length: timedelta, around: datetime | None) -> Span:
    start = min(max(around or window.start, window.start), window.end - length)
    return Span(start, start + length)


def _distance(span: Span, windows: Sequence[Span], around: datetime | None) -> timedelta:
    return abs(span.start - (around or windows[0].start))


def _asks(span: Span, facts: WishFacts) -> bool:
    return any(found.code is Code.NEEDS_APPROVAL for found in judge_wish(span, facts))


def _unoffered(wanted: Iterable[Resource], wished: Span, facts: WishFacts) -> Iterator[Unoffered]:
    for row in wanted:
        found = blocking(judge_wish(wished, facts.only([row.slug])))
        yield Unoffered(row, tuple(one for one in found if one.code in LASTING))
