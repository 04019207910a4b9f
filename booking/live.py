"""Whole snapshots of resources and zones, for screens: read from the database, sent over the bus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from booking.held import standing_claims
from booking.house import house, openings
from booking.models import Claim, Presence, UsageSession
from booking.rules.leases import Work, work_of
from booking.rules.states import StateFacts, picture
from devices import machine_time
from devices.machine_time import Standing
from lab import bus
from lab.calendar import Opening
from lab.lab_time import lab_zone
from lab.later import Later
from lab.models import Outage, Resource, Zone
from lab.spans import Span

AHEAD = timedelta(days=1)
Snapshot = dict[str, Any]


def publish_resources(resources: Iterable[Resource], *, now: datetime) -> None:
    """Show the resources as they are, once the current transaction has become true."""
    wanted = list(dict.fromkeys(resources))
    _after_commit(partial(_publish_resources, wanted, now))


def publish_resources_soon(resources: Iterable[Resource]) -> None:
    """The same for a web request, which nobody should wait for: a burst of changes becomes one picture."""
    wanted = {resource.pk for resource in resources}
    _after_commit(partial(_SOON.add, wanted))


def publish_zones(zones: Iterable[Zone], *, now: datetime) -> None:
    """Show the zones as they are, once the current transaction has become true."""
    wanted = list(dict.fromkeys(zones))
    _after_commit(partial(_publish_zones, wanted, now))


def resource_snapshots(resources: Iterable[Resource], *, now: datetime) -> list[Snapshot]:
    """State, until when, who (under `private`); times are Unix seconds. A handful of queries for all."""
    rows = list(resources)
    prefetch_related_objects(rows, "units", "devices")
    sessions = {session.resource_id: session for session in _sessions(rows)}
    claims = _grouped(_claims(rows, now), lambda claim: claim.unit.resource_id)
    down = set(_down(rows, now).values_list("resource_id", flat=True))
    machines = machine_time.current([row.pk for row in rows], now=now)
    opening = openings(rows)
    return [
        _snapshot(row, sessions.get(row.pk), claims.get(row.pk, []), row.pk in down, opening[row.pk], now)
        | {"machine": _machine(machines.get(row.pk))}
        for row in rows
    ]


def zone_snapshots(zones: Iterable[Zone], *, now: datetime) -> list[Snapshot]:
    """How many are in, whether it is open; names under `private`."""
    rows, opening = list(zones), house().zones
    inside = _grouped(
        Presence.objects.filter(zone__in=rows, until=None).select_related("member"), lambda row: row.zone_id
    )
    return [
        {
            "zone": zone.slug,
            "present": len(inside.get(zone.pk, [])),
            "capacity": zone.capacity,
            "open": opening[zone.pk].at(now, lab_zone()) is not None,
            "at": now.timestamp(),
            "private": {"names": [presence.member.display_name for presence in inside.get(zone.pk, [])]},
        }
        for zone in rows
    ]


def _publish_resources(resources: list[Resource], now: datetime) -> None:
    for snapshot in resource_snapshots(resources, now=now):
        bus.publish("resource", snapshot["slug"], snapshot)


def _publish_changed(wanted: set[int]) -> None:
    if bus.is_up(patience=2):  # otherwise the worker's next round shows it
        rows = Resource.objects.filter(pk__in=wanted).select_related("zone")
        _publish_resources(list(rows), timezone.now())


_SOON = Later(_publish_changed, pause=0.1)


def _publish_zones(zones: list[Zone], now: datetime) -> None:
    for snapshot in zone_snapshots(zones, now=now):
        bus.publish("zone", snapshot["zone"], snapshot)


def _after_commit(show: Callable[[], None]) -> None:
    transaction.on_commit(show, robust=True)


def _sessions(rows: list[Resource]) -> QuerySet[UsageSession]:
    return UsageSession.objects.filter(resource__in=rows, ended_at=None).select_related("member")


def _claims(rows: list[Resource], now: datetime) -> QuerySet[Claim]:
    units = [unit.pk for row in rows for unit in row.units.all()]
    return standing_claims(units, Span(now, now + AHEAD)).select_related("booking__member", "unit")


def _down(rows: list[Resource], now: datetime) -> QuerySet[Outage]:
    return Outage.objects.at(now).filter(resource__in=rows)


def _grouped(rows: Iterable[Any], key: Callable[[Any], int]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _snapshot(
    resource: Resource,
    session: UsageSession | None,
    claims: list[Claim],
    down: bool,
    opening: Opening,
    now: datetime,
) -> Snapshot:
    current = [claim for claim in claims if now in claim.booking.span]
    coming = [claim for claim in claims if claim.booking.starts_at > now]
    opened = opening.at(now, lab_zone())
    later = None if opened else next(opening.within(Span(now, now + 7 * AHEAD), lab_zone()), None)
    speakers = [device for device in resource.devices.all() if device.status_at is not None]
    units = len(resource.units.all())
    shown = picture(
        StateFacts(
            now=now,
            units=units,
            open=opened is not None,
            open_until=opened.end if opened and opened.end < now + 7 * AHEAD else None,
            opens_at=later.start if later else None,
            down=down,
            offline=bool(speakers) and not any(device.online for device in speakers),
            in_session=session is not None,
            busy=_busy(resource, session, now),
            claims_now=tuple(claim.booking.span for claim in current),
            next_start=coming[0].booking.starts_at if coming else None,
        )
    )
    return {
        "slug": resource.slug,
        "zone": resource.zone.slug,
        "state": shown.state,
        "until": _seconds(shown.until),
        "next": _seconds(coming[0].booking.starts_at if coming else None),
        "units": units,
        "units_free": shown.units_free,
        "in_use_since": _seconds(session.started_at if session else None),
        "ending": (session.ending or None) if session else None,
        "ends_at": _seconds(session.lease_until if session and session.ending else None),
        "at": now.timestamp(),
        "private": {
            "user": session.member.display_name if session and session.member else None,
            "booked_by": [claim.booking.member.display_name for claim in current],
        },
    }


def _machine(standing: Standing | None) -> Snapshot | None:
    """What its power says; nothing where no meter tells, or none that is still heard."""
    if standing is None or not standing.heard:
        return None
    state = standing.state.value
    return {"state": state, "look": f"machine_{state}", "since": standing.since.timestamp()}


def _busy(resource: Resource, session: UsageSession | None, now: datetime) -> bool | None:
    """None where no meter tells, or none that is still heard."""
    if session is None or resource.busy_above_w is None:
        return None
    work = work_of(session.busy_since, session.heard_at, now=now)
    return None if work is Work.UNKNOWN else work is Work.BUSY


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
