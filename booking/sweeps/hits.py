"""Whom outages and closures hit: looked for when something changed, and once in a while as time goes on."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

from booking.actions.hits import note_hits
from booking.models import Booking, Change
from lab.every import Every
from lab.models import Revision

WHOLE = timedelta(seconds=30)
TAIL = 64  # newest rows that tell a change; later keys may become visible before earlier ones


class Hits:
    """Looks at the planning only when something changed since the last look, or once in a while."""

    def __init__(self) -> None:
        self._seen: Hashable | None = None
        self._whole = Every(WHOLE)

    def sweep(self, *, now: datetime) -> int:
        """The number of hits that were not noted before."""
        mark = _mark()  # first: what changes while we look is looked at the next time
        if not self._whole.due(now) and mark == self._seen:
            return 0
        self._seen = mark
        return note_hits(now=now)


def _mark() -> Hashable:
    """Another one whenever the house or a booking was changed, or a new one was made."""
    changed = tuple(Change.objects.order_by("-pk").values_list("pk")[:TAIL])
    made = tuple(Booking.objects.order_by("-pk").values_list("pk")[:TAIL])
    return Revision.now(), changed, made
