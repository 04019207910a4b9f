"""Does an outage or a closure hit a booking? The same words as for a wish: it could not be booked now."""

from __future__ import annotations

from datetime import datetime, timedelta

from lab.spans import Span


def reach(starts_at: datetime, ends_at: datetime | None, *, now: datetime, days: int) -> Span:
    """The time that an outage takes; without an end in sight it lasts `days` from now, or from its start."""
    return Span(starts_at, ends_at or max(starts_at, now) + timedelta(days=days))


def closure_hits(booked: Span, closed: Span, *, overnight: bool) -> bool:
    """Whether a closure hits; what may run on overnight needs an open lab at both of its ends only."""
    if not overnight:
        return booked.overlaps(closed)
    return booked.start in closed or closed.start < booked.end <= closed.end
