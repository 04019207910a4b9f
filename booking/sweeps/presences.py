"""Whoever forgot to badge out leaves some time after closing, and the record says that nobody saw it."""

from __future__ import annotations

from datetime import datetime

from booking import live
from booking.house import house
from booking.models import Presence
from booking.queries.presences import heard_of, working
from booking.rules.leaving import leaves_at
from lab.lab_time import lab_zone


def leave_at_closing(*, now: datetime) -> int:
    """End the presences whose time is over; how many. Who still works on a machine of the zone stays."""
    opening = house().zones
    rows = list(Presence.objects.filter(until=None).select_related("member", "zone"))

    def due(row: Presence, heard: datetime) -> datetime:
        return leaves_at(row.since, heard, row.member.any_hour, opening[row.zone_id], lab_zone())

    overdue = [row for row in rows if due(row, row.since) <= now]
    if not overdue:
        return 0
    heard, busy = heard_of(overdue), working(overdue)
    ended = []
    for row in overdue:
        until = due(row, heard[row.pk])
        if until <= now and row.pk not in busy:
            still = Presence.objects.filter(pk=row.pk, until=None)
            ended += [row] * still.update(until=until, how=Presence.How.AUTOMATIC)
    live.publish_zones([row.zone for row in ended], now=now)
    return len(ended)
