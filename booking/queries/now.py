"""What can be used now: every resource with its picture, and the zones around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from booking import live
from booking.house import house
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Certification, Member, Resource, Zone
from lab.spans import Span

SOON = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Card:
    """A resource as one member sees it; `gate` is the certification that this member lacks."""

    resource: Resource
    state: str
    until: datetime | None
    next: datetime | None
    units: int
    units_free: int
    user: str | None
    gate: Certification | None
    at: datetime
    machine: str | None = None
    machine_since: datetime | None = None

    @property
    def shows_until(self) -> bool:
        """An end a day away says nothing, except when the doors open again."""
        return self.until is not None and (self.state == "closed" or self.until - self.at < SOON)


@dataclass(frozen=True, slots=True)
class ZoneCard:
    """A zone with how many are in, whether it is open, and its hours of today."""

    zone: Zone
    present: int
    open: bool
    hours: tuple[Span, ...]


def cards(member: Member, resources: Iterable[Resource], *, now: datetime) -> list[Card]:
    """Pictures in the order of the resources given; who uses one is told to managers only."""
    held = set(member.awards.exclude(expires_at__lte=now).values_list("certification", flat=True))
    rows = list(resources)
    pictures = live.resource_snapshots(rows, now=now)
    return [_card(row, picture, member, held) for row, picture in zip(rows, pictures, strict=True)]


def zones(*, now: datetime) -> list[ZoneCard]:
    rows = list(Zone.objects.prefetch_related("hours").order_by("slug"))
    pictures = live.zone_snapshots(rows, now=now)
    return [
        ZoneCard(row, picture["present"], picture["open"], _hours_today(row, now))
        for row, picture in zip(rows, pictures, strict=True)
    ]


def _hours_today(zone: Zone, now: datetime) -> tuple[Span, ...]:
    today = day_span(now.astimezone(lab_zone()).date(), lab_zone())
    return tuple(house().zones[zone.pk].within(today, lab_zone()))


def _card(resource: Resource, picture: dict[str, Any], member: Member, held: set[int]) -> Card:
    missing = resource.certification_id and resource.certification_id not in held
    return Card(
        resource=resource,
        state=picture["state"],
        until=_moment(picture["until"]),
        next=_moment(picture["next"]),
        units=picture["units"],
        units_free=picture["units_free"],
        user=picture["private"]["user"] if member.is_manager else None,
        gate=resource.certification if missing else None,
        at=datetime.fromtimestamp(picture["at"], UTC),
        machine=picture["machine"] and picture["machine"]["look"],
        machine_since=_moment(picture["machine"] and picture["machine"]["since"]),
    )


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
