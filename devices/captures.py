"""Captures of single reads: begun by a manager, written by the bridge, ended by time, by hand or by size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from devices.models import Capture, Device
from lab.models import Member

LONGEST = timedelta(hours=2)
MOST_BYTES = 50 * 1024 * 1024
KEPT = timedelta(days=7)
LISTED = 10


@dataclass(frozen=True, slots=True)
class View:
    """A capture and its file; `size` is None where there is none (yet, or any more)."""

    row: Capture
    running: bool
    size: int | None

    @property
    def full(self) -> bool:
        return self.size is not None and self.size >= MOST_BYTES


def folder() -> Path:
    path: Path = settings.CONFIG.state / "captures"
    return path


def path_of(number: int) -> Path:
    return folder() / f"{number}.csv"


def start(*, device: Device, by: Member, length: timedelta, now: datetime) -> Capture:
    """Keep every read from now on, for at most LONGEST; what runs already is meant."""
    with transaction.atomic():
        Device.objects.select_for_update().get(pk=device.pk)
        running = Capture.objects.filter(device=device, ends_at__gt=now).first()
        if running is not None:
            return running
        until = now + min(max(length, timedelta(minutes=1)), LONGEST)
        return Capture.objects.create(device=device, by=by, started_at=now, ends_at=until)


def stop(*, capture: Capture, now: datetime) -> None:
    """Nothing more is kept; what was over stays as it was."""
    ended = max(now, capture.started_at + timedelta(seconds=1))
    Capture.objects.filter(pk=capture.pk, ends_at__gt=ended).update(ends_at=ended)


def running(*, now: datetime) -> dict[str, tuple[int, float]]:
    """Device → (number, its end in Unix seconds) of what is to be kept now."""
    rows = Capture.objects.filter(ends_at__gt=now).select_related("device")
    return {row.device.name: (row.pk, row.ends_at.timestamp()) for row in rows}


def of_device(device: Device, *, now: datetime) -> list[View]:
    return [View(row, row.ends_at > now, _size(row.pk)) for row in device.captures.all()[:LISTED]]


def _size(number: int) -> int | None:
    try:
        return path_of(number).stat().st_size
    except OSError:
        return None
