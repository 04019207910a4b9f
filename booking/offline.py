"""What readers decided by themselves while the server was away, written down once it is back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from booking.models import AccessEvent
from booking.rules.taps import Reason
from devices.models import Device
from lab.models import Badge


@dataclass(frozen=True, slots=True)
class OfflineEvent:
    """One passage that a reader decided from its allow-list; `at` is the reader's own time."""

    badge_fingerprint: str | None
    nonce: str
    at: datetime
    granted: bool
    reason: str


def note(*, device: str, events: Iterable[OfflineEvent], now: datetime) -> None:
    """Add the events that are not known yet to the audit.

    A reader that is not sure of having been heard sends them again: `(device, nonce)` keeps one of each.
    """
    told = list(events)
    with transaction.atomic():
        source, _ = Device.objects.select_related("door__zone", "resource__zone").get_or_create(
            name=device, defaults={"profile": "native"}
        )
        prints = {event.badge_fingerprint for event in told if event.badge_fingerprint}
        badges = {
            badge.fingerprint: badge
            for badge in Badge.objects.filter(fingerprint__in=prints).select_related("member")
        }
        AccessEvent.objects.bulk_create(
            [_line(source, event, badges.get(event.badge_fingerprint or ""), now) for event in told],
            ignore_conflicts=True,
        )


def _line(source: Device, event: OfflineEvent, badge: Badge | None, now: datetime) -> AccessEvent:
    door, resource = source.door, source.resource
    return AccessEvent(
        device=source,
        nonce=event.nonce,
        badge=badge,
        member=badge.member if badge else None,
        door=door,
        resource=resource,
        zone=door.zone if door else resource.zone if resource else None,
        reason=event.reason if event.reason in set(Reason) else Reason.INTERNAL_ERROR,
        granted=event.granted,
        offline=True,
        tapped_at=event.at,
        decided_at=min(event.at, now),
    )
