"""Free time: of one resource, of the next one of its kind, and around a wish that was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from booking.held import unit_facts
from booking.house import Place, places
from booking.models import Booking
from booking.queries.wishes import wish_facts
from booking.refusals import Alternative
from booking.rules.free import free_of, nearest, outermost, shortened
from booking.rules.units import UnitFacts
from booking.rules.wishes import ResourceFacts, WishFacts, blocking, judge_wish
from lab.lab_time import lab_zone
from lab.models import Member, Resource
from lab.spans import Span

AROUND = timedelta(days=7)
FIRST_LOOK = timedelta(days=1)
MOST_ALTERNATIVES = 4
MOST_SISTERS = 4


def free(resource: Resource, window: Span, *, minutes: int = 0) -> list[Span]:
    """Spans of at least `minutes` in which one unit of the resource is free all along, in order.

    Where units are free at different times the spans overlap; none lies within another.
    """
    return free_by_resource([resource], window, minutes=minutes)[resource.pk]


def free_page(
    resource: Resource, window: Span, *, most: timedelta, minutes: int
) -> tuple[list[Span], datetime | None]:
    """The same of the first part of the window, and from when on the rest is to be asked for.

    What is free across the cut is left to the next page whole, unless it alone is longer than a page.
    """
    part = Span(window.start, min(window.end, window.start + most))
    found = free(resource, part)
    going_on: datetime | None = None
    if part.end < window.end:
        going_on = next((span.start for span in found if span.end == part.end), part.end)
        if going_on == part.start:
            going_on = part.end
        else:
            found = [span for span in found if span.start < going_on]
    return [span for span in found if span.minutes >= minutes], going_on


def free_by_resource(
    resources: Sequence[Resource], window: Span, *, minutes: int = 0
) -> dict[int, list[Span]]:
    """The same for several resources at once, by key."""
    return {pk: list(spans) for pk, spans in _free(places(resources, window), window, minutes)}


def next_free(resources: Iterable[Resource], window: Span, *, minutes: int) -> list[tuple[Resource, Span]]:
    """The first free span of each resource, the earliest first.

    Most are free within a day; only those that aren't are looked at over the whole window.
    """
    rows = list(resources)
    found: dict[int, Span] = {}
    whole = places(rows, window)
    for part in _looks(window):
        missing = {pk: place for pk, place in whole.items() if pk not in found}
        for pk, spans in _free(missing, part, minutes):
            first = next(iter(spans), None)
            # What touches the look's end may go on after it, or be too short only because of it.
            if first is not None and (first.end < part.end or part == window):
                found[pk] = first
    first_free = ((row, found[row.pk]) for row in rows if row.pk in found)
    return sorted(first_free, key=lambda one: (one[1], one[0].slug))


def alternatives(
    *,
    member: Member,
    resources: Sequence[Resource],
    span: Span,
    now: datetime,
    besides: Booking | None = None,
) -> list[Alternative]:
    """What could be booked instead: another time, a sister at the same time, or a shorter time."""
    window = _window(span, now)
    if window is None or not resources:
        return []
    near = sisters(resources[0]) if len(resources) == 1 else []
    wide = wish_facts(member=member, resources=[*resources, *near], window=window, now=now, besides=besides)
    wished = tuple(resource.slug for resource in resources)
    return options(span, wide, wished, [row.slug for row in near], window)


def options(
    span: Span, wide: WishFacts, wished: tuple[str, ...], near: Sequence[str], window: Span
) -> list[Alternative]:
    """The same from facts that reach over the window, the wished resources and their sisters."""
    facts = wide.only(wished)
    shifted = [Alternative(wished, found) for found in nearest(span, facts, window, most=MOST_ALTERNATIVES)]
    other = list(_others(span, facts, wide, wished, near))
    return [*shifted[:2], *other, *shifted[2:]][:MOST_ALTERNATIVES]


def sisters(resource: Resource) -> list[Resource]:
    """Others that would do as well."""
    # The same skill tells a laser's sister from a milling machine of the same kind.
    rows = Resource.objects.filter(
        kind=resource.kind, zone=resource.zone_id, certification=resource.certification_id, listed=True
    ).exclude(pk=resource.pk)
    return list(rows.select_related("zone", "certification").order_by("slug")[:MOST_SISTERS])


def _others(
    span: Span, facts: WishFacts, wide: WishFacts, wished: tuple[str, ...], near: Iterable[str]
) -> Iterator[Alternative]:
    for sister in near:
        if not blocking(judge_wish(span, wide.only([sister]))):
            yield Alternative((sister,), span, "sister")
            break
    shorter = shortened(span, facts)
    if shorter is not None:
        yield Alternative(wished, shorter, "shorten")


def _window(span: Span, now: datetime) -> Span | None:
    start = max(span.start - AROUND, now)
    return Span(start, span.end + AROUND) if start < span.end + AROUND else None


def _looks(window: Span) -> Iterator[Span]:
    if window.length > FIRST_LOOK * 2:
        yield Span(window.start, window.start + FIRST_LOOK)
    yield window


def _free(found: dict[int, Place], window: Span, minutes: int) -> Iterator[tuple[int, Iterable[Span]]]:
    margin = max(
        (timedelta(minutes=p.rules.setup_minutes + p.rules.cleanup_minutes) for p in found.values()),
        default=timedelta(0),
    )
    units = [unit for place in found.values() for unit in place.units]
    held = unit_facts(units, window.grown(before=margin, after=margin))
    for pk, place in found.items():
        spans = free_of(_facts(place, held), window, zone=lab_zone(), minutes=max(minutes, 1))
        yield pk, outermost(spans)


def _facts(place: Place, held: dict[int, UnitFacts]) -> ResourceFacts:
    return ResourceFacts(
        slug=place.slug,
        rules=place.rules,
        opening=place.opening,
        units=tuple(held[unit] for unit in place.units),
        down=place.down,
    )
