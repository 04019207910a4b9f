"""Who stands in one reader's list: everybody's facts, narrowed to its door or machine and a list's life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from booking.queries.allowlists import Carried, Machine, People, Places
from booking.rules.allowlist import Life, Place, Right, machine_spans
from booking.rules.leases import LONGEST_LEASE
from booking.rules.taps import Reason
from devices.models import Device
from lab.lab_time import lab_zone
from lab.models import Door, Resource
from lab.spans import Span, without

NOTHING = Place("door", "", 0, absent=Reason.DEVICE_UNCLAIMED)


def allowed(device: Device, people: People, places: Places, life: Life) -> tuple[Place, list[Right]]:
    """What the reader guards and the badges that may pass; one that may decide nothing guards nothing."""
    if device.claimed and not device.revoked:
        if device.door is not None:
            return _at_door(device.door, people, places, life)
        if device.resource is not None:
            return _at_machine(device.resource, people, places.machines[device.resource.pk], life)
    return NOTHING, []


def _at_door(door: Door, people: People, places: Places, life: Life) -> tuple[Place, list[Right]]:
    opening = tuple(places.zones[door.zone.pk].within(life.span, lab_zone()))
    always = (life.span,)
    rights = [
        Right(one.known_by, always if one.any_hour else opening, one.since, one.until)
        for one in people.carried
    ]
    return Place("door", door.zone.slug, door.unlock_seconds, opening), rights


def _at_machine(
    resource: Resource, people: People, machine: Machine, life: Life
) -> tuple[Place, list[Right]]:
    opening = tuple(machine.opening.within(Span(life.issued, life.stale), lab_zone()))
    place = Place(
        "machine",
        resource.zone.slug,
        int(LONGEST_LEASE.total_seconds()),
        opening,
        Reason.NOT_CERTIFIED if resource.certification_id else Reason.UNKNOWN_BADGE,
        Reason.BOOKED_BY_OTHER if machine.walk_up else Reason.NOT_BOOKED,
    )
    spans: dict[int, tuple[Span, ...]] = {}
    rights = []
    for one, until in _skilled(resource, people):
        who = one.member if any(claim.member == one.member for claim in machine.held) else 0
        if who not in spans:
            spans[who] = _spans(machine, opening, who)
        rights.append(Right(one.known_by, spans[who], one.since, until))
    return place, rights


def _spans(machine: Machine, opening: tuple[Span, ...], who: int) -> tuple[Span, ...]:
    working = [part for opened in opening for part in without(opened, machine.down)]
    return machine_spans(working, machine.held, units=machine.units, member=who, walk_up=machine.walk_up)


def _skilled(resource: Resource, people: People) -> Iterator[tuple[Carried, datetime | None]]:
    """Badges of those who may use it, and until when."""
    if resource.certification_id is None:
        yield from ((one, one.until) for one in people.carried)
        return
    awards = people.awards.get(resource.certification_id, {})
    for one in people.carried:
        if one.member in awards:
            ends = awards[one.member]
            yield one, min(one.until, ends) if one.until and ends else one.until or ends
