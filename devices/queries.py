"""Reads about devices: what they are, what they said last, and how far that can be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet

from devices import history
from devices.models import AllowList, Device, Service
from devices.rules.freshness import Freshness, Judged, Why, expected, judged
from devices.rules.lists import ListState, clock_is_off, list_state
from lab.models import Member

HEARER = "telemetry"
AWAY = timedelta(seconds=20)  # without a sign of the process that hears devices
READS = Q(profile="native") | Q(profile__endswith="reader")  # badges, or did not say yet what it is


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel with its newest value; `at` is None when it never spoke."""

    key: str
    unit: str
    label: str
    value: history.Value | None
    at: datetime | None
    freshness: Freshness
    why: Why


@dataclass(frozen=True, slots=True)
class ListView:
    """A reader's allow-list, and whether the reader holds it."""

    row: AllowList
    state: ListState
    clock_is_off: bool


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device with its channels, as screens and the API show it; a reader also has a list."""

    device: Device
    status: str
    freshness: Freshness
    why: Why
    interval: timedelta | None
    channels: tuple[ChannelView, ...]
    listed: ListView | None = None


def store() -> Path:
    """Where the telemetry store lies."""
    path: Path = settings.CONFIG.state / "telemetry.sqlite3"
    return path


def every() -> QuerySet[Device]:
    """Each device, unclaimed ones too, with what is shown of it."""
    rows = Device.objects.select_related("resource", "door", "zone", "allow_list", "lockout", "behind")
    return rows.prefetch_related("channels")


def visible(reader: Member) -> QuerySet[Device]:
    """On pages managers see every device, others those that speak for something."""
    return every() if reader.is_manager else every().filter(claimed_at__isnull=False)


def unclaimed(name: str = "") -> QuerySet[Device]:
    """Devices that wait for a manager, with this in their name, the newest first."""
    rows = Device.objects.filter(claimed_at=None, ignored=False, name__icontains=name)
    return rows.order_by("-created_at")


def views(devices: Iterable[Device], *, now: datetime) -> list[DeviceView]:
    """The devices with their newest values, read from the store at once."""
    rows = list(devices)
    names = [device.name for device in rows]
    newest, read = history.last(store(), names), history.last_reads(store(), names)
    heard = is_heard(now)
    return [_view(device, newest.get(device.name, {}), read.get(device.name), heard, now) for device in rows]


def is_heard(now: datetime) -> bool:
    """Is the process there that hears devices? Before it ever was, nobody misses it."""
    seen = Service.objects.filter(name=HEARER).values_list("seen_at", flat=True).first()
    return seen is None or now - seen <= AWAY


def _view(
    device: Device, newest: dict[str, history.Last], read: datetime | None, heard: bool, now: datetime
) -> DeviceView:
    gateway = device.behind is None or device.behind.online or device.behind.status_at is None
    online = device.online or device.status_at is None  # who never said so is not gone

    def judge(at: datetime | None, interval: timedelta | None) -> Judged:
        return judged(at, online=online, interval=interval, now=now, heard=heard, gateway=gateway)

    channels = []
    for channel in device.channels.all():
        last = newest.get(channel.key)
        at = last.at if last else None
        value = last.value if last else None
        found = judge(at, expected(device.expected_interval, channel.rhythm))
        channels.append(
            ChannelView(channel.key, channel.unit, channel.label, value, at, found.freshness, found.why)
        )
    latest = max((at for at in (read, *(view.at for view in channels)) if at), default=None)
    interval = expected(device.expected_interval, *(channel.rhythm for channel in device.channels.all()))
    whole = judge(latest, interval)
    status = "unknown" if device.status_at is None else "online" if device.online else "offline"
    told = (whole.freshness, whole.why, interval)
    return DeviceView(device, status, *told, tuple(channels), _list(device, now))


def _list(device: Device, now: datetime) -> ListView | None:
    known: AllowList | None = getattr(device, "allow_list", None)
    if known is None:
        return None
    state = list_state(
        version=known.version,
        held=known.held,
        refusal=known.refusal,
        expires_at=known.expires_at,
        now=now,
    )
    return ListView(known, state, clock_is_off(known.clock_error))
