"""A resource goes out of order, stays so for longer, works again: with its line in the log.

Of one resource no two outages overlap: two managers who declare the same one would tell its members twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from booking import live
from booking.actions.faults import confirm
from booking.actions.hits import note_hits
from booking.actions.hooked import tell_outage
from booking.models import FaultReport
from lab.actions.changes import facts_of, note_added, note_change, remove
from lab.models import Member, Outage, Resource


class Overlaps(Exception):
    """It is out of order then already; `other` says why and until when."""

    def __init__(self, other: Outage) -> None:
        super().__init__(str(other))
        self.other = other


@transaction.atomic
def declare(
    *,
    resource: Resource,
    reason: str,
    by: Member | None,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    reports: Iterable[FaultReport] = (),
) -> Outage:
    """Out of order from now or a planned moment, until it is mended where nobody knows the end.

    It answers the `reports`, whose members are told. Nobody (`by`) is the house itself: no line in the log.

    Raises:
        Overlaps: when it is out of order then already.
        Decided: when one of the reports was answered already.
    """
    outage = Outage(resource=resource, starts_at=starts_at or now, ends_at=ends_at, reason=reason)
    _alone(outage)
    outage.save()
    if by is not None:
        note_added(row=outage, by=by)
        for one in reports:
            confirm(report=one, outage=outage, by=by, now=now)
    tell_outage("resource.outage", outage, now=now)
    _tell(outage, now)
    return outage


@transaction.atomic
def change(
    *,
    outage: Outage,
    reason: str,
    starts_at: datetime,
    ends_at: datetime | None,
    by: Member,
    now: datetime,
) -> Outage:
    """Another reason, a later or an earlier end.

    Raises:
        Overlaps: when it would reach into another one.
    """
    _hold(outage)
    before = facts_of(outage)
    outage.reason, outage.starts_at, outage.ends_at = reason, starts_at, ends_at
    _alone(outage)
    outage.save()
    note_change(row=outage, before=before, by=by)
    tell_outage("resource.outage", outage, now=now)
    _tell(outage, now)
    return outage


@transaction.atomic
def end(*, outage: Outage, by: Member | None, now: datetime) -> Outage:
    """It works again from now on; one that had not begun is as if it had never been planned."""
    _hold(outage)
    tell_outage("resource.restored", outage, now=now)
    if outage.starts_at >= now:
        remove(row=outage, by=by) if by is not None else outage.delete()
    elif outage.ends_at is None or outage.ends_at > now:
        before = facts_of(outage)
        outage.ends_at = now
        outage.save()
        if by is not None:
            note_change(row=outage, before=before, by=by)
    _tell(outage, now)
    return outage


def _hold(outage: Outage) -> None:
    """As it is now, and nobody else changes it meanwhile."""
    outage.refresh_from_db(from_queryset=Outage.objects.select_for_update(of=("self",)))


def _alone(outage: Outage) -> None:
    """Whoever declares another one of the same resource waits for this."""
    list(Resource.objects.filter(pk=outage.resource_id).select_for_update(no_key=True).values_list("pk"))
    others = outage.resource.outages.filter(Q(ends_at=None) | Q(ends_at__gt=outage.starts_at))
    if outage.ends_at is not None:
        others = others.filter(starts_at__lt=outage.ends_at)
    other = others.exclude(pk=outage.pk).order_by("starts_at").first()
    if other is not None:
        raise Overlaps(other)


def _tell(outage: Outage, now: datetime) -> None:
    note_hits(now=now)
    live.publish_resources_soon([outage.resource])
