"""Telling other programs about bookings, outages and what runs: facts without names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from booking.models import Booking, Change
from lab.actions import hooks
from lab.lab_time import iso
from lab.models import Outage, Resource

What = Change.What

# What a line of history means to others; what is not here means nothing to them.
MEANT = {
    What.MOVED: "booking.changed",
    What.RENAMED: "booking.changed",
    What.EXTENDED: "booking.changed",
    What.HANDED_OVER: "booking.changed",
    What.APPROVED: "booking.changed",
    What.RESTORED: "booking.changed",
    What.FORGIVEN: "booking.changed",
    What.TAKEN: "booking.created",
    What.ARRIVED: "booking.started",
    What.FINISHED: "booking.finished",
    What.CANCELLED: "booking.cancelled",
    What.DECLINED: "booking.cancelled",
    What.RELEASED: "booking.missed",
}


def tell_change(booking: Booking, what: Change.What, *, now: datetime) -> None:
    """A line was added to the booking's history."""
    if what in MEANT:
        tell_booking(MEANT[what], booking, now=now, what=what)


def tell_booking(
    event: str,
    booking: Booking,
    *,
    now: datetime,
    resources: Sequence[Resource] | None = None,
    **more: Any,
) -> None:
    """`resources` are those of the booking, where the caller knows them."""
    if not hooks.wanted(event):
        return
    if resources is None:
        shown = booking.claims.filter(superseded=False, linked=False).order_by("unit")
        slugs = list(shown.values_list("unit__resource__slug", flat=True))
    else:
        slugs = [resource.slug for resource in resources]
    data = {
        "booking": booking.pk,
        "resources": list(dict.fromkeys(slugs)),
        "starts_at": iso(booking.starts_at),
        "ends_at": iso(booking.ends_at),
        "state": booking.state,
        "series": booking.series_id,
    }
    hooks.post(event=event, data=data | more, now=now, member=booking.member_id)


def tell_outage(event: str, outage: Outage, *, now: datetime) -> None:
    """It is out of order or works again; why is for the members of the house."""
    data = {
        "outage": outage.pk,
        "resource": outage.resource.slug,
        "starts_at": iso(outage.starts_at),
        "ends_at": iso(outage.ends_at),
    }
    hooks.post(event=event, data=data, now=now)
