"""Whom outages and closures hit: looked for when something changed, and once in a while as time goes on."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

from booking.actions.hits import note_hits
from booking.models import Booking, Change
from lab.models import Revision

TAIL = 64  # newest rows that tell a change; later keys may become visible before earlier ones


class Hits:
    """Looks at the planning only when something changed since the last look, or once in a while."""

    WHOLE = timedelta(seconds=30)

    def __init__(self) -> None:
        self._seen: Hashable | None = None
        self._looked_at: datetime | None = None

    def sweep(self, *, now: datetime) -> int:
        """The number of hits that were not noted before."""
        mark = _mark()  # first: what changes while we look is looked at the next time
        late = self._looked_at is None or not timedelta(0) <= now - self._looked_at < self.WHOLE
        if mark == self._seen and not late:
            return 0
        self._seen, self._looked_at = mark, now
        return note_hits(now=now)


def _mark() -> Hashable:
    """Another one whenever the house or a booking was changed, or a new one was made."""
    changed = tuple(Change.objects.order_by("-pk").values_list("pk")[:TAIL])
    made = tuple(Booking.objects.order_by("-pk").values_list("pk")[:TAIL])
    return Revision.now(), changed, made
