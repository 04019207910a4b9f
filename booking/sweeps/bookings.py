"""What becomes of bookings with time: begun, missed, over; and of requests that nobody decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypedDict

from django.db import transaction
from django.db.models import Max, QuerySet

from booking import actions
from booking.actions.change import resources_of
from booking.actions.hooked import tell_booking
from booking.actions.miss import release
from booking.house import rules_of
from booking.models import Booking
from booking.queries.arrivals import asked, begun, came
from booking.queries.listening import heard
from booking.refusals import Refused
from lab.actions import hooks
from lab.models import Resource
from lab.spans import Span

State = Booking.State


class Waited(TypedDict):
    """How long the house waits, and when it listened."""

    grace: timedelta
    heard: Span


def settle_begun(*, now: datetime) -> int:
    """A booking that its member came to is checked in; one that nobody came to is missed, once that is sure,
    and else done when its time is over.
    """
    rows = begun(now=now)
    there = came(rows, now=now)
    absent = _in_vain([booking for booking in rows if booking.pk not in there], now)
    settled = 0
    for booking in rows:
        with suppress(Refused):  # changed meanwhile
            if booking.pk in absent:
                release(booking=booking, now=now, **absent[booking.pk])
            elif booking.ends_at <= now:
                _over(Booking.objects.filter(pk=booking.pk, state=State.BOOKED), now)
            elif booking.pk in there:
                actions.arrive(booking=booking, now=now)
            else:
                continue
            settled += 1
    return settled


def end_bookings(*, now: datetime) -> int:
    """Checked-in bookings whose time is over are done."""
    running = Booking.objects.filter(state=State.CHECKED_IN, starts_at__lte=now)
    return _over(running.filter(ends_at__lte=now), now)


def _over(bookings: QuerySet[Booking], now: datetime) -> int:
    """They are done; other programs hear of each."""
    if not hooks.wanted("booking.finished"):
        return bookings.update(state=State.DONE)
    with transaction.atomic():
        rows = list(bookings.select_for_update(of=("self",)))
        done = Booking.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.DONE)
        for row in rows:
            tell_booking("booking.finished", row, now=now, state=State.DONE)
    return done


def finish_left(*, now: datetime) -> int:
    """Who badged out and did not come back within the time that others wait gives the rest back."""
    running = Booking.objects.filter(state=State.CHECKED_IN, starts_at__lt=now, ends_at__gt=now)
    rows = running.filter(sessions__ended_at__isnull=False).exclude(sessions__ended_at=None)
    rows = rows.annotate(left_at=Max("sessions__ended_at")).select_related("member")
    finished = 0
    for booking in rows:
        graces = _graces(resources_of(booking)).values()
        if graces and now - booking.left_at >= max(graces):
            with suppress(Refused):  # changed meanwhile
                actions.finish(booking=booking, by=booking.member, now=now)
                finished += 1
    return finished


def decline_late(*, now: datetime) -> int:
    """A request whose time has come before anybody decided is declined."""
    declined = 0
    for booking in Booking.objects.filter(state=State.REQUESTED, starts_at__lte=now).select_related("member"):
        with suppress(Refused):
            actions.decline(booking=booking, now=now)
            declined += 1
    return declined


def _in_vain(bookings: Sequence[Booking], now: datetime) -> dict[int, Waited]:
    """Those that were waited for long enough, with all ears, while they could still have begun; by key."""
    wanted = {booking: asked(booking) for booking in bookings}
    resources = list({row for rows in wanted.values() for row in rows})
    grace = _graces(resources)
    if not grace:
        return {}
    ears = heard(resources, now=now)
    each = {
        booking.pk: [_waited(booking, row, grace, ears) for row in rows] for booking, rows in wanted.items()
    }
    whole = {pk: [one for one in found if one] for pk, found in each.items() if found and all(found)}
    return {pk: min(found, key=lambda one: one["heard"].length) for pk, found in whole.items()}


def _graces(resources: Collection[Resource]) -> dict[int, timedelta]:
    rules = rules_of(resources) if resources else {}
    return {
        pk: timedelta(minutes=each.grace_minutes)
        for pk, each in rules.items()
        if each.grace_minutes is not None
    }


def _waited(
    booking: Booking, row: Resource, graces: Mapping[int, timedelta], ears: Mapping[int, Span]
) -> Waited | None:
    """How somebody listened for the whole grace, within the booking's time; None when there was a break."""
    grace, heard_by = graces.get(row.pk), ears.get(row.pk)
    if grace is None or heard_by is None:
        return None
    listened = booking.span.common(heard_by)
    if listened is None or listened.length < max(grace, timedelta(minutes=1)):
        return None
    return {"grace": grace, "heard": listened}
