"""Quotas with what counts towards them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet

from booking.house import House, Place
from booking.models import Booking
from booking.rules import house as rules
from lab import models as lab
from lab.compiled import Compiled, key, moment, text
from lab.lab_time import lab_zone
from lab.models import Member
from lab.spans import Span

# What was given back in time doesn't count; a booking that was missed does.
COUNTED = (*Booking.LIVE, Booking.State.DONE, Booking.State.MISSED)
NO_LONGER = timedelta(days=400)  # than any booking


def quotas_about(known: House, found: Iterable[Place]) -> list[lab.Quota]:
    """The quotas that may matter to a wish for these resources."""
    rows = list(found)
    return [limit for limit in known.quotas if any(_concerns(limit, place) for place in rows)]


def quotas_of(
    limits: Iterable[lab.Quota],
    member: Member,
    found: Iterable[Place],
    programmes: frozenset[str],
    window: Span,
    *,
    besides: Collection[int] = (),
    counted: bool = True,
) -> dict[int, list[rules.Quota]]:
    """Each resource's quotas for this member, with what counts already around the window.

    A quota of a kind counts all resources of the kind together; it is told once for each of them. `besides`
    are bookings that don't count. Without `counted` nothing counts yet.
    """
    quotas: dict[int, list[rules.Quota]] = defaultdict(list)
    rows = list(found)
    for limit in limits:
        if limit.programme is not None and limit.programme.slug not in programmes:
            continue
        reach = _quota(limit).reach(window, lab_zone())
        used = _used(limit, member, reach, besides) if counted else ()
        for place in rows:
            if _concerns(limit, place):
                quotas[place.pk].append(_quota(limit, used))
    return quotas


def _concerns(limit: lab.Quota, place: Place) -> bool:
    return limit.resource_id == place.pk or (limit.resource_id is None and limit.kind in {"", place.kind})


def _quota(limit: lab.Quota, used: tuple[Span, ...] = ()) -> rules.Quota:
    peak = limit.peak_from is not None and limit.peak_until is not None
    return rules.Quota(
        most=limit.most,
        counts=limit.measure == lab.Quota.Measure.COUNT,
        period=limit.period,
        days=limit.days,
        peak=(limit.peak_from, limit.peak_until) if peak else None,  # type: ignore[arg-type]
        weekends=limit.weekends,
        shared_by=limit.programme.slug if limit.together and limit.programme else "",
        used=used,
        row=limit.pk,
    )


def _used(limit: lab.Quota, member: Member, reach: Span, besides: Collection[int]) -> tuple[Span, ...]:
    whose, what = bool(limit.together), "resource" if limit.resource_id else "kind" if limit.kind else ""
    rows = COUNTING[whose, what].rows(
        whose=limit.programme_id if limit.together else member.pk,
        resource=limit.resource_id,
        kind=limit.kind,
        since=reach.start,
        until=reach.end,
        oldest=reach.start - NO_LONGER,
    )
    return tuple(Span(starts_at, ends_at) for pk, starts_at, ends_at in rows if pk not in besides)


def _counting(together: bool, what: str) -> QuerySet[Booking, Any]:
    """Bookings that count: of one member or of a programme's; of a resource, a kind or everything."""
    rows = Booking.objects.filter(
        state__in=COUNTED,
        ends_at__gt=moment("since"),
        starts_at__lt=moment("until"),
        starts_at__gt=moment("oldest"),
    )
    rows = rows.filter(**{"member__programmes" if together else "member": key("whose")})
    if what == "resource":
        rows = rows.filter(claims__superseded=False, claims__unit__resource=key("resource"))
    elif what == "kind":
        rows = rows.filter(claims__superseded=False, claims__unit__resource__kind=text("kind"))
    return rows.order_by("starts_at").values_list("pk", "starts_at", "ends_at").distinct()


COUNTING = {
    (together, what): Compiled(partial(_counting, together, what))
    for together in (False, True)
    for what in ("", "resource", "kind")
}
