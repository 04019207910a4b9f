"""What a whole series is judged by, read once; other times for those of its occurrences that do not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from booking.models import Booking
from booking.queries.availability import options, sisters
from booking.queries.wishes import wish_facts
from booking.refusals import Alternative
from booking.rules.plans import Judged, Occurrence, judge_all, near
from booking.rules.wishes import WishFacts
from lab.models import Member, Resource
from lab.spans import Span

AROUND = timedelta(days=3)
MOST_HELPED = 60  # conflicts for which other times are looked for: nobody resolves hundreds by hand


def series_facts(
    *,
    member: Member,
    resources: Mapping[str, Resource],
    occurrences: Sequence[Occurrence],
    now: datetime,
    besides: Iterable[Booking] = (),
) -> WishFacts:
    """The facts for all occurrences at once; `besides` are the bookings that they would replace."""
    spans = [each.span for each in occurrences]
    return wish_facts(
        member=member,
        resources=_most_wanted(resources, occurrences),
        window=_hull(spans),
        now=now,
        besides=besides,
        spans=spans,
    )


def other_times(
    conflicts: Sequence[Judged],
    judged: Sequence[Judged],
    *,
    member: Member,
    resources: Mapping[str, Resource],
    now: datetime,
    besides: Iterable[Booking] = (),
) -> dict[datetime, list[Alternative]]:
    """What could be booked instead of each conflict, by its start, with all that fits booked already."""
    conflicts = conflicts[:MOST_HELPED]
    if not conflicts:
        return {}
    fitting = [each.occurrence for each in judged if each.given is not None]
    others = {slug: sisters(row) for slug, row in resources.items()}
    asked = [*_most_wanted(resources, [each.occurrence for each in judged]), *_new(others, resources)]
    windows = {each.occurrence.at: _window(each.occurrence.span, now) for each in conflicts}
    spans = [*windows.values(), *(each.span for each in fitting)]
    wide = wish_facts(
        member=member, resources=asked, window=_hull(spans), now=now, besides=besides, spans=spans
    )
    _again, wide = judge_all(fitting, wide)
    return {
        each.occurrence.at: options(
            each.occurrence.span,
            near(wide, windows[each.occurrence.at]),
            each.occurrence.resources,
            [row.slug for row in others[each.occurrence.resources[0]]],
            windows[each.occurrence.at],
        )
        for each in conflicts
    }


def _most_wanted(resources: Mapping[str, Resource], occurrences: Iterable[Occurrence]) -> list[Resource]:
    """Every resource as often as any of the occurrences names it."""
    most: Counter[str] = Counter()
    for each in occurrences:
        most |= Counter(each.resources)
    return [resources[slug] for slug in most.elements()]


def _new(others: Mapping[str, list[Resource]], resources: Mapping[str, Resource]) -> list[Resource]:
    rows = {row.slug: row for found in others.values() for row in found}
    return [row for slug, row in rows.items() if slug not in resources]


def _hull(spans: Iterable[Span]) -> Span:
    rows = list(spans)
    return Span(min(span.start for span in rows), max(span.end for span in rows))


def _window(span: Span, now: datetime) -> Span:
    end = max(span.end, now) + AROUND
    return Span(max(span.start - AROUND, now), end)
