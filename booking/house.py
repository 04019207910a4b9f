"""Rules, hours, units and links of every resource: facts that don't depend on who asks, remembered.

A process reads them again when the house's mark says that something was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from operator import itemgetter

from booking.models import Policy
from booking.rules.house import RULES, HouseRules
from booking.rules.wishes import programme_days
from lab.calendar import Hours, Opening
from lab.holidays import public_holidays
from lab.lab_time import lab_zone
from lab.models import (
    Closure,
    KindRules,
    Link,
    OpeningHours,
    Outage,
    ProgrammeAccess,
    Quota,
    Resource,
    Revision,
    SpecialDay,
    Unit,
    Zone,
)
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
    """A resource with its rules, opening, units and links.

    `programmes` are those whose members may book it, with their days; None for everybody. `down` is what
    was asked for with `places`.
    """

    pk: int
    slug: str
    kind: str
    certification: str | None
    certification_pk: int | None
    rules: HouseRules
    opening: Opening
    units: tuple[int, ...]
    links: tuple[Linked, ...] = ()
    programmes: Mapping[str, Span | None] | None = None
    down: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """Every resource and every zone's opening, by key; of every unit the resource's slug and its number.

    `rows` are the resources as they stand in the database, by slug; `copies` gives them away.
    `outages` are by resource; one without an end in sight has none.
    """

    rows: Mapping[str, Resource]
    places: Mapping[int, Place]
    zones: Mapping[int, Opening]
    units: Mapping[int, tuple[str, int]]
    outages: Mapping[int, tuple[tuple[datetime, datetime | None], ...]]
    quotas: tuple[Quota, ...]
    policy: Policy

    def copies(self, slugs: Iterable[str]) -> dict[str, Resource]:
        """Those of these resources that exist, with zone and certification, for the caller to keep."""
        return {slug: copy(self.rows[slug]) for slug in slugs if slug in self.rows}

    def down(self, resources: Iterable[int], window: Span) -> dict[int, list[Span]]:
        """Outages that touch the window, by resource; an open one lasts beyond the window's end."""
        found: dict[int, list[Span]] = {}
        for pk in resources:
            told = self.outages.get(pk, ())
            spans = [Span(start, end or max(window.end, start) + ENDLESS) for start, end in told]
            found[pk] = [span for span in spans if span.overlaps(window)]
        return found


_remembered: tuple[str, House] | None = None


def house() -> House:
    """The house as it is now."""
    global _remembered
    mark, known = Revision.now(), _remembered
    if known is not None and known[0] == mark:
        return known[1]
    found = _read()
    # The mark was read first: what was written since has another one, and is read again next time.
    _remembered = (mark, found) if mark is not None else None
    return found


def places(resources: Sequence[Resource], window: Span) -> dict[int, Place]:
    """These resources, by key, with their outages in the window."""
    known = house()
    down = known.down([row.pk for row in resources], window)
    return {row.pk: replace(known.places[row.pk], down=tuple(down[row.pk])) for row in resources}


def rules_of(resources: Iterable[Resource]) -> dict[int, HouseRules]:
    """The house rules of each resource, by its key."""
    found = house().places
    return {row.pk: found[row.pk].rules for row in resources}


def house_rules(resource: Resource) -> HouseRules:
    return house().places[resource.pk].rules


def openings(resources: Iterable[Resource]) -> dict[int, Opening]:
    """When each resource is open, by its key."""
    found = house().places
    return {row.pk: found[row.pk].opening for row in resources}


