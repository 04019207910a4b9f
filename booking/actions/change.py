"""Changing a booking: move, extend, finish, cancel, hand over, take back. Old claims stay as history.

Each looks at the booking once more under a lock: what the caller saw may have changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from booking import live
from booking.actions.book import NO_OVERRIDE, Override, refusal, units_or_refuse
from booking.actions.claims import MOST_TRIES, LostRace, claims_for, write
from booking.actions.hooked import tell_change
from booking.actions.known_hits import keep_known
from booking.actions.leases import keep_leases
from booking.actions.tell import tell, tell_about, told
from booking.house import rules_of
from booking.models import Booking, Change, Notice
from booking.queries.wishes import objections, wish_facts
from booking.refusals import Refused
from booking.rules.wishes import Code, Objection, blocking, left
from lab.lab_time import iso
from lab.models import Member, Resource
from lab.spans import Span

State, What = Booking.State, Change.What
ENDED: dict[str, str] = {
    State.DONE: "over",
    State.MISSED: "missed",
    State.CANCELLED: "cancelled",
    State.DECLINED: "declined",
}


def move(
    *,
    booking: Booking,
    span: Span,
    by: Member,
    now: datetime,
    resources: Sequence[Resource] | None = None,
    purpose: str | None = None,
    override: Override = NO_OVERRIDE,
    what: Change.What = What.MOVED,
    quiet: bool = False,
) -> Booking:
    """Give a booking another span, other resources or another purpose, keeping it when that can't be.

    With `quiet` the caller tells the member.

    Raises:
        Refused: with every objection; `too_late_to_cancel` when it is over, or its start has passed.
    """
    before = resources_of(booking)
    wanted = before if resources is None else list(resources)
    try:
        with transaction.atomic():
            hold(booking)
            stood, ended_at = as_it_stands(booking, before), booking.ends_at
            moved = span != booking.span or sorted(r.pk for r in wanted) != sorted(r.pk for r in before)
            renamed = purpose is not None and purpose != booking.purpose
            if (moved or renamed) and not may_change(booking):
                raise too_late(why=standing(booking, now))
            asks = _may_move(booking, span, wanted, by, now, override) if moved else False
            booking.purpose = booking.purpose if purpose is None else purpose
            if moved:
                booking.state = State.REQUESTED if asks else booking.state
                place(booking, span, wanted, now)
            if moved or renamed:
                save_anew(booking, "starts_at", "ends_at", "purpose", "state")
                note(booking, what if moved else What.RENAMED, by=by, now=now, before=stood, why=override)
            if moved:
                keep_known([booking], codes=override.codes, by=by, now=now)
                keep_leases(booking, ended_at=ended_at, now=now)
            if moved and not quiet:
                tell_about(booking, Notice.Kind.MOVED, now=now, by=by, resources=wanted, before=stood)
    except Refused as refused:
        booking.refresh_from_db()
        raise refusal(
            refused.objections, member=booking.member, resources=wanted, span=span, now=now, besides=booking
        ) from None
    live.publish_resources_soon([*before, *wanted])
    return booking


def extend(*, booking: Booking, minutes: int, by: Member, now: datetime) -> Booking:
    """Let a booking end later.

    Raises:
        Refused: when somebody is next, it closes, or it is over already.
    """
    if minutes <= 0:
        raise Refused([Objection(Code.BAD_SPAN, {"why": "no_length"})])
    with transaction.atomic():
        hold(booking)
        if booking.ends_at <= now:
            raise too_late(why=standing(booking, now))
        span = Span(booking.starts_at, booking.ends_at + timedelta(minutes=minutes))
        return move(booking=booking, span=span, by=by, now=now, what=What.EXTENDED)


def finish(*, booking: Booking, by: Member, now: datetime) -> Booking:
    """End a running booking now and give back what is left of it.

    Raises:
        Refused: when it isn't running.
    """
    with transaction.atomic():
        hold(booking)
        if booking.state not in Booking.PROMISED or now not in booking.span or now == booking.starts_at:
            raise too_late(why=standing(booking, now))
        resources = resources_of(booking)
        stood = as_it_stands(booking, resources)
        shortened = booking.ends_at - now
        booking.claims.filter(standing=True).update(blocked_until=F("blocked_until") - shortened)
        booking.ends_at, booking.state = now, State.DONE
        save_anew(booking, "ends_at", "state")
        keep_leases(booking, ended_at=now, now=now)
        note(booking, What.FINISHED, by=by, now=now, before=stood)
    live.publish_resources_soon(resources)
    return booking


def cancel(*, booking: Booking, by: Member, now: datetime, reason: str = "", quiet: bool = False) -> Booking:
    """Give the time back; the booking stays, as cancelled. With `quiet` the caller tells the member.

    Raises:
        Refused: when it is over, has begun, or its last cancellation has passed, and no manager asks.
    """
    resources = resources_of(booking)
    with transaction.atomic():
        hold(booking)
        may_cancel(booking, resources, by, now)
        stood = as_it_stands(booking, resources)
        give_back(booking, State.CANCELLED)
        keep_leases(booking, ended_at=booking.ends_at, now=now)
        note(booking, What.CANCELLED, by=by, now=now, before=stood, reason=reason)
        if not quiet:
            tell_about(booking, Notice.Kind.CANCELLED, now=now, by=by, resources=resources, reason=reason)
    live.publish_resources_soon(resources)
    return booking


def hand_over(*, booking: Booking, to: Member, by: Member, now: datetime) -> Booking:
    """Give a booking to another member, who has to be allowed it as if they had booked it.

    Raises:
        Refused: with every objection against the other member; when it is over.
    """
    with transaction.atomic():
        hold(booking)
        if booking.state not in (State.REQUESTED, *Booking.PROMISED) or booking.ends_at <= now:
            raise too_late(why=standing(booking, now))
        resources = resources_of(booking)
        found = objections(member=to, resources=resources, span=booking.span, now=now, besides=booking)
        if blocking(found):
            raise Refused(found).told_to(by, about=to)
        stood, before = as_it_stands(booking, resources), booking.member
        booking.member, booking.project = to, None  # it was theirs
        save_anew(booking, "member", "project")
        note(booking, What.HANDED_OVER, by=by, now=now, before=stood)
        key = f"{booking.pk}:{booking.sequence}"
        facts = told(booking, resources) | {"to": to.pk, "from": before.pk}
        for member in (before, to):
            tell(
                member,
                Notice.Kind.HANDED_OVER,
                key=f"{key}:{member.pk}",
                now=now,
                booking=booking,
                by=by,
                data=facts,
            )
    return booking


def hold(booking: Booking) -> None:
    """The booking as it is now, and nobody else changes it before this transaction ends."""
    booking.refresh_from_db(from_queryset=Booking.objects.select_for_update(of=("self",)))


def note(
    booking: Booking,
    what: Change.What,
    *,
    now: datetime,
    by: Member | None = None,
    before: dict[str, Any] | None = None,
    reason: str = "",
    why: Override = NO_OVERRIDE,
) -> None:
    """One line of history, told to other programs too."""
    stood = (before or {}) | ({"overridden": sorted(why.codes)} if why.codes else {})
    Change.objects.create(
        booking=booking, what=what, at=now, by=by, before=stood, reason=reason or why.reason
    )
    tell_change(booking, what, now=now)


def as_it_stands(booking: Booking, resources: Sequence[Resource]) -> dict[str, Any]:
    """What a change may have to bring back, JSON-ready."""
    return {
        "starts_at": iso(booking.starts_at),
        "ends_at": iso(booking.ends_at),
        "state": booking.state,
        "purpose": booking.purpose,
        "member": booking.member_id,
        "resources": [resource.slug for resource in resources],
    }


def place(booking: Booking, span: Span, resources: Sequence[Resource], now: datetime) -> None:
    """Let the booking claim this span on these resources, and nothing else any more.

    A request claims nothing; what it asked for before is forgotten, not kept as history.

    Raises:
        Refused: `taken`.
    """
    asks = booking.state == State.REQUESTED
    booking.starts_at, booking.ends_at = span.start, span.end
    for _ in range(MOST_TRIES):
        facts = wish_facts(member=booking.member, resources=resources, window=span, now=now, besides=booking)
        given = units_or_refuse(span, facts)
        claims = claims_for(booking, span, facts, given, standing=not asks)
        with suppress(LostRace), transaction.atomic():
            if asks:
                booking.claims.all().delete()
            booking.claims.filter(superseded=False).update(standing=False, superseded=True)
            write(claims, moves=[] if asks else [m for each in given.values() for m in each.moves])
            return
    raise Refused([Objection(Code.TAKEN, {"resource": one.slug}) for one in dict.fromkeys(resources)])


def give_back(booking: Booking, state: Booking.State) -> None:
    """No claim stands any longer; the booking's calendars hear of it."""
    booking.claims.filter(standing=True).update(standing=False)
    booking.state = state
    save_anew(booking, "state")


