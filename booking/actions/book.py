"""`book()`: the one way into the planning; the database has the last word."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from booking import live
from booking.actions.claims import MOST_TRIES, LostRace, choose, write
from booking.models import Booking
from booking.queries.availability import alternatives
from booking.queries.wishes import objections
from booking.refusals import Refused
from booking.rules.wishes import Code, Objection
from lab.models import Member, Resource
from lab.spans import Span

ANOTHER_TIME = {Code.TAKEN, Code.CLOSED, Code.OUTAGE, Code.TOO_SOON, Code.IN_PAST}


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
        Refused: with every objection, and alternatives where another time would help.
    """
    against = check(member=member, resources=resources, span=span, now=now)
    if against:
        raise against
    try:
        booking = _write(member, by, resources, span, purpose)
    except Refused as lost:
        raise refusal(lost.objections, member=member, resources=resources, span=span, now=now) from lost
    live.publish_resources_soon(resources)
    return booking


def refusal(
    against: list[Objection], *, member: Member, resources: Sequence[Resource], span: Span, now: datetime
) -> Refused:
    """The objections, with alternatives where another time would help."""
    helps = any(objection.code in ANOTHER_TIME for objection in against)
    instead = alternatives(member=member, resources=resources, span=span, now=now) if helps else []
    return Refused(against, instead)


def _write(member: Member, by: Member, resources: Sequence[Resource], span: Span, purpose: str) -> Booking:
    for _ in range(MOST_TRIES):
        # Chosen before the transaction: nobody waits while we look, and the constraint decides every race.
        claims = choose(resources, span)
        with suppress(LostRace), transaction.atomic():
            booking = Booking.objects.create(
                member=member, booked_by=by, starts_at=span.start, ends_at=span.end, purpose=purpose
            )
            write(claims, booking=booking)
            return booking
    raise Refused([Objection(Code.TAKEN, {"resource": one.slug}) for one in dict.fromkeys(resources)])
