"""What becomes of bookings with time: begun, missed, over; and of requests that nobody decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from booking import actions
from booking.actions.miss import release
from booking.house import rules_of
from booking.models import Booking
from booking.queries.arrivals import asked, begun, came
from booking.queries.listening import heard
from booking.refusals import Refused
from lab.models import Resource
from lab.spans import Span

State = Booking.State


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
                release(booking=booking, now=now)
            elif booking.ends_at <= now:
                Booking.objects.filter(pk=booking.pk, state=State.BOOKED).update(state=State.DONE)
            elif booking.pk in there:
                actions.arrive(booking=booking, now=now)
            else:
                continue
            settled += 1
    return settled


def end_bookings(*, now: datetime) -> int:
    """Checked-in bookings whose time is over are done."""
    running = Booking.objects.filter(state=State.CHECKED_IN, starts_at__lte=now)
    return running.filter(ends_at__lte=now).update(state=State.DONE)


def decline_late(*, now: datetime) -> int:
    """A request whose time has come before anybody decided is declined."""
    declined = 0
    for booking in Booking.objects.filter(state=State.REQUESTED, starts_at__lte=now).select_related("member"):
        with suppress(Refused):
            actions.decline(booking=booking, now=now)
            declined += 1
    return declined


def _in_vain(bookings: Sequence[Booking], now: datetime) -> set[int]:
    """Keys of those that were waited for long enough, with all ears, while they could still have begun."""
    wanted = {booking: asked(booking) for booking in bookings}
    resources = list({row for rows in wanted.values() for row in rows})
    grace = _graces(resources)
    if not grace:
        return set()
    ears = heard(resources, now=now)
    return {
        booking.pk
        for booking, rows in wanted.items()
        if rows and all(_long_enough(booking, grace.get(row.pk), ears.get(row.pk)) for row in rows)
    }


def _graces(resources: Collection[Resource]) -> dict[int, timedelta]:
    rules = rules_of(resources) if resources else {}
    return {
        pk: timedelta(minutes=each.grace_minutes)
        for pk, each in rules.items()
        if each.grace_minutes is not None
    }


def _long_enough(booking: Booking, grace: timedelta | None, ears: Span | None) -> bool:
    """Whether somebody listened for the whole grace, within the booking's time and without a break."""
    if grace is None or ears is None:
        return False
    listened = booking.span.common(ears)
    return listened is not None and listened.length >= max(grace, timedelta(minutes=1))
