"""Passages and sessions told to other programs: read off the facts, so that no tap waits for it.

Level-triggered: what was told has its message, named after the fact; looking twice tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from booking.models import AccessEvent, UsageSession
from lab.actions import hooks
from lab.actions.hooks import Fact
from lab.every import Every
from lab.lab_time import iso
from lab.models import Cursor

EVERY = timedelta(seconds=5)
MOST = 500
OVERLAP = 200  # keys back: a row may become visible after one with a higher key
LATE = timedelta(days=3)  # so long after its end may a reader that was alone tell of a session
ACCESS, STARTED, ENDED = ("access.granted", "access.refused"), "session.started", "session.ended"


class Telling:
    """Remembers when it looked for ended sessions last."""

    def __init__(self) -> None:
        self._ended = Every(EVERY)

    def sweep(self, *, now: datetime) -> int:
        """How many messages were written."""
        told = 0
        if hooks.wanted(*ACCESS):
            places = AccessEvent.objects.select_related("device", "door", "resource", "zone")
            told += _tell_new("access", places, "decided_at", _passage, now)
        if hooks.wanted(STARTED):
            told += _tell_new("session", _sessions(), "started_at", _begun, now)
        if hooks.wanted(ENDED) and self._ended.due(now):
            over = _sessions().filter(ended_at__gt=now - LATE).order_by("ended_at")
            told += hooks.post_once([_over(row) for row in over], now=now)
        return told


@transaction.atomic
def _tell_new(of: str, rows: QuerySet[Any], moment: str, fact: Callable[[Any], Fact], now: datetime) -> int:
    """Rows after the cursor, and the last ones before it once more for as long as they are fresh."""
    since = min(hook.since for hook in hooks.hooks())
    Cursor.objects.get_or_create(of=of)
    cursor = Cursor.objects.select_for_update().get(of=of)
    fresh = Q(pk__gt=cursor.at - OVERLAP) & Q(**{f"{moment}__gt": now - timedelta(minutes=10)})
    wanted = rows.filter(Q(pk__gt=cursor.at) | fresh).filter(**{f"{moment}__gte": since})
    found = list(wanted.order_by("pk")[:MOST])
    newest = max((row.pk for row in found), default=0)
    if newest > cursor.at:
        cursor.at = newest
        cursor.save(update_fields=["at"])
    return hooks.post_once([fact(row) for row in found], now=now)


def _sessions() -> QuerySet[UsageSession]:
    return UsageSession.objects.select_related("resource", "device")


def _passage(row: AccessEvent) -> Fact:
    data = {
        "passage": row.pk,
        "device": row.device.name,
        "door": row.door.slug if row.door else None,
        "resource": row.resource.slug if row.resource else None,
        "zone": row.zone.slug if row.zone else None,
        "reason": row.reason,
        "offline": row.offline,
        "at": iso(row.tapped_at),
    }
    event = ACCESS[0] if row.granted else ACCESS[1]
    return Fact(event, f"access_{row.pk}", row.decided_at, data, row.member_id)


def _begun(row: UsageSession) -> Fact:
    return Fact(STARTED, f"session_started_{row.pk}", row.started_at, _session(row), row.member_id)


def _over(row: UsageSession) -> Fact:
    more = {"ended_at": iso(row.ended_at), "energy_wh": row.energy_wh, "ending": row.ending or None}
    at = row.ended_at or row.started_at
    return Fact(ENDED, f"session_ended_{row.pk}", at, _session(row) | more, row.member_id)


def _session(row: UsageSession) -> dict[str, Any]:
    return {
        "session": row.pk,
        "resource": row.resource.slug,
        "booking": row.booking_id,
        "device": row.device.name if row.device else None,
        "started_at": iso(row.started_at),
    }
