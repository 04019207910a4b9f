"""Plants the demonstration lab. What exists already stays as it is, whatever became of it since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from booking.demo import places
from booking.demo.electronics import DEVICES, DeviceRow
from booking.demo.house import plant_links
from booking.demo.people import MEMBERS, MemberRow
from devices.models import Control, Device
from lab.models import (
    Award,
    Certification,
    Door,
    Member,
    OpeningHours,
    Outage,
    Quota,
    Resource,
    Tariff,
    Unit,
    Zone,
)

CERTIFIED_SINCE = timedelta(days=90)
BROKEN_SINCE = timedelta(days=2)


def plant_places() -> None:
    for zone in places.ZONES:
        named = {"name": zone.name, "name_en": zone.name_en, "capacity": zone.capacity}
        facts = named | {"holidays": zone.holidays}
        row, new = Zone.objects.get_or_create(slug=zone.slug, defaults=facts)
        if new:
            OpeningHours.objects.bulk_create(
                OpeningHours(zone=row, weekday=day, opens=zone.opens, closes=zone.closes)
                for day in range(places.MONDAY, zone.last_day + 1)
            )
    zones = {zone.slug: zone for zone in Zone.objects.all()}
    for door in places.DOORS:
        facts = {"zone": zones[door.zone], "name": door.name, "name_en": door.name_en}
        Door.objects.get_or_create(slug=door.slug, defaults=facts)
    for skill in places.CERTIFICATIONS:
        Certification.objects.get_or_create(
            slug=skill.slug, defaults={"name": skill.name, "name_en": skill.name_en}
        )


def plant_resources(*, now: datetime) -> None:
    known = set(Resource.objects.values_list("slug", flat=True))
    zones = {zone.slug: zone for zone in Zone.objects.all()}
    skills = {skill.slug: skill for skill in Certification.objects.all()}
    tariffs = {tariff.slug: tariff for tariff in Tariff.objects.all()}
    for row in places.RESOURCES:
        if row.slug in known:
            continue
        resource = Resource.objects.create(
            **{key: value for key, value in vars(row).items() if key not in _OTHERWISE},
            **row.rules,
            zone=zones[row.zone],
            tariff=tariffs.get(row.tariff or ""),
            certification=skills.get(row.certification or ""),
        )
        Unit.objects.bulk_create(Unit(resource=resource, number=n + 1) for n in range(row.units))
        if row.quota:
            Quota.objects.create(resource=resource, most=row.quota, period=Quota.Period.DAY)
        if row.outage:
            Outage.objects.create(resource=resource, starts_at=now - BROKEN_SINCE, reason=row.outage)
    plant_links(row.slug for row in places.RESOURCES if row.slug not in known)


_OTHERWISE = {"zone", "certification", "units", "outage", "quota", "tariff", "links", "rules"}


def plant_members(*, now: datetime) -> dict[str, Member]:
    """Everybody by user name; makers of the simulation have no password, nobody signs in as they."""
    members = {member.username: member for member in Member.objects.all()}
    for row in MEMBERS:
        if row.username not in members:
            members[row.username] = _member(row)
    skills = {skill.slug: skill for skill in Certification.objects.all()}
    awarded = set(Award.objects.values_list("member__username", "certification__slug"))
    Award.objects.bulk_create(
        Award(
            member=members[username],
            certification=skills[skill],
            awarded_by=members["manager"],
            awarded_at=now - CERTIFIED_SINCE,
            instructor=username == "manager",
        )
        for username, skill in _skills()
        if (username, skill) not in awarded
    )
    return members


def _member(row: MemberRow) -> Member:
    member = Member(
        username=row.username,
        first_name=row.first_name,
        last_name=row.last_name,
        email=f"{row.username}@etabli.example",
        role=row.role,
        any_hour=row.any_hour,
        shows_name=row.shows_name,
        is_staff=row.role == Member.Role.ADMIN,
        is_superuser=row.role == Member.Role.ADMIN,
    )
    member.set_unusable_password()
    member.save()
    return member


def _skills() -> Iterator[tuple[str, str]]:
    for row in MEMBERS:
        for skill in row.certifications:
            yield row.username, skill


def plant_devices(*, by: Member, now: datetime) -> dict[str, Device]:
    """The demo's devices by name; their credentials are issued by whoever keeps them."""
    devices = {device.name: device for device in Device.objects.all()}
    for row in DEVICES:
        if row.name not in devices:
            devices[row.name] = Device.objects.create(**_device(row, by, now))
            _plant_switches(devices[row.name])
    return {row.name: devices[row.name] for row in DEVICES}


def _plant_switches(device: Device) -> None:
    """A printer's plug obeys whoever prints; managers restart it."""
    if device.profile == "tasmota" and device.claimed:
        who = Control.Who
        Control.objects.create(device=device, key="relay", who=who.SESSION)
        Control.objects.create(device=device, key="restart", press=True, who=who.MANAGERS, confirm=True)


def _device(row: DeviceRow, by: Member, now: datetime) -> dict[str, object]:
    return {
        "name": row.name,
        "profile": row.profile,
        "label": row.label,
        "expected_interval": row.expected_interval,
        "resource": Resource.objects.filter(slug=row.resource).first(),
        "door": Door.objects.filter(slug=row.door).first(),
        "zone": Zone.objects.filter(slug=row.zone).first(),
        "claimed_at": now if row.claimed else None,
        "claimed_by": by if row.claimed else None,
    }
