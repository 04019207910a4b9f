"""The rules of resources as a manager settles them: each value, and who says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from django.db.models import Q

from booking.rule_words import RuleFacts
from booking.rules.house import RULES, HouseRules
from lab.models import KindRules, Quota, Resource

NAMES = (*RULES, "tariff")
HOUSE: dict[str, Any] = {rule.name: rule.default for rule in fields(HouseRules)} | {"tariff": None}


class Source(StrEnum):
    """Who says it: the resource itself, its kind, the house."""

    OWN = "own"
    KIND = "kind"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Rule:
    """One value in force, and who says it."""

    value: Any
    source: Source


RuleBook = Mapping[str, Rule]


def of_house() -> RuleBook:
    """What holds where nobody says anything."""
    return {name: Rule(HOUSE[name], Source.HOUSE) for name in NAMES}


def of_kind(kind: KindRules | None) -> RuleBook:
    """What holds for a kind, and is inherited by its resources."""
    return _over(of_house(), kind, Source.KIND)


def of_resource(resource: Resource, kind: KindRules | None) -> RuleBook:
    return _over(of_kind(kind), resource, Source.OWN)


def kinds() -> dict[str, KindRules]:
    return {row.kind: row for row in KindRules.objects.select_related("tariff")}


def facts_of(resource: Resource) -> RuleFacts:
    """All that the rules say about one resource, for its page."""
    kind = KindRules.objects.select_related("tariff").filter(kind=resource.kind).first()
    book = of_resource(resource, kind)
    limits = Quota.objects.filter(_about(resource)).select_related("programme", "resource").order_by("pk")
    return RuleFacts(
        resource=resource,
        rules=HouseRules(**{name: book[name].value for name in RULES}),
        certification=resource.certification,
        tariff=book["tariff"].value,
        programmes=list(resource.programmes.order_by("slug")),
        quotas=list(limits),
        links=list(resource.links.select_related("also").order_by("also__slug")),
    )


def resources() -> list[Resource]:
    """Every resource with what a table of rules shows."""
    rows = Resource.objects.select_related("certification", "tariff", "zone")
    return list(rows.prefetch_related("programmes", "units").order_by("kind", "slug"))


def by_kind(rows: Iterable[Resource]) -> list[tuple[str, list[Resource]]]:
    """In the order of the kinds, also those that have no resource yet."""
    found = list(rows)
    return [(kind, [row for row in found if row.kind == kind]) for kind in Resource.Kind.values]


def _about(resource: Resource) -> Q:
    return Q(resource=resource) | Q(resource=None, kind__in=("", resource.kind))


def _over(below: RuleBook, row: KindRules | Resource | None, source: Source) -> RuleBook:
    if row is None:
        return below
    own = {name: getattr(row, name) for name in NAMES}
    return {name: below[name] if own[name] in (None, "") else Rule(own[name], source) for name in NAMES}
