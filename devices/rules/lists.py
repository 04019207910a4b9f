"""Can a reader be trusted to decide alone? What it last told of its list, judged."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

CLOCK_TOLERANCE = timedelta(seconds=5)  # half of what makes a tap stale


class ListState(StrEnum):
    """`sent` is a list that the reader has not told of yet."""

    UNKNOWN = "list_unknown"
    REFUSED = "list_refused"
    EXPIRED = "list_expired"
    SENT = "list_sent"
    CURRENT = "list_current"


def list_state(
    *, version: int, held: int | None, refusal: str, expires_at: datetime, now: datetime
) -> ListState:
    """How the list that a reader holds compares with the one that was published."""
    if held is None:
        return ListState.UNKNOWN
    if refusal:
        return ListState.REFUSED
    if now >= expires_at:
        return ListState.EXPIRED
    return ListState.CURRENT if held == version else ListState.SENT


def clock_is_off(error: float | None) -> bool:
    """Is the reader's clock so wrong, in seconds, that its taps may soon count as stale?"""
    return error is not None and abs(error) > CLOCK_TOLERANCE.total_seconds()
