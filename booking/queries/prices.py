"""What a booking costs in the lab's own credits, where the lab keeps tariffs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from lab.models import KindRules, Resource, Tariff
from lab.spans import Span

CENT = Decimal("0.01")


def estimate(resources: Sequence[Resource], span: Span) -> Decimal | None:
    """Credits for the span, a resource named twice counted twice; None where none of them has a tariff."""
    tariffs = hourly(resources)
    each = [tariffs[row.pk] for row in resources if row.pk in tariffs]
    if not each:
        return None
    hours = Decimal(round(span.minutes)) / 60
    return (sum(each, Decimal(0)) * hours).quantize(CENT, ROUND_HALF_UP)


def hourly(resources: Iterable[Resource]) -> dict[int, Decimal]:
    """Credits an hour by resource: its own tariff, else that of its kind."""
    resources = list(resources)
    kinds = {row.kind for row in resources}
    of_kind = dict(
        KindRules.objects.filter(kind__in=kinds, tariff__isnull=False).values_list("kind", "tariff")
    )
    asked = {row.pk: row.tariff_id or of_kind.get(row.kind) for row in resources}
    wanted = {pk: tariff for pk, tariff in asked.items() if tariff is not None}
    costs = dict(Tariff.objects.filter(pk__in=set(wanted.values())).values_list("pk", "credits_per_hour"))
    return {pk: costs[tariff] for pk, tariff in wanted.items()}
