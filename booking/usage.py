"""What a machine really does, as its power tells it: sessions open and close by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from booking import live
from booking.held import standing_claims
from booking.models import Booking, UsageSession
from booking.rules.leases import Ending
from lab.models import Resource
from lab.spans import Span


def observe(*, resource_id: int, busy: bool, at: datetime, energy_wh: float | None = None) -> None:
    """Note that a resource began or stopped working.

    Work without a tap opens a session of its own, joined to the booking of that hour; it ends with the work.
    A session that a badge opened only notes that the machine is busy; tap-out ends it, or the lease does, not
    before the work.
    `energy_wh` is what the work that ends has drawn.
    """
    resource = Resource.objects.select_related("zone").get(pk=resource_id)
    try:
        _note(resource, busy, at, energy_wh)
    except IntegrityError:  # a tap opened its session in this very moment
        _note(resource, busy, at, energy_wh)
    live.publish_resources([resource], now=at)


def _note(resource: Resource, busy: bool, at: datetime, energy_wh: float | None) -> None:
    with transaction.atomic():
        session = UsageSession.objects.select_for_update().filter(resource=resource, ended_at=None).first()
        if session is None:
            if not busy:
                return
            booking = _booking_at(resource, at)
            UsageSession.objects.create(
                resource=resource,
                booking=booking,
                member=booking.member if booking else None,
                started_at=at,
                busy_since=at,
                heard_at=at,
            )
        elif busy:
            session.busy_since = session.busy_since or at
            session.heard_at = at
            session.save(update_fields=["busy_since", "heard_at"])
        else:
            _rest(session, at, energy_wh)


def _rest(session: UsageSession, at: datetime, energy_wh: float | None) -> None:
    session.busy_since = None
    session.rested_at = session.heard_at = at
    session.energy_wh = _sum(session.energy_wh, energy_wh)
    if _ends_with_work(session, at):
        session.ended_at = max(at, session.started_at)
        session.ending = session.ending or Ending.TIME if session.badge_id else ""
    session.save()


def without_session(resource_ids: Iterable[int]) -> frozenset[int]:
    """Those of these resources that no open session knows to be at work."""
    wanted = frozenset(resource_ids)
    rows = UsageSession.objects.filter(resource__in=wanted, ended_at=None, busy_since__isnull=False)
    return wanted - set(rows.values_list("resource_id", flat=True)) if wanted else wanted


def hear(*, resource_ids: Iterable[int], at: datetime) -> None:
    """Note that the meters of these resources, or their controllers, still speak."""
    UsageSession.objects.filter(resource__in=list(resource_ids), ended_at=None).update(heard_at=at)


def _ends_with_work(session: UsageSession, at: datetime) -> bool:
    return not session.badge_id or (session.lease_until is not None and session.lease_until <= at)


def _sum(before: float | None, more: float | None) -> float | None:
    return before if more is None else (before or 0.0) + more


def _booking_at(resource: Resource, at: datetime) -> Booking | None:
    units = resource.units.values_list("pk", flat=True)
    claims = standing_claims(units, Span(at, at + timedelta(seconds=1))).select_related("booking")
    return next((claim.booking for claim in claims if at in claim.booking.span), None)
