"""A lab that listens: the bridge's processes and the readers, up since a time."""

from datetime import datetime, timedelta

from devices.models import Device, Service
from lab.models import Resource, Zone
from tests import factories

PROCESSES = ("doors", "telemetry")


def bridge(*, since: datetime, now: datetime) -> None:
    """Both processes are up and were seen a moment ago."""
    for name in PROCESSES:
        seen = {"since": since, "seen_at": now - timedelta(seconds=3)}
        Service.objects.update_or_create(name=name, defaults=seen)


def reader_at(what: Resource, *, since: datetime | None, online: bool = True, name: str = "") -> Device:
    name = name or f"reader-{what.slug}"
    return factories.device(name, profile="machine-reader", resource=what, online=online, status_at=since)


def reader_at_door_of(zone: Zone, *, since: datetime | None, online: bool = True, number: int = 1) -> Device:
    door = factories.door(f"door-{zone.slug}-{number}", zone=zone)
    return factories.device(door.slug, profile="door-reader", door=door, online=online, status_at=since)
