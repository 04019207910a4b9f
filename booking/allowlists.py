"""Keeps every reader's allow-list true: a new version when what it says has changed, or when it grows old."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from booking.actions.readers import note_barred
from booking.queries import allowlists
from booking.queries.allowed import allowed
from booking.queries.allowlists import People, Places
from booking.rules.allowlist import Content, Life, content, signed
from devices.models import AllowList, Device
from devices.reader_keys import reader_key
from lab.models import Zone
from lab.spans import Span

MOST_AHEAD = 1_000_000  # versions that a reader may be ahead of us: a backup was restored


@dataclass(frozen=True, slots=True)
class Terms:
    """How long readers may decide alone, and the secrets that their lists are made with."""

    machines: timedelta
    doors: timedelta
    secret: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    older_pepper: bytes = field(default=b"", repr=False)
    card_secret: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that any list depends on; lists of equal facts are equal."""

    devices: tuple[Device, ...] = field(compare=False)
    people: People
    places: Places
    speaks: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """A reader's list as it is to be published; a version stands for one content for ever."""

    device: str
    version: int
    payload: bytes = field(repr=False)


def terms() -> Terms:
    config = settings.CONFIG
    return Terms(
        timedelta(hours=config.offline_machine_hours),
        timedelta(hours=config.offline_door_hours),
        config.reader_secret,
        config.badge_pepper,
        config.older_pepper,
        config.card_secret,
    )


def facts(terms: Terms, *, now: datetime) -> Facts:
    devices = tuple(allowlists.readers())
    people = allowlists.people(pepper=terms.pepper, older=terms.older_pepper)
    return Facts(devices, people, places(devices, terms, now=now), spoken(devices))


def places(devices: Iterable[Device], terms: Terms, *, now: datetime) -> Places:
    """What the readers guard, for as long as any machine's list may hold."""
    hour = now.replace(minute=0, second=0, microsecond=0)  # so that it does not change with each look
    window = Span(hour - terms.machines, hour + terms.machines + timedelta(hours=1))
    return allowlists.places(devices, window)


def spoken(devices: Iterable[Device]) -> tuple[tuple[object, ...], ...]:
    """What the readers' lists depend on beside people and hours."""
    return tuple(map(_speaks, devices))


def is_due(device: Device, *, now: datetime) -> bool:
    """Does the reader have no list yet, one that grows old, or one that it can't take?"""
    known = _known(device)
    return known is None or not known.digest or _life(known).is_due(now)


def issue(*, device: Device, facts: Facts, terms: Terms, now: datetime) -> Issued | None:
    """The reader's newest list; None when somebody else is just issuing one."""
    key, known = reader_key(device, terms.secret), _known(device)
    if known is not None and not is_due(device, now=now):
        life = _life(known)
        same = _content(device, facts, life, key)
        if same.digest == known.digest:
            return Issued(device.name, known.version, signed(same, known.version, life, key=key))
    issued = now.replace(microsecond=0)
    life = Life(issued, issued + terms.machines, issued + terms.doors)
    newer = _content(device, facts, life, key)
    version = _keep(device, known, newer, life, now)
    return Issued(device.name, version, signed(newer, version, life, key=key)) if version else None


@transaction.atomic
def note_told(
    *,
    device: str,
    version: int | None = None,
    refusal: str = "",
    pending: int | None = None,
    clock_error: float | None = None,
    now: datetime,
) -> None:
    """Keep what a reader tells of itself: the list that it holds, or why it did not take one."""
    rows = AllowList.objects.filter(device__name=device)
    known = rows.first()
    if known is None:
        return
    told: dict[str, object] = {"told_at": now, "refusal": refusal}
    said = (("held", version), ("pending", pending), ("clock_error", clock_error))
    told |= {name: value for name, value in said if value is not None}
    if version == known.version != known.held and known.published_at is not None:
        told["taken_s"] = max((now - known.published_at).total_seconds(), 0.0)
        note_barred(device=known.device_id, published=known.published_at, now=now)
    rows.update(**told)
    if version is not None and version > known.version:  # it takes none that is older than what it has seen
        rows.filter(version__lt=version, version__gte=version - MOST_AHEAD).update(version=version, digest="")


def _content(device: Device, facts: Facts, life: Life, key: bytes) -> Content:
    place, rights = allowed(device, facts.people, facts.places, life)
    return content(place, rights, life, key=key)


def _speaks(device: Device) -> tuple[object, ...]:
    door, machine = device.door, device.resource
    guards = (door.pk, door.unlock_seconds, door.assurance, *_demands(door.zone)) if door else ()
    powers: tuple[object, ...] = ()
    if machine is not None:
        own = (machine.pk, machine.certification_id, machine.assurance, machine.buddy)
        powers = (*own, *_demands(machine.zone))
    return device.name, device.key_salt, device.claimed and not device.revoked, guards, powers


def _demands(zone: Zone) -> tuple[object, ...]:
    return zone.slug, zone.certification_id, zone.programme_id, zone.role


def _known(device: Device) -> AllowList | None:
    return getattr(device, "allow_list", None)


def _life(known: AllowList) -> Life:
    return Life(known.issued_at, known.stale_at, known.expires_at)


def _keep(device: Device, known: AllowList | None, newer: Content, life: Life, now: datetime) -> int:
    """Write the next version down, unless another process was first: then 0."""
    said: dict[str, Any] = {
        "digest": newer.digest,
        "entries": newer.entries,
        "left_out": newer.left_out,
        "issued_at": life.issued,
        "stale_at": life.stale,
        "expires_at": life.expires,
        "published_at": now,
    }
    if known is not None:
        said["version"] = known.version + 1
        if not AllowList.objects.filter(pk=known.pk, version=known.version).update(**said):
            return 0
        for name, value in said.items():
            setattr(known, name, value)
        return known.version
    try:
        with transaction.atomic():
            AllowList.objects.create(device=device, version=1, **said)
    except IntegrityError:
        return 0
    return 1
