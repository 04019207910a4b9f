"""What time alone changes: each sweep looks at the whole present and mends what isn't so.

Level-triggered: a sweep that was missed is made good by the next one, and doing it twice changes nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from booking import live
from booking.models import Booking, UsageSession
from lab import bus
from lab.models import Resource, Zone

log = logging.getLogger(__name__)
GRACE = timedelta(minutes=1)


def end_bookings(*, now: datetime) -> int:
    """Checked-in bookings whose time is over are done; others that nobody began are done as well."""
    over = Booking.objects.filter(
        state__in=[Booking.State.BOOKED, Booking.State.CHECKED_IN], ends_at__lte=now
    )
    return over.update(state=Booking.State.DONE)


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


class Pictures:
    """The snapshots sent last; only what changed is sent again, and everything once in a while."""

    REFRESH = timedelta(seconds=60)

    def __init__(self) -> None:
        self._sent: dict[tuple[str, str], dict[str, Any]] = {}
        self._whole_at: datetime | None = None

    def publish(self, *, now: datetime) -> int:
        """Send every changed picture of resources and zones; the number sent."""
        whole = self._whole_at is None or now - self._whole_at >= self.REFRESH
        if whole:
            self._sent, self._whole_at = {}, now
        return sum(self._offer(kind, name, snapshot) for kind, name, snapshot in _pictures(now))

    def forget(self) -> None:
        """What was said while nobody could hear it is said again."""
        self._whole_at = None

    def _offer(self, kind: str, name: str, snapshot: dict[str, Any]) -> bool:
        picture = {key: value for key, value in snapshot.items() if key != "at"}
        if self._sent.get((kind, name)) == picture:
            return False
        self._sent[kind, name] = picture
        bus.publish(kind, name, snapshot)
        return True


def _pictures(now: datetime) -> list[tuple[str, str, dict[str, Any]]]:
    resources = live.resource_snapshots(Resource.objects.select_related("zone"), now=now)
    zones = live.zone_snapshots(Zone.objects.prefetch_related("hours"), now=now)
    return [
        *(("resource", shown["slug"], shown) for shown in resources),
        *(("zone", shown["zone"], shown) for shown in zones),
    ]


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
