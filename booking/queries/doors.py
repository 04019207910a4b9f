"""The facts of a tap at a door: who is inside, whether it is open, what it demands."""

from __future__ import annotations

from datetime import datetime

from booking.house import house
from booking.models import Presence
from booking.queries.demands import unmet
from booking.rules.taps import DoorFacts
from lab.compiled import Compiled, key
from lab.lab_time import lab_zone
from lab.models import Door, Member

INSIDE = Compiled(
    lambda: Presence.objects.order_by().filter(zone=key("zone"), until=None).values_list("member_id", "since")
)


def door_facts(door: Door, member: Member, now: datetime) -> DoorFacts:
    inside = dict(INSIDE.rows(zone=door.zone_id))
    known = DoorFacts(
        inside=member.pk in inside, way=door.way, hard=door.hard_passback, since=inside.get(member.pk)
    )
    if known.leaves:  # on the way out nothing else about the zone counts
        return known
    return DoorFacts(
        inside=known.inside,
        open=member.any_hour or house().zones[door.zone_id].at(now, lab_zone()) is not None,
        present=len(inside),
        capacity=door.zone.capacity,
        forbidden=bool(unmet(door.zone, member, now)),
        way=known.way,
        hard=known.hard,
        since=known.since,
    )
