"""The facts of a tap at a door or beside a totem: who is inside, whether it is open, what it demands."""

from __future__ import annotations

from datetime import datetime

from booking.house import house
from booking.models import Presence
from booking.queries.demands import unmet
from booking.queries.kept import expected
from booking.rules.taps import DoorFacts
from lab.compiled import Compiled, key
from lab.lab_time import lab_zone
from lab.models import Door, Member, Zone

INSIDE = Compiled(
    lambda: Presence.objects.order_by().filter(zone=key("zone"), until=None).values_list("member_id", "since")
)


def door_facts(door: Door, member: Member, now: datetime) -> DoorFacts:
    return _facts(door.zone, member, now, way=door.way, hard=door.hard_passback)


def presence_facts(zone: Zone, member: Member, now: datetime) -> DoorFacts:
    """At a reader that only counts who is in a zone, beside its totem.

    Where a door keeps a badge from passing twice nobody goes out here: it could be handed back after that.
    """
    guarded = Door.objects.filter(zone=zone, hard_passback=True).exists()
    return _facts(zone, member, now, way=Door.Way.IN if guarded else Door.Way.BOTH, hard=False)


def _facts(zone: Zone, member: Member, now: datetime, *, way: str, hard: bool) -> DoorFacts:
    inside = dict(INSIDE.rows(zone=zone.pk))
    known = DoorFacts(inside=member.pk in inside, way=way, hard=hard, since=inside.get(member.pk))
    if known.leaves:  # on the way out nothing else about the zone counts
        return known
    return DoorFacts(
        inside=known.inside,
        open=member.any_hour
        or house().zones[zone.pk].at(now, lab_zone()) is not None
        or expected(member, zone, now),
        present=len(inside),
        capacity=zone.capacity,
        forbidden=bool(unmet(zone, member, now)),
        way=known.way,
        hard=known.hard,
        since=known.since,
    )
