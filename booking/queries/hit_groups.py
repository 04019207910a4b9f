"""Who is hit, by what: what a manager has to decide, and what was decided lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from booking.models import Booking, Hit
from booking.queries.hits import undecided
from booking.queries.proposals import Proposal, proposals
from booking.queries.requests import asked
from lab.models import Closure, Outage, Resource

MOST_SHOWN = 40
LATELY = 12
CLAIMS = "booking__claims__unit__resource__zone", "booking__claims__unit__resource__certification"


@dataclass(frozen=True, slots=True)
class HitRow:
    """A booking that is hit, and where it could be instead."""

    hit: Hit
    booking: Booking
    resources: tuple[Resource, ...]
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class HitGroup:
    """An outage or a closure with the bookings that it hits; `more` of them are not shown yet."""

    cause: Outage | Closure
    rows: tuple[HitRow, ...]
    more: int

    @property
    def is_closure(self) -> bool:
        return isinstance(self.cause, Closure)

    @property
    def name(self) -> str:
        """What addresses call it."""
        return anchor(self.cause)

    @property
    def movable(self) -> int:
        return sum(row.proposal is not None for row in self.rows)


def anchor(cause: Outage | Closure) -> str:
    kind = "closure" if isinstance(cause, Closure) else "outage"
    return f"{kind}-{cause.pk}"


def hit_groups(*, now: datetime) -> list[HitGroup]:
    """What is to be decided, by what hits; the group with the first booking to begin comes first."""
    rows = _whole(undecided(now=now))
    shown = list(rows[:MOST_SHOWN])
    more = defaultdict(int, _left(undecided(now=now).values_list("outage", "closure"), shown))
    instead = proposals(shown, now=now)
    groups: dict[tuple[int | None, int | None], list[Hit]] = defaultdict(list)
    for hit in shown:
        groups[hit.outage_id, hit.closure_id].append(hit)
    return [
        HitGroup(cause, tuple(_row(hit, instead.get(hit.pk)) for hit in hits), more[key])
        for key, hits in groups.items()
        if (cause := hits[0].cause) is not None
    ]


def open_hits(keys: Sequence[int], *, now: datetime) -> list[Hit]:
    """Of these hits those that are still to be decided, the first to begin first."""
    return list(_whole(undecided(now=now).filter(pk__in=keys))[:MOST_SHOWN])


def decided_lately() -> QuerySet[Hit]:
    """The newest decisions."""
    rows = Hit.objects.exclude(decision="").select_related("decided_by")
    return _whole(rows.order_by("-decided_at", "-pk"))[:LATELY]


def _whole(rows: QuerySet[Hit]) -> QuerySet[Hit]:
    return rows.select_related("booking__member", "outage__resource", "closure__zone").prefetch_related(
        *CLAIMS
    )


def _left(
    keys: QuerySet[Hit, tuple[int | None, int | None]], shown: Sequence[Hit]
) -> dict[tuple[int | None, int | None], int]:
    """How many of each group are not shown."""
    found: dict[tuple[int | None, int | None], int] = defaultdict(int)
    for key in keys:
        found[key] += 1
    for hit in shown:
        found[hit.outage_id, hit.closure_id] -= 1
    return found


def _row(hit: Hit, proposal: Proposal | None) -> HitRow:
    return HitRow(hit, hit.booking, tuple(dict.fromkeys(asked(hit.booking))), proposal)
