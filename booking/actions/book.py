"""`book()`: the one way into the planning; the database has the last word."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from booking import live
from booking.actions.claims import MOST_TRIES, LostRace, claims_for, write
from booking.actions.hooked import tell_booking
from booking.actions.known_hits import keep_known
from booking.actions.tell import tell_about
from booking.models import Booking, Change, Notice, Project
from booking.queries.availability import alternatives
from booking.queries.wishes import objections, recounted, wish_facts
from booking.refusals import Refused
from booking.rules.units import Assignment
from booking.rules.wishes import (
    OVERRIDABLE,
    Code,
    Objection,
    WishFacts,
    blocking,
    judge_wish,
    left,
    units_for,
)
from lab.models import Member, Programme, Resource
from lab.spans import Span

ANOTHER_TIME = {
    Code.TAKEN, Code.INTERFERENCE, Code.NEEDS_KIT, Code.CLOSED, Code.OUTAGE, Code.TOO_SOON, Code.IN_PAST,
    Code.BAD_SPAN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Override:
    """Rules that a manager sets aside, and why."""

    codes: frozenset[str] = frozenset()
    reason: str = ""

    @classmethod
    def by(cls, member: Member, codes: Collection[str], reason: str) -> Override:
        """What this member may set aside: nothing, unless they manage the lab."""
        if not member.is_manager:
            return cls()
        return cls(frozenset(codes) & OVERRIDABLE, reason)


NO_OVERRIDE = Override()


def check(
    *,
    member: Member,
    resources: Sequence[Resource],
    span: Span,
    now: datetime,
    besides: Booking | None = None,
) -> Refused | None:
    """What is to be said about a wish, notices too, without booking anything; None when there is nothing."""
    found = objections(member=member, resources=resources, span=span, now=now, besides=besides)
    if not found:
        return None
    return refusal(found, member=member, resources=resources, span=span, now=now, besides=besides)


def book(
    *,
    member: Member,
    by: Member,
    resources: Sequence[Resource],
    span: Span,
    now: datetime,
    purpose: str = "",
    override: Override = NO_OVERRIDE,
    hold_until: datetime | None = None,
    project: Project | None = None,
) -> Booking:
    """Promise all the resources for the span, or nothing; a resource named twice asks for two units.

    Where a manager has to approve, the booking is `requested` and claims nothing yet. `hold_until` holds the
    time for the member to take.

    Raises:
        Refused: with every objection, and alternatives where another time would help.
    """
    for _ in range(MOST_TRIES):
        # What counts towards quotas is read within the transaction, or before a refusal.
        facts = wish_facts(member=member, resources=resources, window=span, now=now, counted=False)
        asks = _judge(span, facts, override, member, resources)
        with suppress(LostRace), transaction.atomic():
            if any(resource.quotas for resource in facts.resources):
                # Two wishes of one member come one by one, or each would see the quota without the other.
                queue_for_quotas(member, facts)
                facts = recounted(facts, member=member, resources=resources, window=span)
                asks = _judge(span, facts, override, member, resources)
            asks = asks and not by.is_manager and hold_until is None
            booking = _write(member, by, span, purpose, facts, asks, hold_until, project)
            if override.codes:
                overridden(booking, override, by, now).save()
                keep_known([booking], codes=override.codes, by=by, now=now)
            if hold_until is None:
                tell_about(booking, _kind(booking), now=now, by=by, resources=resources)
                tell_booking("booking.created", booking, now=now, resources=resources)
            live.publish_resources_soon(resources)
            return booking
    raise Refused([Objection(Code.TAKEN, {"resource": one.slug}) for one in dict.fromkeys(resources)])


def refusal(
    against: list[Objection],
    *,
    member: Member,
    resources: Sequence[Resource],
    span: Span,
    now: datetime,
    besides: Booking | None = None,
) -> Refused:
    """The objections, with alternatives where another time would help."""
    if not any(objection.code in ANOTHER_TIME for objection in against):
        return Refused(against)
    return Refused(
        against, alternatives(member=member, resources=resources, span=span, now=now, besides=besides)
    )


def units_or_refuse(span: Span, facts: WishFacts) -> dict[str, Assignment]:
    """The units that the wish gets.

    Raises:
        Refused: `taken`, when they are in each other's way although each could be had alone.
    """
    given = units_for(span, facts)
    if given is None:
        raise Refused([Objection(Code.TAKEN, {"resource": each.slug}) for each in facts.resources])
    return given


def _judge(
    span: Span, facts: WishFacts, override: Override, member: Member, resources: Sequence[Resource]
) -> bool:
    """Whether a manager has to approve.

    Raises:
        Refused: when something speaks against it.
    """
    found = judge_wish(span, facts)
    if blocking(found, override.codes):
        found = judge_wish(span, recounted(facts, member=member, resources=resources, window=span))
        rest = left(found, override.codes)
        raise refusal(rest, member=member, resources=resources, span=span, now=facts.now)
    return any(objection.code is Code.NEEDS_APPROVAL for objection in found) and (
        Code.NEEDS_APPROVAL not in override.codes
    )


def _write(
    member: Member,
    by: Member,
    span: Span,
    purpose: str,
    facts: WishFacts,
    asks: bool,
    hold_until: datetime | None,
    project: Project | None,
) -> Booking:
    state = Booking.State.REQUESTED if asks else Booking.State.BOOKED
    given = units_or_refuse(span, facts)
    booking = Booking.objects.create(
        member=member,
        booked_by=by,
        starts_at=span.start,
        ends_at=span.end,
        purpose=purpose,
        project=project,
        state=Booking.State.HELD if hold_until else state,
        held_until=hold_until,
    )
    claims = claims_for(booking, span, facts, given, standing=not asks)
    write(claims, moves=[] if asks else [move for each in given.values() for move in each.moves])
    return booking


def _kind(booking: Booking) -> Notice.Kind:
    asks = booking.state == Booking.State.REQUESTED
    return Notice.Kind.REQUESTED if asks else Notice.Kind.BOOKED


def overridden(booking: Booking, override: Override, by: Member, now: datetime) -> Change:
    """The line of history about the rules that were set aside, not yet written."""
    return Change(
        booking=booking,
        what=Change.What.OVERRIDDEN,
        at=now,
        by=by,
        before={"codes": sorted(override.codes)},
        reason=override.reason,
    )


def queue_for_quotas(member: Member, facts: WishFacts) -> None:
    """Wait until nobody else books on the quotas of this member, to the end of the transaction."""
    if not connection.features.has_select_for_update:
        return  # SQLite has one writer at a time
    shared = {quota.shared_by for resource in facts.resources for quota in resource.quotas}
    list(Member.objects.filter(pk=member.pk).select_for_update(no_key=True).values_list("pk"))
    programmes = Programme.objects.filter(slug__in=shared - {""}).order_by("pk")
    list(programmes.select_for_update(no_key=True).values_list("pk"))
