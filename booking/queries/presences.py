"""Who is in, since when, and how far that can be trusted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from booking.house import house
from booking.models import AccessEvent, Presence, UsageSession
from booking.queries.people import inside
from devices.models import Device
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Zone
from lab.times import soon

LONG = timedelta(hours=8)
LAST_LEFT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody in a zone; `doubts` say why they may have left."""

    presence: Presence
    heard: datetime
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mustered:
    """A zone with who should be in it, the readers that know, and who was let go without a tap."""

    zone: Zone
    people: tuple[Inside, ...]
    readers: tuple[Device, ...]
    automatic: tuple[Presence, ...]

    @property
    def sure(self) -> bool:
        """Does a reader count here, and is every one of them heard?"""
        return bool(self.readers) and all(reader.online for reader in self.readers)


def heard_of(rows: Collection[Presence]) -> dict[int, datetime]:
    """When each was last heard of in the zone: the way in, or a later tap at a door or machine there."""
    found = {row.pk: row.since for row in rows}
    if not rows:
        return found
    by_place = {(row.member_id, row.zone_id): row.pk for row in rows}
    taps = AccessEvent.objects.filter(
        member__in=[row.member_id for row in rows], granted=True, decided_at__gt=min(found.values())
    )
    for member, zone, of_resource, at in taps.values_list(
        "member_id", "zone_id", "resource__zone_id", "decided_at"
    ):
        pk = by_place.get((member or 0, zone or of_resource or 0))
        if pk is not None:
            found[pk] = max(found[pk], at)
    return found


def working(rows: Collection[Presence]) -> set[int]:
    """The presences whose people use a machine of the zone right now."""
    busy = set(
        UsageSession.objects.filter(ended_at=None, member__in=[row.member_id for row in rows]).values_list(
            "member_id", "resource__zone_id"
        )
    )
    return {row.pk for row in rows if (row.member_id, row.zone_id) in busy}


def left_today(now: datetime) -> QuerySet[Presence]:
    """Who left today and how we know, the newest first."""
    today = day_span(now.astimezone(lab_zone()).date(), lab_zone())
    rows = Presence.objects.filter(until__gte=today.start).select_related("member", "zone", "ended_by")
    return rows.order_by("-until")


def muster(now: datetime) -> list[Mustered]:
    """Every zone with its people, for when all have to be outside."""
    rows = list(inside())
    heard = heard_of(rows)
    counts = Q(door__isnull=False) | Q(zone__isnull=False, resource=None, profile__endswith="reader")
    readers = list(Device.objects.filter(counts, revoked=False).select_related("door").order_by("name"))
    gone = Presence.objects.filter(how=Presence.How.AUTOMATIC, until__gt=now - LAST_LEFT)
    automatic = list(gone.select_related("member").order_by("-until"))
    latest = {row.member_id: row for row in sorted(rows, key=lambda row: heard[row.pk])}
    found = []
    for zone in Zone.objects.order_by("slug"):
        here = tuple(one for one in readers if zone.pk == (one.door.zone_id if one.door else one.zone_id))
        people = tuple(
            Inside(row, heard[row.pk], tuple(_doubts(row, heard[row.pk], latest[row.member_id], here, now)))
            for row in rows
            if row.zone_id == zone.pk
        )
        found.append(Mustered(zone, people, here, tuple(one for one in automatic if one.zone_id == zone.pk)))
    return found


def _doubts(
    row: Presence, heard: datetime, latest: Presence, readers: Collection[Device], now: datetime
) -> Iterator[str]:
    if latest.pk != row.pk:
        where = {"zone": latest.zone.label, "time": soon(latest.since, now=now)}
        yield _("tapped in since: {zone}, {time}").format(**where)
    if now - heard > LONG:
        yield _("not heard of for more than 8 hours")
    if not row.member.any_hour and house().zones[row.zone_id].at(now, lab_zone()) is None:
        yield _("the space is closed")
    if any(not reader.online for reader in readers):
        yield _("a reader is out of contact: they may have left unseen")