def save_anew(booking: Booking, *fields: str) -> None:
    """Calendars take it as another version of what they know."""
    booking.sequence += 1
    booking.save(update_fields=[*fields, "sequence"])


def too_late(**data: Any) -> Refused:
    return Refused([Objection(Code.TOO_LATE_TO_CANCEL, data)])


def standing(booking: Booking, now: datetime) -> str:
    """What a booking is by now, as the reason why something can't be done to it."""
    if booking.state in ENDED or booking.state == State.HELD:
        return ENDED.get(booking.state, "held")
    if booking.ends_at <= now:
        return "over"
    if booking.state == State.REQUESTED:
        return "asked"
    return "begun" if booking.starts_at < now else "not_begun"


def resources_of(booking: Booking) -> list[Resource]:
    """The resources that were asked for, one entry a unit."""
    claims = booking.claims.filter(superseded=False, linked=False)
    rows = claims.select_related("unit__resource__zone", "unit__resource__certification").order_by("unit")
    return [claim.unit.resource for claim in rows]


def _may_move(
    booking: Booking, span: Span, resources: Sequence[Resource], by: Member, now: datetime, override: Override
) -> bool:
    """Whether a manager has to approve the new time.

    Raises:
        Refused: when something speaks against it.
    """
    if span.start != booking.starts_at and booking.starts_at <= now:
        raise too_late(why="over" if booking.ends_at <= now else "begun")
    found = objections(member=booking.member, resources=resources, span=span, now=now, besides=booking)
    if blocking(found, override.codes):
        raise Refused(left(found, override.codes))
    if by.is_manager or booking.span.covers(span):  # less of what was approved stays approved
        return booking.state == State.REQUESTED
    return any(objection.code is Code.NEEDS_APPROVAL for objection in found)


def may_change(booking: Booking) -> bool:
    """Is it still somebody's intent? An offer is taken first."""
    return booking.is_live and booking.state != State.HELD


def may_cancel(booking: Booking, resources: Sequence[Resource], by: Member, now: datetime) -> None:
    if not booking.is_live or booking.ends_at <= now:
        raise too_late(why=standing(booking, now))
    if by.is_manager or booking.state in (State.REQUESTED, State.HELD):
        return
    if booking.starts_at <= now:
        raise too_late(why="begun")
    last = max((rules.cancel_minutes for rules in rules_of(resources).values()), default=0)
    until = booking.starts_at - timedelta(minutes=last)
    if now > until and now - booking.created_at > JUST_BOOKED:
        raise too_late(until=until.isoformat())


JUST_BOOKED = timedelta(minutes=10)  # a slip of the finger may always be taken back
