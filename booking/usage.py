"""What a machine really does, as its power tells it: sessions open and close by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from booking import live
from booking.held import standing_claims
from booking.models import Booking, UsageSession
from booking.rules.leases import Ending
from devices import machine_time
from devices.rules.running import State
from lab.models import Resource
from lab.spans import Span


def observe(*, resource_id: int, state: State, at: datetime) -> None:
    """Note what a resource does since `at`.

    Work without a tap opens a session of its own, joined to the booking of that hour; it ends with the work.
    A session that a badge opened only notes that the machine is busy; tap-out ends it, or the lease does, not
    before the work.
    """
    resource = Resource.objects.select_related("zone").get(pk=resource_id)
    try:
        _note(resource, state, at)
    except IntegrityError:  # a tap opened its session in this very moment
        _note(resource, state, at)
    live.publish_resources([resource], now=at)


@transaction.atomic
def _note(resource: Resource, state: State, at: datetime) -> None:
    machine_time.note(resource_id=resource.pk, state=state, at=at)
    session = UsageSession.objects.select_for_update().filter(resource=resource, ended_at=None).first()
    if state is State.BUSY:
        _begin(resource, session, at)
    elif session is not None:
        _rest(session, at)


def _begin(resource: Resource, session: UsageSession | None, at: datetime) -> None:
    if session is not None:
        session.busy_since = session.busy_since or max(at, session.started_at)
        session.heard_at = max(at, session.heard_at or at)
        session.save(update_fields=["busy_since", "heard_at"])
        return
    last = UsageSession.objects.filter(resource=resource).aggregate(last=Max("ended_at"))["last"]
    at = max(at, last or at)  # it began before it was sure; what ended meanwhile is over
    booking = _booking_at(resource, at)
    UsageSession.objects.create(
        resource=resource,
        booking=booking,
        member=booking.member if booking else None,
        started_at=at,
        busy_since=at,
        heard_at=at,
    )


def _rest(session: UsageSession, at: datetime) -> None:
    at = max(at, session.started_at)
    session.heard_at = max(at, session.heard_at or at)
    if session.busy_since is not None:
        session.busy_since, session.rested_at = None, at
    if _ends_with_work(session, at):
        session.ended_at = at
        session.ending = session.ending or Ending.TIME if session.badge_id else ""
    session.save()


def without_session(resource_ids: Iterable[int]) -> frozenset[int]:
    """Those of these resources that no open session knows to be at work."""
    wanted = frozenset(resource_ids)
    rows = UsageSession.objects.filter(resource__in=wanted, ended_at=None, busy_since__isnull=False)
    return wanted - set(rows.values_list("resource_id", flat=True)) if wanted else wanted


def hear(*, resource_ids: Iterable[int], at: datetime) -> None:
    """Note that the meters of these resources, or their controllers, still speak."""
    machine_time.hear(resource_ids=resource_ids, at=at)
    UsageSession.objects.filter(resource__in=list(resource_ids), ended_at=None).update(heard_at=at)


def _ends_with_work(session: UsageSession, at: datetime) -> bool:
    return not session.badge_id or (session.lease_until is not None and session.lease_until <= at)


def _booking_at(resource: Resource, at: datetime) -> Booking | None:
    units = resource.units.values_list("pk", flat=True)
    claims = standing_claims(units, Span(at, at + timedelta(seconds=1))).select_related("booking__member")
    found = {claim.booking for claim in claims if at in claim.booking.span}
    return found.pop() if len(found) == 1 else None  # of several copies, nobody knows whose it is
