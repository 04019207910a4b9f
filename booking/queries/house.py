"""Rules, hours, units, links and outages of resources: the facts that don't depend on who asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from booking.rules.house import RULES, HouseRules
from lab.calendar import Hours, Opening
from lab.holidays import public_holidays
from lab.models import Closure, KindRules, Link, OpeningHours, Outage, Resource, SpecialDay, Unit
from lab.models.places import special_days
from lab.spans import Span

ENDLESS = timedelta(days=2)  # past the window, for an outage without an end in sight


@dataclass(frozen=True, slots=True)
class Linked:
    """Another resource of which units are claimed too."""

    slug: str
    pk: int
    why: str
    wanted: int


@dataclass(frozen=True, slots=True)
class Place:
    """A resource with its rules, opening, units and links; `down` within the window asked for."""

    resource: Resource
    rules: HouseRules
    opening: Opening
    units: tuple[int, ...]
    links: tuple[Linked, ...] = ()
    down: tuple[Span, ...] = ()


def rules_of(resources: Iterable[Resource]) -> dict[int, HouseRules]:
    """The house rules of each resource, by its key."""
    rows = list(resources)
    kinds = {
        values["kind"]: values
        for values in KindRules.objects.filter(kind__in={row.kind for row in rows}).values("kind", *RULES)
    }
    return {
        row.pk: HouseRules.of({rule: getattr(row, rule) for rule in RULES}, kinds.get(row.kind, {}))
        for row in rows
    }


def house_rules(resource: Resource) -> HouseRules:
    return rules_of([resource])[resource.pk]


def openings(resources: Iterable[Resource]) -> dict[int, Opening]:
    """When each resource is open, by its key; its zone has to be there already."""
    rows = list(resources)
    zones = {row.zone_id: row.zone for row in rows}
    hours, closures, special = _hours(zones), _closures(zones), _special(zones)
    made: dict[tuple[int, bool], Opening] = {}
    for row in rows:
        key = (row.zone_id, row.always_open)
        if key not in made:
            zone = row.zone
            made[key] = Opening(
                hours=tuple(hours[zone.pk]),
                closures=tuple(closures[None] + closures[zone.pk]),
                always=row.always_open or zone.always_open,
                special=special_days(special[zone.pk]),
                holidays=public_holidays(zone.holidays),
            )
    return {row.pk: made[row.zone_id, row.always_open] for row in rows}


def places(resources: Sequence[Resource], window: Span) -> dict[int, Place]:
    """Everything about these resources that a wish in the window is judged by, by key."""
    rows = list({row.pk: row for row in resources}.values())
    links = _links(rows)
    everything = {row.pk for row in rows} | {link.pk for found in links.values() for link in found}
    rules, opening, down = rules_of(rows), openings(rows), outages(everything, window)
    units = units_of(everything)
    return {
        row.pk: Place(
            row, rules[row.pk], opening[row.pk], units[row.pk], tuple(links[row.pk]), tuple(down[row.pk])
        )
        for row in rows
    }


def units_of(resources: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The units of each resource, lowest number first."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Unit.objects.filter(resource__in=resources).order_by("resource", "number")
    for resource, unit in rows.values_list("resource_id", "pk"):
        found[resource].append(unit)
    return defaultdict(tuple, {resource: tuple(units) for resource, units in found.items()})


def outages(resources: Iterable[int], window: Span) -> dict[int, list[Span]]:
    """Outages that touch the window, by resource; an open one lasts to the window's end or longer."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Outage.objects.touching(window).filter(resource__in=resources)
    for resource, starts_at, ends_at in rows.values_list("resource_id", "starts_at", "ends_at"):
        found[resource].append(Span(starts_at, ends_at or _no_end(starts_at, window)))
    return found


def _no_end(starts_at: datetime, window: Span) -> datetime:
    return max(window.end, starts_at) + ENDLESS


def _links(rows: Iterable[Resource]) -> dict[int, list[Linked]]:
    found: dict[int, list[Linked]] = defaultdict(list)
    links = Link.objects.filter(resource__in=rows).order_by("also")
    for resource, slug, pk, why, units in links.values_list(
        "resource_id", "also__slug", "also_id", "why", "units"
    ):
        found[resource].append(Linked(slug, pk, why, units))
    return found


def _hours(zones: Iterable[int]) -> dict[int, list[Hours]]:
    found: dict[int, list[Hours]] = defaultdict(list)
    rows = OpeningHours.objects.filter(zone__in=zones)
    for zone, weekday, opens, closes in rows.values_list("zone_id", "weekday", "opens", "closes"):
        found[zone].append(Hours(weekday, opens, closes))
    return found


def _closures(zones: Iterable[int]) -> dict[int | None, list[Span]]:
    found: dict[int | None, list[Span]] = defaultdict(list)
    rows = Closure.objects.filter(Q(zone__in=zones) | Q(zone=None)).order_by("starts_at")
    for zone, starts_at, ends_at in rows.values_list("zone_id", "starts_at", "ends_at"):
        found[zone].append(Span(starts_at, ends_at))
    return found


def _special(zones: Iterable[int]) -> dict[int, list[SpecialDay]]:
    found: dict[int, list[SpecialDay]] = defaultdict(list)
    for row in SpecialDay.objects.filter(zone__in=zones):
        found[row.zone_id].append(row)
    return found
