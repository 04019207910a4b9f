"""Requests that wait for a manager, those that ask for the same time side by side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from booking.models import Booking, Claim
from booking.queries.wishes import objections
from booking.rules.wishes import Code, Objection, blocking
from lab.models import Resource

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Request:
    """A booking that waits, what it asks for, what speaks against it by now, and who has its time."""

    booking: Booking
    resources: tuple[Resource, ...]
    against: tuple[Objection, ...]
    holders: tuple[Booking, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether nobody can say yes to it, as things stand."""
        return any(objection.code is Code.TAKEN for objection in self.against)


def waiting(*, now: datetime) -> QuerySet[Booking]:
    """Requests that can still be decided, the first to begin first."""
    return Booking.objects.filter(state=Booking.State.REQUESTED, ends_at__gt=now)


def requests(*, now: datetime) -> list[list[Request]]:
    """Requests in groups: whoever competes for a resource at the same time stands in one group."""
    rows = waiting(now=now).select_related("member", "booked_by")
    rows = rows.prefetch_related("claims__unit__resource__zone", "claims__unit__resource__certification")
    groups: list[list[Booking]] = []
    for booking in rows.order_by("starts_at", "created_at")[:MOST_SHOWN]:
        rivals = [group for group in groups if any(compete(booking, other) for other in group)]
        groups = [group for group in groups if group not in rivals]
        groups.append([*(other for group in rivals for other in group), booking])
    return [[_request(booking, now) for booking in group] for group in sorted(groups, key=_begins)]


def rivals(booking: Booking, *, now: datetime) -> list[Booking]:
    """Other requests for some of the same time on some of the same resources."""
    rows = waiting(now=now).exclude(pk=booking.pk)
    near = rows.filter(starts_at__lt=booking.ends_at, ends_at__gt=booking.starts_at)
    return [
        other
        for other in near.select_related("member").prefetch_related("claims__unit__resource")
        if compete(booking, other)
    ]


def compete(one: Booking, other: Booking) -> bool:
    """Whether two bookings want a resource at the same time."""
    shared = {row.pk for row in asked(one)} & {row.pk for row in asked(other)}
    return bool(shared) and one.span.overlaps(other.span)


def asked(booking: Booking) -> tuple[Resource, ...]:
    """What was asked for, one entry a unit; the claims with their resources should be prefetched."""
    claims = (claim for claim in booking.claims.all() if not claim.superseded and not claim.linked)
    return tuple(claim.unit.resource for claim in sorted(claims, key=lambda claim: claim.unit_id))


def _request(booking: Booking, now: datetime) -> Request:
    resources = asked(booking)
    found = objections(
        member=booking.member, resources=resources, span=booking.span, now=now, besides=booking
    )
    taken = {objection.data["resource"] for objection in found if objection.code is Code.TAKEN}
    return Request(booking, resources, tuple(blocking(found)), _holders(booking, taken) if taken else ())


def _holders(booking: Booking, taken: Collection[str]) -> tuple[Booking, ...]:
    """Whose claims stand where this request would have to claim."""
    own = [claim for claim in booking.claims.all() if not claim.superseded]
    standing = Claim.objects.filter(
        standing=True,
        unit__resource__slug__in=taken,
        blocked_from__lt=max(claim.blocked_until for claim in own),
        blocked_until__gt=min(claim.blocked_from for claim in own),
    )
    rows = Booking.objects.filter(pk__in=standing.values("booking")).exclude(pk=booking.pk)
    return tuple(rows.select_related("member").order_by("starts_at", "pk"))


def _begins(group: list[Booking]) -> datetime:
    return min(booking.starts_at for booking in group)
