"""Who waits for what, and which free time could be offered to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from booking.models import Booking, Change, Wait
from booking.queries.wishes import wish_facts
from booking.rules.waiting import fits, for_anybody, wanted
from booking.rules.wishes import WishFacts
from lab.models import Member, Resource, Revision
from lab.spans import Span

TAIL = 64  # newest rows that tell a change; later keys may become visible before earlier ones


def waiting(*, now: datetime) -> list[Wait]:
    """Those who wait, in the order in which they are asked."""
    rows = Wait.objects.filter(state=Wait.State.WAITING, ends_at__gt=now, member__is_active=True)
    return list(rows.select_related("member", "resource").order_by("created_at", "pk"))


def of(member: Member) -> QuerySet[Wait]:
    """The member's waits that are not over, offers first."""
    rows = Wait.objects.filter(member=member, state__in=[Wait.State.WAITING, Wait.State.OFFERED])
    rows = rows.select_related("resource", "offer").prefetch_related("offer__claims__unit__resource__zone")
    return rows.order_by("-state", "created_at")


def place_in_line(wait: Wait) -> int:
    """How many are asked before this one, and it: those who wait for any of the same at the same time."""
    if wait.resource is not None:
        rivals = Q(resource=wait.resource) | Q(resource=None, kind=wait.resource.kind)
    else:
        rivals = Q(kind=wait.kind) | Q(resource__kind=wait.kind)
    before = Q(created_at__lt=wait.created_at) | Q(created_at=wait.created_at, pk__lt=wait.pk)
    rows = Wait.objects.filter(rivals, before, state=Wait.State.WAITING)
    return rows.filter(starts_at__lt=wait.ends_at, ends_at__gt=wait.starts_at).count() + 1


def declined(wait: Wait) -> list[Span]:
    """The times that the member did not want."""
    return [Span(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in wait.declined]


def mark() -> Hashable | None:
    """Another one whenever time may have become free or somebody new waits; None when nobody does."""
    waits = tuple(Wait.objects.filter(state=Wait.State.WAITING).order_by("-pk").values_list("pk")[:TAIL])
    if not waits:
        return None
    return waits, tuple(Change.objects.order_by("-pk").values_list("pk")[:TAIL]), Revision.now()


class FreeTime:
    """One look at the planning, by which all who wait are judged: nobody is asked before an earlier one
    because something became free between the two. What is offered is taken off.
    """

    def __init__(self, waits: Sequence[Wait], *, now: datetime, after: datetime) -> None:
        self._now, self._after = now, after
        self._rows = _resources(waits)
        resources = list(dict.fromkeys(row for rows in self._rows.values() for row in rows))
        window = Span(now, max(wait.ends_at for wait in waits))
        member = waits[0].member  # whose facts don't count
        self._facts = wish_facts(member=member, resources=resources, window=window, now=now)
        self._free: dict[tuple[str, Span, timedelta], bool] = {}

    def find(self, wait: Wait) -> tuple[Resource, Span] | None:
        """The earliest time that this member may book, and on which resource."""
        length = timedelta(minutes=wait.minutes)
        parts = wanted(wait.window, declined(wait), length=length, after=self._after)
        found = [
            (span, row.slug, row)
            for row in self._rows[wait.resource_id or wait.kind]
            for part in parts
            if self._is_free(row.slug, part, length)
            if (span := next(fits(self._for(wait.member, row, part), part, length), None))
        ]
        if not found:
            return None
        span, _slug, row = min(found, key=lambda one: one[:2])
        return row, span

    def take(self, booking: Booking) -> None:
        """This time is free no longer."""
        blocked: dict[str, tuple[Span, list[int]]] = {}
        for claim in booking.claims.filter(standing=True).select_related("unit__resource"):
            span = Span(claim.blocked_from, claim.blocked_until)
            blocked.setdefault(claim.unit.resource.slug, (span, []))[1].append(claim.unit_id)
        self._facts = self._facts.holding(blocked, booking.span)
        self._free.clear()

    def _is_free(self, slug: str, part: Span, length: timedelta) -> bool:
        key = (slug, part, length)
        if key not in self._free:
            facts = for_anybody(self._facts.only([slug]))
            self._free[key] = next(fits(facts, part, length), None) is not None
        return self._free[key]

    def _for(self, member: Member, row: Resource, part: Span) -> WishFacts:
        """The facts of this member, with the planning as it was looked at."""
        own = wish_facts(member=member, resources=[row], window=part, now=self._now)
        (mine,), (seen,) = own.resources, self._facts.only([row.slug]).resources
        return replace(own, resources=(replace(seen, quotas=mine.quotas, competing=mine.competing),))


def _resources(waits: Sequence[Wait]) -> dict[int | str, list[Resource]]:
    """What each wait may be about, by its resource's key or its kind."""
    found: dict[int | str, list[Resource]] = defaultdict(list)
    kinds = {wait.kind for wait in waits if wait.kind}
    for row in Resource.objects.filter(kind__in=kinds, listed=True).order_by("slug"):
        found[row.kind].append(row)
    for wait in waits:
        if wait.resource is not None:
            found[wait.resource.pk] = [wait.resource]
    return found
