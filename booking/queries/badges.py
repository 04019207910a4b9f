"""Badges as managers look for them, and how far the loss of one has come round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from booking.models import Barred, Enrolment
from devices.models import AllowList, Device, Service
from lab.fingerprints import pepper_mark
from lab.models import Badge

MOST_WORDS = 5
COMPARED = timedelta(seconds=10)  # by then the doors' process has looked whether a list must change


@dataclass(frozen=True, slots=True)
class Held:
    """What one reader would do with a lost badge by itself: `state` is barred, absent, waiting or away.

    `after` is how long after the loss it held a list without it; `until` when its old list ends.
    """

    device: Device
    state: str
    after: timedelta | None = None
    until: datetime | None = None


def waiting() -> QuerySet[Enrolment]:
    """Cards that somebody asked for and nobody decided about."""
    rows = Enrolment.objects.filter(claimed_by__isnull=False, claimed_by__is_active=True)
    return rows.select_related("claimed_by", "device__door", "device__resource")


STATES = {
    "": Q(),
    "active": Q(lost_at=None, member__isnull=False),
    "lost": Q(lost_at__isnull=False),
    "lent": Q(kind=Badge.Kind.GUEST, member__isnull=False, lost_at=None),
    "free": Q(kind=Badge.Kind.GUEST, member=None, lost_at=None),
}


def found(text: str, state: str) -> QuerySet[Badge]:
    """Badges of which each word is part of the label or the owner's name; guests' that are late first."""
    rows = Badge.objects.filter(STATES.get(state, Q())).select_related("member")
    for word in text.replace("\0", "").split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(label__icontains=word)
            | Q(member__first_name__icontains=word)
            | Q(member__last_name__icontains=word)
            | Q(member__username__icontains=word)
        )
    return rows.order_by("member__last_name", "member__first_name", "member__username", "label", "pk")


@dataclass(frozen=True, slots=True)
class Peppers:
    """How many badges are known by which pepper; a lost one or one without an owner is not in use."""

    current: int
    older: int
    older_in_use: int
    neither: int


def by_pepper(*, current: bytes, older: bytes) -> Peppers:
    marks = pepper_mark(current), pepper_mark(older) if older else None
    before = Badge.objects.filter(pepper=marks[1])
    return Peppers(
        current=Badge.objects.filter(pepper=marks[0]).count(),
        older=before.count(),
        older_in_use=before.filter(STATES["active"], member__is_active=True).count(),
        neither=Badge.objects.exclude(pepper__in=[mark for mark in marks if mark]).count(),
    )


def held_by(badge: Badge) -> list[Held]:
    """What each reader would do with a lost badge while the server is away."""
    lost = badge.lost_at
    if lost is None:
        return []
    barred = dict(Barred.objects.filter(badge=badge).values_list("device", "at"))
    doors = Service.objects.filter(name="doors", seen_at__gt=lost + COMPARED).exists()
    lists = AllowList.objects.select_related("device__door", "device__resource")
    rows = lists.filter(device__revoked=False, device__claimed_at__isnull=False).order_by("device__name")
    return [_held(row, barred.get(row.device_id), lost, compared=doors) for row in rows]


def spread(held: Iterable[Held]) -> tuple[int, int]:
    """How many readers would refuse it alone, of how many."""
    rows = list(held)
    return sum(row.state in {"barred", "absent"} for row in rows), len(rows)


def _held(row: AllowList, at: datetime | None, lost: datetime, *, compared: bool) -> Held:
    if at is not None:
        return Held(row.device, "barred", after=at - lost)
    published = row.published_at
    if published is not None and published >= lost and row.held == row.version:
        return Held(row.device, "barred")
    if compared and (published is None or published < lost):
        return Held(row.device, "absent")
    until = row.stale_at if row.device.resource_id else row.expires_at
    return Held(row.device, "waiting" if row.device.online else "away", until=until)
