"""Since when nobody could have come unnoticed: the bridge and the readers have heard without a break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking.queries.changes import READERS
from devices.models import Device, Service
from lab.models import Door, Resource
from lab.spans import Span

PROCESSES = ("doors", "telemetry")  # taps come through one, and through the other that a reader is away
AT_DOORS = ("door-reader", *READERS)
LOST = timedelta(seconds=20)  # without a sign for so long a process is away
DOUBT = timedelta(seconds=20)  # only so late is a connection known to be broken


def heard(resources: Collection[Resource], *, now: datetime) -> dict[int, Span]:
    """By resource: the last stretch in which a member's coming could not have gone unnoticed.

    A resource is heard through its own readers, else through those of all doors of its zone. It isn't there
    when it has neither, or when one of them or the bridge is away now.
    """
    bridge = _bridge(now)
    if bridge is None:
        return {}
    own = readers_at(resources)
    at_doors = _at_doors({row.zone_id for row in resources if row.pk not in own})
    spans = {row.pk: _since(own.get(row.pk) or at_doors.get(row.zone_id, []), bridge) for row in resources}
    return {pk: span for pk, span in spans.items() if span is not None}


def readers_at(resources: Collection[Resource]) -> dict[int, list[Device]]:
    """The badge readers of each resource that has some."""
    found: dict[int, list[Device]] = defaultdict(list)
    for device in _in_service().filter(resource__in=resources, profile__in=READERS):
        found[device.resource_id or 0].append(device)
    return dict(found)


def _bridge(now: datetime) -> Span | None:
    rows = list(Service.objects.filter(name__in=PROCESSES, seen_at__gt=now - LOST))
    if len(rows) < len(PROCESSES):
        return None
    since, until = max(row.since for row in rows), min(now, *(row.seen_at for row in rows)) - DOUBT
    return Span(since, until) if since < until else None


def _since(readers: Sequence[Device], bridge: Span) -> Span | None:
    came = [reader.status_at for reader in readers if reader.online and reader.status_at is not None]
    if not came or len(came) < len(readers) or max(came) >= bridge.end:
        return None
    return Span(max(bridge.start, *came), bridge.end)


def _at_doors(zones: Collection[int]) -> dict[int, list[Device]]:
    """The readers of all doors of each zone; a door without one lets people in unheard."""
    readers: dict[int, list[Device]] = defaultdict(list)
    for device in _in_service().filter(door__zone__in=zones, profile__in=AT_DOORS):
        readers[device.door_id or 0].append(device)
    found: dict[int, list[Device]] = defaultdict(list)
    deaf = set()
    for door, zone in Door.objects.filter(zone__in=zones).values_list("pk", "zone_id"):
        found[zone] += readers[door]
        if not readers[door]:
            deaf.add(zone)
    return {zone: devices for zone, devices in found.items() if zone not in deaf}


def _in_service() -> QuerySet[Device]:
    return Device.objects.filter(claimed_at__isnull=False, revoked=False)
