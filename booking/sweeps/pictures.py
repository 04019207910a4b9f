"""The live pictures that time changes: sent again when they are not what was sent last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from booking import live
from lab import bus
from lab.every import Every
from lab.models import Resource, Zone

REFRESH = timedelta(seconds=60)


class Pictures:
    """The snapshots sent last; only what changed is sent again, and everything once in a while."""

    def __init__(self) -> None:
        self._sent: dict[tuple[str, str], dict[str, Any]] = {}
        self._whole = Every(REFRESH)

    def publish(self, *, now: datetime) -> int:
        """Send every changed picture of resources and zones; the number sent."""
        if self._whole.due(now):
            self._sent = {}
        return sum(self._offer(kind, name, snapshot) for kind, name, snapshot in _pictures(now))

    def forget(self) -> None:
        """What was said while nobody could hear it is said again."""
        self._whole.at_once()

    def _offer(self, kind: str, name: str, snapshot: dict[str, Any]) -> bool:
        picture = {key: value for key, value in snapshot.items() if key != "at"}
        if self._sent.get((kind, name)) == picture:
            return False
        self._sent[kind, name] = picture
        bus.publish(kind, name, snapshot)
        return True


def _pictures(now: datetime) -> list[tuple[str, str, dict[str, Any]]]:
    resources = live.resource_snapshots(Resource.objects.select_related("zone"), now=now)
    zones = live.zone_snapshots(Zone.objects.prefetch_related("hours"), now=now)
    return [
        *(("resource", shown["slug"], shown) for shown in resources),
        *(("zone", shown["zone"], shown) for shown in zones),
    ]
