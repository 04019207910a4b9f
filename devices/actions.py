"""What changes a device: discovery, adoption, status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from devices.models import Channel, Device, Service
from lab.actions import hooks
from lab.models import Door, Member, Resource, Zone

GAP = timedelta(seconds=20)  # without a sign of a process, after which its time counts anew


def discover(
    *,
    name: str,
    profile: str,
    firmware: str = "",
    channels: Iterable[tuple[str, str]] = (),
    now: datetime,
) -> Device:
    """Note that a device speaks: an unknown one appears once, unclaimed; new channels are added.

    `channels` are pairs of key and canonical unit. A claimed device keeps the profile it was claimed with.
    """
    with transaction.atomic():
        device, new = Device.objects.get_or_create(
            name=name,
            defaults={
                "profile": profile,
                "firmware": firmware,
                "online": True,
                "status_at": now,
                "connected_at": now,
            },
        )
        if new:
            hooks.post(event="device.discovered", data={"device": name, "profile": profile}, now=now)
        else:
            _refresh(device, profile, firmware)
        known = dict(device.channels.values_list("key", "unit")) if not new else {}
        told = list(channels)
        Channel.objects.bulk_create(
            [Channel(device=device, key=key, unit=unit) for key, unit in told if key not in known],
            ignore_conflicts=True,
        )
        for key, unit in told:  # a first reading may come before the word that tells its unit
            if unit and known.get(key) == "":
                Channel.objects.filter(device=device, key=key, unit="").update(unit=unit)
    return device


def report_status(*, name: str, online: bool, now: datetime) -> None:
    """Note that a device came or went; a repetition changes nothing."""
    changed = Device.objects.filter(name=name).exclude(online=online, status_at__isnull=False)
    with transaction.atomic():
        if changed.update(online=online, status_at=now, **{"connected_at" if online else "away_at": now}):
            hooks.post(event=f"device.{'online' if online else 'offline'}", data={"device": name}, now=now)


def beat(*, name: str, now: datetime, anew: bool = False) -> None:
    """Note that a process of ours hears devices; after a gap, or `anew`, its time counts from now."""
    going_on = Service.objects.filter(name=name, seen_at__gt=now - GAP, seen_at__lte=now)
    if anew or not going_on.update(seen_at=now):
        Service.objects.update_or_create(name=name, defaults={"since": now, "seen_at": now})


def adopt(
    *,
    device: Device,
    by: Member,
    now: datetime,
    resource: Resource | None = None,
    door: Door | None = None,
    zone: Zone | None = None,
    label: str = "",
) -> None:
    """Let a device speak for a resource, a door or a zone from now on."""
    if (device.resource, device.door) != (resource, door):
        device.placed_at = now
    device.resource, device.door, device.zone = resource, door, zone
    device.claimed_at, device.claimed_by = device.claimed_at or now, device.claimed_by or by
    device.ignored = False
    device.label = label or device.label
    fields = ("resource", "door", "zone", "placed_at", "claimed_at", "claimed_by", "ignored", "label")
    device.save(update_fields=fields)


def ignore(*, device: Device) -> None:
    """Take a device off the list of those that wait for adoption."""
    device.ignored = True
    device.save(update_fields=["ignored"])


def ignore_waiting(waiting: QuerySet[Device]) -> int:
    """Take all of these off the list, as after a flood; how many they were."""
    return waiting.update(ignored=True)


def _refresh(device: Device, profile: str, firmware: str) -> None:
    changed = []
    if firmware and firmware != device.firmware:
        device.firmware = firmware
        changed.append("firmware")
    if not device.claimed and profile != device.profile:
        device.profile = profile
        changed.append("profile")
    if changed:
        device.save(update_fields=changed)


def put_behind(*, device: Device, gateway: Device | None) -> bool:
    """Note what a device speaks through; False when that hangs behind the device itself."""
    above, seen = gateway, set[int]()
    while above is not None and above.pk not in seen:
        if above.pk == device.pk:
            return False
        seen.add(above.pk)
        above = above.behind
    device.behind = gateway
    device.save(update_fields=["behind"])
    return True
