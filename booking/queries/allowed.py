"""Who stands in one reader's list: everybody's facts, narrowed to its door or machine and a list's life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from booking.queries.allowlists import Carried, Machine, People, Places
from booking.queries.demands import has_role
from booking.rules.allowlist import Life, Place, Right, kept_spans, machine_spans
from booking.rules.leases import LONGEST_LEASE
from booking.rules.taps import Reason
from devices.models import Device
from lab.lab_time import lab_zone
from lab.models import Badge, Door, Resource, Zone
from lab.spans import Span, merged, without

UID = Badge.Assurance.UID  # all that a reader can prove of a badge by itself
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
    place = Place("door", door.zone.slug, door.unlock_seconds, opening)
    if door.assurance != UID:
        return replace(place, absent=Reason.BADGE_TOO_WEAK), []
    awaited = {
        member: tuple(merged((*opening, *clipped(spans, life.span))))
        for member, spans in places.stays.get(door.zone.pk, {}).items()
    }
    rights = [
        Right(
            one.known_by,
            always if one.any_hour else awaited.get(one.member, opening),
            one.since,
            one.until,
        )
        for one in admitted(door.zone, people)
    ]
    return place, rights


def clipped(spans: Iterable[Span], window: Span) -> Iterator[Span]:
    """What lies in the window of each."""
    return (common for span in spans if (common := span.common(window)))


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
    if resource.buddy:  # alone, a reader can't see who else is there
        return replace(place, absent=Reason.NEEDS_BUDDY), []
    if resource.assurance != UID:
        return replace(place, absent=Reason.BADGE_TOO_WEAK), []
    spans: dict[int, tuple[Span, ...]] = {}
    rights = []
    for one, until in _skilled(resource, admitted(resource.zone, people), people):
        who = one.member if any(claim.member == one.member for claim in machine.held) else 0
        if who not in spans:
            spans[who] = _spans(machine, opening, who, Span(life.issued, life.stale))
        rights.append(Right(one.known_by, spans[who], one.since, until))
    return place, rights


def _spans(machine: Machine, opening: tuple[Span, ...], who: int, window: Span) -> tuple[Span, ...]:
    working = [part for opened in opening for part in without(opened, machine.down)]
    if any(one.member == who for one in machine.kept):
        own = clipped(kept_spans(opening, machine.kept, member=who), window)
        working = list(merged((*working, *own)))
    return machine_spans(working, machine.held, units=machine.units, member=who, walk_up=machine.walk_up)


def admitted(zone: Zone, people: People) -> Iterable[Carried]:
    """Badges of those who have what the zone demands, each for as long as they have it."""
    if not (zone.certification_id or zone.programme_id or zone.role):
        return people.carried
    return [known for one in people.carried if (known := _admitted(zone, one, people)) is not None]


def _admitted(zone: Zone, one: Carried, people: People) -> Carried | None:
    since, until = [one.since], [one.until]
    if zone.role and not has_role(one.role, zone.role):
        return None
    if zone.certification_id:
        awards = people.awards.get(zone.certification_id, {})
        if one.member not in awards:
            return None
        until.append(awards[one.member])
    if zone.programme_id:
        days, members = people.programmes.get(zone.programme_id, (None, frozenset()))
        if one.member not in members:
            return None
        if days is not None:
            since.append(days.start)
            until.append(days.end)
    return one._replace(
        since=max((moment for moment in since if moment), default=None),
        until=min((moment for moment in until if moment), default=None),
    )


def _skilled(
    resource: Resource, carried: Iterable[Carried], people: People
) -> Iterator[tuple[Carried, datetime | None]]:
    """Badges of those who may use it, and until when."""
    if resource.certification_id is None:
        yield from ((one, one.until) for one in carried)
        return
    awards = people.awards.get(resource.certification_id, {})
    for one in carried:
        if one.member in awards:
            ends = awards[one.member]
            yield one, min(one.until, ends) if one.until and ends else one.until or ends
