"""Whole snapshots of resources and zones, for screens: read from the database, sent over the bus."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from booking.models import Claim, Presence, UsageSession
from booking.rules.states import StateFacts, picture
from lab import bus
from lab.lab_time import lab_zone
from lab.models import Resource, Zone
from lab.spans import Span

AHEAD = timedelta(days=1)


def publish_resources(resources: Iterable[Resource], *, now: datetime) -> None:
    """Show the resources as they are, once the current transaction has become true."""
    for resource in dict.fromkeys(resources):
        _after_commit(partial(_publish_resource, resource, now))


def publish_zones(zones: Iterable[Zone], *, now: datetime) -> None:
    """Show the zones as they are, once the current transaction has become true."""
    for zone in dict.fromkeys(zones):
        _after_commit(partial(_publish_zone, zone, now))


def _after_commit(show: Callable[[], None]) -> None:
    transaction.on_commit(show, robust=True)


def _publish_resource(resource: Resource, now: datetime) -> None:
    bus.publish("resource", resource.slug, resource_snapshot(resource, now=now))


def _publish_zone(zone: Zone, now: datetime) -> None:
    bus.publish("zone", zone.slug, zone_snapshot(zone, now=now))


def resource_snapshot(resource: Resource, *, now: datetime) -> dict[str, Any]:
    """State, until when, who (under `private`); times are Unix seconds."""
    session = UsageSession.objects.filter(resource=resource, ended_at=None).select_related("member").first()
    claims = list(
        Claim.objects.filter(
            unit__resource=resource, standing=True, blocked_until__gt=now, blocked_from__lt=now + AHEAD
        )
        .select_related("booking__member")
        .order_by("blocked_from")
    )
    current = [claim for claim in claims if now in claim.booking.span]
    coming = [claim for claim in claims if claim.booking.starts_at > now]
    shown = picture(_facts(resource, session, current, coming, now))
    return {
        "slug": resource.slug,
        "state": shown.state,
        "until": _seconds(shown.until),
        "next": _seconds(coming[0].booking.starts_at if coming else None),
        "units": resource.units.count(),
        "units_free": shown.units_free,
        "in_use_since": _seconds(session.started_at if session else None),
        "at": now.timestamp(),
        "private": {
            "user": session.member.display_name if session and session.member else None,
            "booked_by": [claim.booking.member.display_name for claim in current],
        },
    }


def zone_snapshot(zone: Zone, *, now: datetime) -> dict[str, Any]:
    """How many are in, whether it is open; names under `private`."""
    inside = Presence.objects.filter(zone=zone, until=None).select_related("member")
    names = [presence.member.display_name for presence in inside]
    return {
        "zone": zone.slug,
        "present": len(names),
        "capacity": zone.capacity,
        "open": zone.opening().at(now, lab_zone()) is not None,
        "at": now.timestamp(),
        "private": {"names": names},
    }


def _facts(
    resource: Resource,
    session: UsageSession | None,
    current: list[Claim],
    coming: list[Claim],
    now: datetime,
) -> StateFacts:
    opening = resource.zone.opening(always=resource.always_open)
    opened = opening.at(now, lab_zone())
    later = None if opened else next(opening.within(Span(now, now + 7 * AHEAD), lab_zone()), None)
    devices = [device for device in resource.devices.all() if device.status_at is not None]
    return StateFacts(
        now=now,
        units=resource.units.count(),
        open_until=opened.end if opened else None,
        opens_at=later.start if later else None,
        down=resource.outages.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now).exists(),
        offline=bool(devices) and not any(device.online for device in devices),
        in_session=session is not None,
        busy=None if session is None or session.device is None else session.busy_since is not None,
        claims_now=tuple(claim.booking.span for claim in current),
        next_start=coming[0].booking.starts_at if coming else None,
    )


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