def units_of(resources: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The units of each resource, lowest number first."""
    found = house().places
    return {pk: found[pk].units for pk in resources}


def outages(resources: Iterable[int], window: Span) -> dict[int, list[Span]]:
    """Outages that touch the window, by resource; an open one lasts beyond the window's end."""
    return house().down(resources, window)


def _read() -> House:
    kinds = {values["kind"]: values for values in KindRules.objects.values("kind", *RULES)}
    opening, units, links, programmes = _openings(), _units(), _links(), _programmes()
    rows = Resource.objects.values(
        "pk", "slug", "kind", "zone_id", "always_open", "certification_id", "certification__slug", *RULES
    )
    return House(
        rows={row.slug: row for row in Resource.objects.select_related("zone", "certification")},
        places={
            row["pk"]: Place(
                pk=row["pk"],
                slug=row["slug"],
                kind=row["kind"],
                certification=row["certification__slug"],
                certification_pk=row["certification_id"],
                rules=HouseRules.of(row, kinds.get(row["kind"], {})),
                opening=opening[row["zone_id"], row["always_open"]],
                units=tuple(
                    pk for pk, resource, *_, retired in units if resource == row["pk"] and not retired
                ),
                links=tuple(links[row["pk"]]),
                programmes=programmes.get(row["pk"]),
            )
            for row in rows
        },
        zones={zone: found for (zone, always), found in opening.items() if not always},
        units={pk: (slug, number) for pk, _resource, slug, number, _retired in units},
        outages=_outages(),
        quotas=tuple(Quota.objects.select_related("programme").order_by("pk")),
        policy=Policy.current(),
    )


def _openings() -> dict[tuple[int, bool], Opening]:
    """Of every zone: with its hours, and for what keeps none."""
    hours, closures, special = _hours(), _closures(), _special()
    found = {}
    for zone, always_open, holidays in Zone.objects.values_list("pk", "always_open", "holidays"):
        kept = Opening(
            hours=tuple(hours[zone]),
            closures=tuple(sorted(closures[None] + closures[zone])),
            always=always_open,
            special=special_days(special[zone]),
            holidays=public_holidays(holidays),
        )
        found[zone, False], found[zone, True] = kept, replace(kept, always=True)
    return found


def _hours() -> dict[int, list[Hours]]:
    found: dict[int, list[Hours]] = defaultdict(list)
    rows: Iterable[tuple[int, int, time, time]]
    rows = OpeningHours.objects.values_list("zone_id", "weekday", "opens", "closes")
    for zone, weekday, opens, closes in rows:
        found[zone].append(Hours(weekday, opens, closes))
    return found


def _closures() -> dict[int | None, list[Span]]:
    found: dict[int | None, list[Span]] = defaultdict(list)
    for zone, starts_at, ends_at in Closure.objects.values_list("zone_id", "starts_at", "ends_at"):
        found[zone].append(Span(starts_at, ends_at))
    return found


def _special() -> dict[int, list[SpecialDay]]:
    found: dict[int, list[SpecialDay]] = defaultdict(list)
    for row in SpecialDay.objects.all():
        found[row.zone_id].append(row)
    return found


def _units() -> list[tuple[int, int, str, int, bool]]:
    """Key, resource's key and slug, number, and whether it is out of service: old claims still name it."""
    rows = Unit.everything.order_by("resource", "number")
    return list(rows.values_list("pk", "resource_id", "resource__slug", "number", "retired"))


def _outages() -> dict[int, tuple[tuple[datetime, datetime | None], ...]]:
    found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for resource, starts_at, ends_at in Outage.objects.values_list("resource_id", "starts_at", "ends_at"):
        found[resource].append((starts_at, ends_at))
    return {resource: tuple(sorted(spans, key=itemgetter(0))) for resource, spans in found.items()}


def _links() -> dict[int, list[Linked]]:
    found: dict[int, list[Linked]] = defaultdict(list)
    rows = Link.objects.order_by("also").values_list("resource_id", "also__slug", "also_id", "why", "units")
    for resource, slug, pk, why, units in rows:
        found[resource].append(Linked(slug, pk, why, units))
    return found


def _programmes() -> dict[int, dict[str, Span | None]]:
    found: dict[int, dict[str, Span | None]] = defaultdict(dict)
    rows: Iterable[tuple[int, str, date | None, date | None]] = ProgrammeAccess.objects.values_list(
        "resource_id", "programme__slug", "programme__starts_on", "programme__ends_on"
    )
    for resource, slug, starts_on, ends_on in rows:
        found[resource][slug] = programme_days(starts_on, ends_on, lab_zone())
    return found
