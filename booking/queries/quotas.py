"""Quotas with what counts towards them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet

from booking.models import Booking
from booking.rules import house
from lab import models as lab
from lab.lab_time import lab_zone
from lab.models import Member, Resource
from lab.spans import Span

# What was given back in time doesn't count; a booking that was missed does.
COUNTED = (*Booking.LIVE, Booking.State.DONE, Booking.State.MISSED)
NO_LONGER = timedelta(days=400)  # than any booking


def quota_rows(rows: Iterable[Resource]) -> list[lab.Quota]:
    """The quotas that may matter to a wish for these resources."""
    resources = list(rows)
    about = Q(resource__in=resources) | Q(kind__in={row.kind for row in resources})
    found = lab.Quota.objects.filter(about | Q(resource=None, kind="")).select_related("programme")
    return list(found.order_by("pk"))


def quotas_of(
    limits: Sequence[lab.Quota],
    member: Member,
    rows: Iterable[Resource],
    programmes: frozenset[str],
    window: Span,
    *,
    besides: Booking | None = None,
) -> dict[int, list[house.Quota]]:
    """Each resource's quotas for this member, with what counts already around the window.

    A quota of a kind counts all resources of the kind together; it is told once for each of them.
    """
    found: dict[int, list[house.Quota]] = defaultdict(list)
    for limit in limits:
        if limit.programme is not None and limit.programme.slug not in programmes:
            continue
        concerned = [row for row in rows if _concerns(limit, row)]
        if not concerned:
            continue
        quota = _quota(limit)
        used = _used(limit, member, quota.reach(window, lab_zone()), besides)
        for row in concerned:
            found[row.pk].append(_quota(limit, used))
    return found


def _concerns(limit: lab.Quota, row: Resource) -> bool:
    return limit.resource_id == row.pk or (limit.resource_id is None and limit.kind in {"", row.kind})


def _quota(limit: lab.Quota, used: tuple[Span, ...] = ()) -> house.Quota:
    peak = limit.peak_from is not None and limit.peak_until is not None
    return house.Quota(
        most=limit.most,
        counts=limit.measure == lab.Quota.Measure.COUNT,
        period=limit.period,
        days=limit.days,
        peak=(limit.peak_from, limit.peak_until) if peak else None,  # type: ignore[arg-type]
        weekends=limit.weekends,
        shared_by=limit.programme.slug if limit.together and limit.programme else "",
        used=used,
    )


def _used(limit: lab.Quota, member: Member, reach: Span, besides: Booking | None) -> tuple[Span, ...]:
    rows: QuerySet[Booking] = Booking.objects.filter(
        state__in=COUNTED,
        ends_at__gt=reach.start,
        starts_at__lt=reach.end,
        starts_at__gt=reach.start - NO_LONGER,
    )
    whose = {"member__programmes": limit.programme} if limit.together else {"member": member}
    rows = rows.filter(**whose)
    if limit.resource_id is not None:
        rows = rows.filter(claims__superseded=False, claims__unit__resource=limit.resource_id)
    elif limit.kind:
        rows = rows.filter(claims__superseded=False, claims__unit__resource__kind=limit.kind)
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    once = rows.order_by("starts_at").values_list("pk", "starts_at", "ends_at").distinct()
    return tuple(Span(starts_at, ends_at) for _pk, starts_at, ends_at in once)
