"""Sessions, passages and presence: the facts beside the bookings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from booking.api import shapes
from booking.api.wishes import in_order, resources_of
from booking.models import AccessEvent, MaterialUse, Presence, UsageSession
from booking.queries.accounts import project_of
from booking.refusals import Refused
from lab.asked import Moment, Text
from lab.auth import asking, require_manager
from lab.lab_time import iso
from lab.models import Look
from lab.paging import Slice, page

router = Router(tags=["facts"])


class SessionFilters(Slice):
    """Sessions that touch `[from, to)`; a maker sees their own."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    resource: Text | None = None
    mine: bool = False


@router.get("sessions", summary="What really ran")
def sessions(request: HttpRequest, filters: Query[SessionFilters]) -> Any:
    reader = asking(request)
    if filters.resource:
        resources_of([filters.resource])
    try:
        in_order(filters.from_, filters.to)
    except Refused as refused:
        return shapes.refused(refused)
    rows = UsageSession.objects.select_related("resource", "member", "project", "booking__project")
    rows = rows.prefetch_related("materials__material")
    if filters.mine or not reader.is_manager:
        rows = rows.filter(member=reader)
    else:
        Look.note(reader, Look.What.SESSIONS, now=timezone.now())
    if filters.resource:
        rows = rows.filter(resource__slug=filters.resource)
    if filters.from_ is not None:
        rows = rows.exclude(ended_at__lte=filters.from_)
    if filters.to is not None:
        rows = rows.filter(started_at__lt=filters.to)
    return page(request, rows, filters, _session)


@router.get("access-events", summary="Passages and their decisions")
def access_events(request: HttpRequest, part: Query[Slice]) -> dict[str, Any]:
    Look.note(require_manager(request), Look.What.PASSAGES, now=timezone.now())
    rows = AccessEvent.objects.select_related("device", "member", "door", "resource", "zone")
    return page(request, rows, part, _event)


@router.get("presence", summary="Who is in")
def presence(request: HttpRequest, part: Query[Slice]) -> dict[str, Any]:
    Look.note(require_manager(request), Look.What.PRESENCE, now=timezone.now())
    rows = Presence.objects.filter(until=None).select_related("member", "zone")
    return page(request, rows, part, _presence)


def _session(row: UsageSession) -> dict[str, Any]:
    project = project_of(row)
    return {
        "id": row.pk,
        "resource": row.resource.slug,
        "member": row.member.username if row.member else None,
        "booking": row.booking_id,
        "starts_at": iso(row.started_at),
        "ends_at": iso(row.ended_at),
        "energy_wh": row.energy_wh,
        "busy_seconds": row.busy_seconds,
        "project": project.slug if project else None,
        "materials": [_material(one) for one in row.materials.all()],
    }


def _material(row: MaterialUse) -> dict[str, Any]:
    """Amounts and credits are exact, so they are texts."""
    return {
        "material": row.material.slug,
        "name": row.material.label,
        "amount": format(row.amount.normalize(), "f"),
        "unit": row.material.unit,
        "price": str(row.price),
        "credits": str(row.credits),
    }


def _event(row: AccessEvent) -> dict[str, Any]:
    return {
        "id": row.pk,
        "device": row.device.name,
        "nonce": row.nonce,
        "member": row.member.username if row.member else None,
        "door": row.door.slug if row.door else None,
        "resource": row.resource.slug if row.resource else None,
        "zone": row.zone.slug if row.zone else None,
        "granted": row.granted,
        "verdict": "granted" if row.granted else "refused",
        "reason": row.reason,
        "offline": row.offline,
        "tapped_at": iso(row.tapped_at),
        "decided_at": iso(row.decided_at),
    }


def _presence(row: Presence) -> dict[str, Any]:
    return {
        "member": row.member.username,
        "name": row.member.display_name,
        "zone": row.zone.slug,
        "since": iso(row.since),
    }
