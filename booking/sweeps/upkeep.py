"""Once a minute: how every maintenance plan stands, told once, and stopped or let go as it says."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.actions import upkeep as actions
from booking.models import UpkeepPlan
from booking.queries.upkeep import in_force, standings
from lab.every import Every

EVERY = timedelta(minutes=1)


class Upkeeps:
    """What `keep_up` does, often enough."""

    def __init__(self) -> None:
        self._pause = Every(EVERY)

    def sweep(self, *, now: datetime) -> int:
        """How many told or changed something; nothing until the minute is over."""
        return keep_up(now=now) if self._pause.due(now) else 0


def keep_up(*, now: datetime) -> int:
    """Twice changes nothing."""
    for plan in UpkeepPlan.objects.filter(retired_at=None):
        actions.spread(plan, now=now)  # resources that came since
    return sum(actions.keep(found, now=now) for found in standings(in_force(), now=now))
