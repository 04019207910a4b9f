"""What managers decide, members take, and coming does to a booking."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from booking import live
from booking.actions.change import (
    State,
    What,
    as_it_stands,
    give_back,
    hold,
    note,
    place,
    resources_of,
    save_anew,
    standing,
    too_late,
)
from booking.actions.tell import tell_about
from booking.models import Booking, Notice
from booking.queries.wishes import objections
from booking.refusals import Refused
from booking.rules.wishes import Code, blocking
from lab.models import Member

EARLY = timedelta(minutes=15)


def approve(*, booking: Booking, by: Member, now: datetime) -> Booking:
    """Let a request claim its time.

    Raises:
        Refused: `taken` when somebody has the time by now; `too_late_to_cancel` when it asks no longer.
    """
    with transaction.atomic():
        hold(booking)
        if booking.state != State.REQUESTED or booking.ends_at <= now:
            raise too_late(why="over" if booking.state == State.REQUESTED else "decided")
        resources = resources_of(booking)
        stood = as_it_stands(booking, resources)
        booking.state = State.BOOKED
        place(booking, booking.span, resources, now)
        save_anew(booking, "starts_at", "ends_at", "state", "held_until")
        note(booking, What.APPROVED, by=by, now=now, before=stood)
        tell_about(booking, Notice.Kind.APPROVED, now=now, by=by, resources=resources)
    live.publish_resources_soon(resources)
    return booking


def decline(
    *, booking: Booking, now: datetime, by: Member | None = None, reason: str = "", quiet: bool = False
) -> Booking:
    """Say no to a request. With `quiet` the caller tells the member.

    Raises:
        Refused: when it asks no longer.
    """
    with transaction.atomic():
        hold(booking)
        if booking.state != State.REQUESTED:
            raise too_late(why="decided")
        stood = as_it_stands(booking, resources_of(booking))
        give_back(booking, State.DECLINED)
        note(booking, What.DECLINED, by=by, now=now, before=stood, reason=reason)
        if not quiet:
            tell_about(booking, Notice.Kind.DECLINED, now=now, by=by, reason=reason)
    return booking


def take_offer(*, booking: Booking, now: datetime) -> Booking:
    """Turn a held time into a booking, or into a request where a manager has to approve.

    Raises:
        Refused: when it is held no longer, or may not be booked any more.
    """
    member, resources = booking.member, resources_of(booking)
    with transaction.atomic():
        hold(booking)
        if booking.state != State.HELD or booking.held_until is None or booking.held_until <= now:
            raise too_late(why="offer_over")
        found = objections(member=member, resources=resources, span=booking.span, now=now, besides=booking)
        if blocking(found):
            raise Refused(found)
        asks = any(one.code is Code.NEEDS_APPROVAL for one in found) and not member.is_manager
        if asks:
            booking.claims.filter(standing=True).update(standing=False)
        booking.state, booking.held_until = State.REQUESTED if asks else State.BOOKED, None
        save_anew(booking, "starts_at", "ends_at", "state", "held_until")
        note(booking, What.TAKEN, by=member, now=now)
        kind = Notice.Kind.REQUESTED if asks else Notice.Kind.BOOKED
        tell_about(booking, kind, now=now, by=member, resources=resources)
    live.publish_resources_soon(resources)
    return booking


def arrive(*, booking: Booking, now: datetime, by: Member | None = None) -> Booking:
    """Note that its member came.

    Raises:
        Refused: when it isn't time yet, or no longer.
    """
    with transaction.atomic():
        hold(booking)
        if booking.state != State.BOOKED or not booking.starts_at - EARLY <= now < booking.ends_at:
            raise _not_now(booking, now)
        booking.state = State.CHECKED_IN
        booking.save(update_fields=["state"])
        note(booking, What.ARRIVED, by=by, now=now)
    live.publish_resources_soon(resources_of(booking))
    return booking


def _not_now(booking: Booking, now: datetime) -> Refused:
    """Why nobody checks in for it at this time."""
    if booking.state == State.CHECKED_IN and now < booking.ends_at:
        return too_late(why="arrived")
    if booking.state == State.BOOKED and now < booking.starts_at:
        return too_late(why="too_early", **{"from": (booking.starts_at - EARLY).isoformat()})
    return too_late(why=standing(booking, now))
