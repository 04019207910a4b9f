"""The facts of the readers' allow-lists, read for all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from booking import house
from booking.held import held_rows
from booking.models import Booking
from booking.queries.kept import Stays, kept, stays
from booking.rules.allowlist import Held, Kept
from booking.rules.wishes import programme_days
from devices.models import Device
from devices.queries import READS
from lab.calendar import Opening
from lab.fingerprints import opened_print, pepper_mark
from lab.lab_time import lab_zone, last_moment
from lab.models import Award, Badge, Programme, Resource
from lab.spans import Span

# The badges of `people`, summed up; looked at twice a second while taps have to be answered.
CARRIERS = """
SELECT count(*), sum(b.id), sum(b.id * b.member_id)
FROM lab_badge b
JOIN lab_member m ON m.id = b.member_id AND m.is_active AND NOT m.suspended
JOIN devices_readerprint p ON p.badge_id = b.id
WHERE b.lost_at IS NULL
"""
Awards = dict[int, dict[int, datetime | None]]  # certification → member → when it ends
Programmes = dict[int, tuple[Span | None, frozenset[int]]]  # its days and its members


class Carried(NamedTuple):
    """A badge that may open something: what readers know it by, and what counts of its owner."""

    known_by: bytes
    since: datetime | None
    until: datetime | None
    member: int
    any_hour: bool
    role: str = "maker"


@dataclass(frozen=True, slots=True)
class People:
    """Who carries what, and may do what; the first ones first when not all find room."""

    carried: tuple[Carried, ...]
    awards: Awards
    programmes: Programmes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine's hours, rules and units, when it is down, who holds it, and who all the same."""

    opening: Opening
    walk_up: bool
    units: tuple[int, ...]
    down: tuple[Span, ...]
    held: tuple[Held, ...]
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """The zones behind doors and the machines behind relays, by their keys; who comes though it is closed."""

    zones: dict[int, Opening]
    machines: dict[int, Machine]
    stays: Stays = field(default_factory=dict)


def readers() -> list[Device]:
    """Every device that decides about taps, and every one that once got a list."""
    speaks = Q(door__isnull=False) | Q(resource__isnull=False)
    return list(
        Device.objects.filter((Q(claimed_at__isnull=False) & speaks & READS) | Q(allow_list__isnull=False))
        .select_related("door__zone", "resource__zone", "allow_list")
        .order_by("name")
    )


def people(*, pepper: bytes, older: bytes = b"") -> People:
    """Badges that are not lost, of members who may come; who may come at any hour stand first.

    Those that nobody tapped since the pepper was changed are still sealed with the `older` one.
    """
    before = pepper_mark(older) if older else None
    rows = Badge.objects.filter(
        lost_at=None, member__is_active=True, member__suspended=False, reader_print__isnull=False
    ).order_by("-member__any_hour", "-pk")
    told = rows.values_list(
        "reader_print__sealed",
        "fingerprint",
        "pepper",
        "valid_from",
        "valid_until",
        "member__member_until",
        "member_id",
        "member__any_hour",
        "member__role",
    )
    carried = (
        Carried(
            _opened(sealed, mark, older if made_with == before else pepper),
            since,
            _first(until, last_moment(day)),
            member,
            any_hour,
            role,
        )
        for sealed, mark, made_with, since, until, day, member, any_hour, role in told
    )
    return People(tuple(carried), _awards(), _programmes())


def carriers() -> tuple[int, ...]:
    """Sums that change when a badge is lost or found, or its member may no longer come: quick to look at."""
    with connection.cursor() as cursor:
        cursor.execute(CARRIERS)
        return tuple(cursor.fetchone())


def places(devices: Iterable[Device], window: Span) -> Places:
    """What these readers guard, as far as it matters in the window."""
    rows = list(devices)
    zones = {row.door.zone.pk: row.door.zone for row in rows if row.door}
    machines = [row.resource for row in rows if row.resource]
    known = house.house().zones
    return Places(
        {pk: known[pk] for pk in zones},
        _machines(machines, window),
        stays(zones, since=window.start) if zones else {},
    )


def _machines(resources: list[Resource], window: Span) -> dict[int, Machine]:
    known = house.places(resources, window)
    mine = {unit: resource.pk for resource in resources for unit in known[resource.pk].units}
    held: dict[int, list[Held]] = defaultdict(list)
    claims = held_rows(list(mine), window)
    bookings = Booking.objects.in_bulk([claim.booking for claim in claims])
    though = kept(bookings, {claim.booking: mine[claim.unit] for claim in claims})
    for claim in claims:
        booking = bookings.get(claim.booking)
        promised = booking is not None and booking.state in Booking.PROMISED
        held[mine[claim.unit]].append(
            Held(
                claim.unit,
                booking.member_id if booking else 0,
                claim.span,
                booking.span if booking and promised else None,
            )
        )
    return {
        pk: Machine(
            found.opening,
            bool(found.rules.walk_up),
            tuple(found.units),
            found.down,
            tuple(held[pk]),
            tuple(though.get(pk, ())),
        )
        for pk, found in known.items()
    }


def _awards() -> Awards:
    found: Awards = defaultdict(dict)
    rows = Award.objects.order_by("pk").values_list("certification_id", "member_id", "expires_at")
    for certification, member, ends in rows:
        found[certification][member] = ends
    return dict(found)


def _programmes() -> Programmes:
    """Of those that a zone demands."""
    rows = Programme.objects.filter(zones__isnull=False).distinct().prefetch_related("members")
    return {
        row.pk: (
            programme_days(row.starts_on, row.ends_on, lab_zone()),
            frozenset(member.pk for member in row.members.all()),
        )
        for row in rows
    }


@lru_cache(maxsize=20_000)
def _opened(sealed: str, mark: str, pepper: bytes) -> bytes:
    return opened_print(sealed, fingerprint=mark, pepper=pepper)


def _first(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
