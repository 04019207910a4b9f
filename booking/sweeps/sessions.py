"""Sessions end with their lease, gently; those that run into their member's own booking become its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from booking import live
from booking.actions.hooked import tell_booking
from booking.actions.tell import tell, told
from booking.models import Booking, Notice, UsageSession
from booking.queries.running import Running, running
from booking.rules.leases import Ending, Run, go_on, is_held

SOON = timedelta(minutes=15)


def end_sessions(*, now: datetime) -> int:
    """Each session's lease as it has to be now; one that is over ends, unless the machine still works.

    How many ended.
    """
    sessions = running(now)
    known = Running(sessions, now) if sessions else None
    return sum(_keep(session, go_on(known.facts(session)), now) for session in sessions if known)


def warn_next(*, now: datetime) -> int:
    """Whoever is next on a machine that works past its time hears of it, once.

    Work that nobody badged in for has the time of its booking; without one it has none.
    """
    rows = UsageSession.objects.filter(ended_at=None, busy_since__isnull=False)
    late = [
        session
        for session in rows.select_related("resource__zone", "booking", "member")
        if _ought_to_end(session, now) <= now and is_held(session.busy_since, session.heard_at, now=now)
    ]
    return sum(_warn(session, now) for session in late)


def _ought_to_end(session: UsageSession, now: datetime) -> datetime:
    return session.lease_until or (session.booking.ends_at if session.booking else now)


def _keep(session: UsageSession, run: Run, now: datetime) -> bool:
    wanted: dict[str, Any] = {
        "lease_until": run.lease_until,
        "ending": run.ending,
        "ending_at": run.ending_at,
    }
    if run.over:
        ends = now if run.ending == Ending.IDLE else run.lease_until
        wanted["ended_at"] = max(ends, session.started_at)
        wanted["busy_since"] = None
    if all(getattr(session, name) == value for name, value in wanted.items()):
        return False
    as_read = UsageSession.objects.filter(pk=session.pk, ended_at=None, lease_until=session.lease_until)
    changed = as_read.filter(busy_since=session.busy_since).update(**wanted)  # else look again the next time
    if changed:
        live.publish_resources([session.resource], now=now)
    return bool(changed) and run.over


def _warn(session: UsageSession, now: datetime) -> bool:
    """The next booking of somebody else, if it begins soon or has begun."""
    after = (
        Booking.objects.filter(
            state__in=Booking.PROMISED,
            claims__unit__resource=session.resource,
            claims__standing=True,
            starts_at__lte=now + SOON,
            ends_at__gt=now,
        )
        .exclude(member=session.member)
        .order_by("starts_at")
        .select_related("member")
        .first()
    )
    if after is None or after.pk == session.booking_id:
        return False
    key = f"{after.pk}:{session.pk}"
    if Notice.objects.filter(key=f"{Notice.Kind.STILL_BUSY}:{key}").exists():
        return False
    facts = told(after, [session.resource])
    tell(after.member, Notice.Kind.STILL_BUSY, key=key, now=now, booking=after, data=facts)
    return True


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
            joined += _join(session, booking, now)
    return joined


@transaction.atomic
def _join(session: UsageSession, booking: Booking, now: datetime) -> bool:
    # Looked at again: a cancellation may have come first.
    begun = Booking.objects.filter(pk=booking.pk, state=Booking.State.BOOKED).update(
        state=Booking.State.CHECKED_IN
    )
    if not begun:
        return False
    UsageSession.objects.filter(pk=session.pk).update(booking=booking)
    tell_booking("booking.started", booking, now=now, state=Booking.State.CHECKED_IN)
    return True
