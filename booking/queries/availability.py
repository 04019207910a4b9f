"""Free time: of one resource, of the next one of its kind, and around a wish that was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from booking.models import Claim
from booking.queries.wishes import house_rules, objections, outages
from booking.refusals import Alternative
from booking.rules.wishes import free_spans
from lab.lab_time import lab_zone
from lab.models import Member, Resource
from lab.spans import Span, merged

AROUND = timedelta(days=7)
MOST_ALTERNATIVES = 3


def free(resource: Resource, window: Span, *, minutes: int = 0) -> list[Span]:
    """Spans of at least `minutes` in which some unit of the resource is free, in order."""
    rules = house_rules(resource)
    opening = resource.zone.opening(always=resource.always_open)
    down = outages([resource], window).get(resource.pk, [])
    margin = timedelta(minutes=rules.setup_minutes + rules.cleanup_minutes)
    busy = _busy_by_unit(resource, window.grown(before=margin, after=margin))
    enough = max(minutes, 1)
    of_units = (
        span
        for claims in busy.values()
        for span in free_spans(window, opening, claims, rules, down=down, zone=lab_zone())
        if span.minutes >= enough
    )
    # Units change hands in the middle of a merged span, so only a single unit's spans may be joined blindly.
    return list(merged(of_units)) if len(busy) == 1 else sorted(set(of_units))


def next_free(resources: Iterable[Resource], window: Span, *, minutes: int) -> list[tuple[Resource, Span]]:
    """The first free span of each resource, the earliest first."""
    first = ((resource, next(iter(free(resource, window, minutes=minutes)), None)) for resource in resources)
    return sorted(((r, span) for r, span in first if span), key=lambda found: (found[1], found[0].slug))


def alternatives(
    *, member: Member, resources: Sequence[Resource], span: Span, now: datetime
) -> list[Alternative]:
    """What could be booked instead: the same at the nearest times, or a sister at the same time."""
    found: list[Alternative] = []
    for wish in _candidates(resources, span, now):
        if not objections(member=member, resources=wish[0], span=wish[1], now=now):
            found.append(Alternative(tuple(r.slug for r in wish[0]), wish[1]))
        if len(found) == MOST_ALTERNATIVES:
            break
    return found


def _candidates(
    resources: Sequence[Resource], span: Span, now: datetime
) -> Iterator[tuple[Sequence[Resource], Span]]:
    if len(resources) == 1:
        resource = resources[0]
        # The same skill tells a laser's sister from a milling machine of the same kind.
        sisters = Resource.objects.filter(
            kind=resource.kind, zone=resource.zone, certification=resource.certification
        ).exclude(pk=resource.pk)
        nearest = _nearest(resource, span, now)
        yield from (([resource], found) for found in nearest[: MOST_ALTERNATIVES - 1])
        yield from (([sister], span) for sister in sisters.select_related("zone", "certification")[:4])
        yield from (([resource], found) for found in nearest[MOST_ALTERNATIVES - 1 :])
    elif resources:
        yield from ((resources, found) for found in _nearest(resources[0], span, now))


def _nearest(resource: Resource, span: Span, now: datetime) -> list[Span]:
    start = max(span.start - AROUND, now)
    if start >= span.end + AROUND:
        return []
    grid = timedelta(minutes=resource.grid_minutes)
    starts = set()
    for found in free(resource, Span(start, span.end + AROUND), minutes=int(span.minutes)):
        first, last = _since_midnight(found.start, grid, up=True), found.end - span.length
        if first <= last:
            starts |= {first, _since_midnight(last, grid)}
        if found.start <= span.start <= last:
            starts.add(span.start)
    by_distance = sorted(starts, key=lambda moment: (abs(moment - span.start), moment))
    return [Span(moment, moment + span.length) for moment in by_distance[:8]]


def _since_midnight(moment: datetime, grid: timedelta, *, up: bool = False) -> datetime:
    """The nearest moment on the grid of the lab's clock, not later, or not earlier when `up`."""
    local = moment.astimezone(lab_zone())
    over = (local - local.replace(hour=0, minute=0, second=0, microsecond=0)) % grid
    return moment + (grid - over) if up and over else moment - over


def _busy_by_unit(resource: Resource, window: Span) -> dict[int, list[Span]]:
    busy: dict[int, list[Span]] = {unit.pk: [] for unit in resource.units.all()}
    claims = Claim.objects.filter(
        unit__resource=resource, standing=True, blocked_from__lt=window.end, blocked_until__gt=window.start
    )
    for claim in claims:
        busy[claim.unit_id].append(Span(claim.blocked_from, claim.blocked_until))
    return busy
