"""Changing a booking: move, extend, finish, cancel. Old claims stay as history, no longer standing.

Each looks at the booking once more under a lock: what the caller saw may have changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from booking import live
from booking.actions.book import refusal
from booking.actions.claims import MOST_TRIES, LostRace, choose, write
from booking.models import Booking
from booking.queries.wishes import objections
from booking.refusals import Refused
from booking.rules.wishes import Code, Objection
from lab.models import Member, Resource
from lab.spans import Span

State = Booking.State


def move(*, booking: Booking, span: Span, now: datetime, purpose: str | None = None) -> Booking:
    """Give a booking another span on the same resources, keeping it when that can't be.

    Raises:
        Refused: with every objection; `too_late_to_cancel` when it is over, or its start has passed.
    """
    resources = resources_of(booking)
    try:
        with transaction.atomic():
            _hold(booking)
            _may_move(booking, span, resources, now)
            booking.purpose = booking.purpose if purpose is None else purpose
            if span != booking.span:
                _move(booking, span, resources)
            booking.save(update_fields=["starts_at", "ends_at", "purpose"])
    except Refused as refused:
        booking.refresh_from_db()
        raise refusal(
            refused.objections, member=booking.member, resources=resources, span=span, now=now
        ) from None
    live.publish_resources_soon(resources)
    return booking


def extend(*, booking: Booking, minutes: int, now: datetime) -> Booking:
    """Let a booking end later.

    Raises:
        Refused: when somebody is next, it closes, or it is over already.
    """
    if minutes <= 0:
        raise Refused([Objection(Code.BAD_SPAN)])
    with transaction.atomic():
        _hold(booking)
        if booking.ends_at <= now:
            raise _too_late()
        until = booking.ends_at + timedelta(minutes=minutes)
        return move(booking=booking, span=Span(booking.starts_at, until), now=now)


def finish(*, booking: Booking, now: datetime) -> Booking:
    """End a running booking now and give back what is left of it.

    Raises:
        Refused: when it isn't running.
    """
    with transaction.atomic():
        _hold(booking)
        if not booking.is_live or now not in booking.span or now == booking.starts_at:
            raise _too_late()
        shortened = booking.ends_at - now
        booking.claims.filter(standing=True).update(blocked_until=F("blocked_until") - shortened)
        booking.ends_at, booking.state = now, State.DONE
        booking.save(update_fields=["ends_at", "state"])
    live.publish_resources_soon(resources_of(booking))
    return booking


def cancel(*, booking: Booking, by: Member, now: datetime) -> Booking:
    """Give the time back; the booking stays, as cancelled.

    Raises:
        Refused: when it is over, or has begun and no manager asks.
    """
    resources = resources_of(booking)
    with transaction.atomic():
        _hold(booking)
        over = not booking.is_live or booking.ends_at <= now
        if over or (booking.starts_at <= now and not by.is_manager):
            raise _too_late()
        booking.claims.update(standing=False)
        booking.state = State.CANCELLED
        booking.save(update_fields=["state"])
    live.publish_resources_soon(resources)
    return booking


def _may_move(booking: Booking, span: Span, resources: Sequence[Resource], now: datetime) -> None:
    if not booking.is_live or (span.start != booking.starts_at and booking.starts_at <= now):
        raise _too_late()
    if span == booking.span:
        return  # another purpose needs no judge
    against = objections(member=booking.member, resources=resources, span=span, now=now, besides=booking)
    if against:
        raise Refused(against)


def _move(booking: Booking, span: Span, resources: Sequence[Resource]) -> None:
    booking.starts_at, booking.ends_at = span.start, span.end
    for _ in range(MOST_TRIES):
        claims = choose(resources, span, besides=booking)
        with suppress(LostRace), transaction.atomic():
            booking.claims.update(standing=False)
            write(claims, booking=booking)
            return
    raise Refused([Objection(Code.TAKEN, {"resource": one.slug}) for one in dict.fromkeys(resources)])


def _hold(booking: Booking) -> None:
    """The booking as it is now, and nobody else changes it before this transaction ends."""
    booking.refresh_from_db(from_queryset=Booking.objects.select_for_update())


def _too_late() -> Refused:
    return Refused([Objection(Code.TOO_LATE_TO_CANCEL)])


def resources_of(booking: Booking) -> list[Resource]:
    """The booked resources, one entry a unit."""
    claims = booking.claims.filter(standing=True).select_related(
        "unit__resource__zone", "unit__resource__certification"
    )
    return [claim.unit.resource for claim in claims.order_by("unit")]
