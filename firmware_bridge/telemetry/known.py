"""What the device table knows of a device, as far as telemetry needs it."""

from __future__ import annotations

from dataclasses import dataclass

from devices.rules.running import Levels


@dataclass(frozen=True, slots=True)
class Known:
    """`status_at` is Unix seconds; `units` and `levels` are those of the resource that the device sits on."""

    profile: str
    label: str = ""
    claimed: bool = False
    resource: str | None = None
    resource_id: int | None = None
    zone: str | None = None
    online: bool = False
    status_at: float | None = None
    expected_interval: float | None = None
    gateway: bool = True  # what it speaks through is there, or it speaks itself
    units: int = 1
    levels: Levels | None = None
    controls: frozenset[str] = frozenset()
