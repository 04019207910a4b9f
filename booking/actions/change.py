"""Changing a booking: move, extend, finish, cancel. Old claims stay as history, no longer standing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from booking import live
from booking.actions.book import claim_units, refusal
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
    moved_start = span.start != booking.starts_at
    if not booking.is_live or (moved_start and booking.starts_at <= now):
        raise Refused([Objection(Code.TOO_LATE_TO_CANCEL)])
    against = objections(member=booking.member, resources=resources, span=span, now=now, besides=booking)
    if against:
        raise refusal(against, member=booking.member, resources=resources, span=span, now=now)
    with transaction.atomic():
        booking.claims.update(standing=False)
        booking.starts_at, booking.ends_at = span.start, span.end
        booking.purpose = booking.purpose if purpose is None else purpose
        booking.save(update_fields=["starts_at", "ends_at", "purpose"])
        claim_units(booking, resources)
    live.publish_resources(resources, now=now)
    return booking


def extend(*, booking: Booking, minutes: int, now: datetime) -> Booking:
    """Let a booking end later.

    Raises:
        Refused: when somebody is next, it closes, or it is over already.
    """
    if booking.ends_at <= now or minutes <= 0:
        raise Refused([Objection(Code.TOO_LATE_TO_CANCEL if minutes > 0 else Code.BAD_SPAN)])
    until = booking.ends_at + timedelta(minutes=minutes)
    return move(booking=booking, span=Span(booking.starts_at, until), now=now)


def finish(*, booking: Booking, now: datetime) -> Booking:
    """End a running booking now and give back what is left of it.

    Raises:
        Refused: when it isn't running.
    """
    if not booking.is_live or now not in booking.span or now == booking.starts_at:
        raise Refused([Objection(Code.TOO_LATE_TO_CANCEL)])
    with transaction.atomic():
        shortened = booking.ends_at - now
        booking.claims.filter(standing=True).update(blocked_until=F("blocked_until") - shortened)
        booking.ends_at, booking.state = now, State.DONE
        booking.save(update_fields=["ends_at", "state"])
    live.publish_resources(resources_of(booking), now=now)
    return booking


def cancel(*, booking: Booking, by: Member, now: datetime) -> Booking:
    """Give the time back; the booking stays, as cancelled.

    Raises:
        Refused: when it is over, or has begun and no manager asks.
    """
    over = not booking.is_live or booking.ends_at <= now
    if over or (booking.starts_at <= now and not by.is_manager):
        raise Refused([Objection(Code.TOO_LATE_TO_CANCEL)])
    resources = resources_of(booking)
    with transaction.atomic():
        booking.claims.update(standing=False)
        booking.state = State.CANCELLED
        booking.save(update_fields=["state"])
    live.publish_resources(resources, now=now)
    return booking


def resources_of(booking: Booking) -> list[Resource]:
    """The booked resources, one entry a unit."""
    claims = booking.claims.filter(standing=True).select_related(
        "unit__resource__zone", "unit__resource__certification"
    )
    return [claim.unit.resource for claim in claims.order_by("unit")]
