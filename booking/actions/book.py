"""`book()`: the one way into the planning; the database has the last word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from booking import live
from booking.models import Booking, Claim
from booking.queries.availability import alternatives
from booking.queries.wishes import free_units, house_rules, objections
from booking.refusals import Refused
from booking.rules.wishes import Code, Objection
from lab.models import Member, Resource, Unit
from lab.spans import Span

TRIES = 3


def check(*, member: Member, resources: Sequence[Resource], span: Span, now: datetime) -> Refused | None:
    """What speaks against a wish, without booking anything; None when nothing does."""
    against = objections(member=member, resources=resources, span=span, now=now)
    return refusal(against, member=member, resources=resources, span=span, now=now) if against else None


def book(
    *,
    member: Member,
    by: Member,
    resources: Sequence[Resource],
    span: Span,
    now: datetime,
    purpose: str = "",
) -> Booking:
    """Promise all the resources for the span, or nothing; a resource named twice asks for two units.

    Raises:
        Refused: with every objection, and alternatives when the time is taken.
    """
    against = check(member=member, resources=resources, span=span, now=now)
    if against:
        raise against
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                member=member, booked_by=by, starts_at=span.start, ends_at=span.end, purpose=purpose
            )
            claim_units(booking, resources)
    except Refused as lost:
        raise refusal(lost.objections, member=member, resources=resources, span=span, now=now) from lost
    live.publish_resources(resources, now=now)
    return booking


def claim_units(booking: Booking, resources: Sequence[Resource]) -> None:
    """Block a unit of each resource for the booking, inside the caller's transaction.

    Raises:
        Refused: `taken`, when no unit is left; also when a race was lost, which only the constraint can tell.
    """
    for _ in range(TRIES):
        claims = [
            Claim(booking=booking, unit=unit, blocked_from=blocked.start, blocked_until=blocked.end)
            for resource, wanted in Counter(resources).items()
            for blocked in (house_rules(resource).blocked(booking.span),)
            for unit in _pick(resource, wanted, blocked, booking)
        ]
        try:
            with transaction.atomic():
                # In unit order, so that two bookings which want the same units can't wait for each other.
                for claim in sorted(claims, key=lambda claim: claim.unit_id):
                    claim.save(force_insert=True)
        except IntegrityError:
            continue
        return
    raise Refused(
        [Objection(Code.TAKEN, {"resource": resource.slug}) for resource in dict.fromkeys(resources)]
    )


def refusal(
    against: list[Objection], *, member: Member, resources: Sequence[Resource], span: Span, now: datetime
) -> Refused:
    """The objections, with alternatives where the time is taken."""
    taken = any(objection.code is Code.TAKEN for objection in against)
    instead = alternatives(member=member, resources=resources, span=span, now=now) if taken else []
    return Refused(against, instead)


def _pick(resource: Resource, wanted: int, blocked: Span, besides: Booking) -> list[Unit]:
    units = list(free_units(resource, blocked, besides)[:wanted])
    if len(units) < wanted:
        raise Refused([Objection(Code.TAKEN, {"resource": resource.slug, "units_free": len(units)})])
    return units
