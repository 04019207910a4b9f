"""Sessions whose lease is over end; those that run into their member's own booking become its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from booking.models import Booking, UsageSession

GRACE = timedelta(minutes=1)


def end_sessions(*, now: datetime) -> int:
    """A session whose lease is over ends, unless the machine still works: then it ends with the work."""
    ended = 0
    due = UsageSession.objects.filter(ended_at=None, lease_until__lt=now - GRACE, busy_since=None)
    for session in due.select_related("resource__zone"):
        with transaction.atomic():
            ended += UsageSession.objects.filter(pk=session.pk, ended_at=None).update(
                ended_at=session.lease_until
            )
    return ended


def join_bookings(*, now: datetime) -> int:
    """A walk-up that runs into its member's own booking of the machine becomes that booking's session."""
    joined = 0
    for session in UsageSession.objects.filter(ended_at=None, booking=None, member__isnull=False):
        booking = Booking.objects.filter(
            member=session.member,
            state=Booking.State.BOOKED,
            claims__unit__resource=session.resource,
            claims__standing=True,
            starts_at__lte=now,
            ends_at__gt=now,
        ).first()
        if booking is not None:
            joined += _join(session, booking)
    return joined


@transaction.atomic
def _join(session: UsageSession, booking: Booking) -> bool:
    # Looked at again: a cancellation may have come first.
    begun = Booking.objects.filter(pk=booking.pk, state=Booking.State.BOOKED).update(
        state=Booking.State.CHECKED_IN
    )
    if not begun:
        return False
    UsageSession.objects.filter(pk=session.pk).update(booking=booking)
    return True
