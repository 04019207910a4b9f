"""When a message that was not taken is tried again, and when nobody tries any more."""

from __future__ import annotations

from datetime import timedelta

# After each failed try; a bit more than three days in all, so that a weekend's silence loses nothing.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2
LONGEST_ASKED = timedelta(hours=6)  # that a receiver's `Retry-After` may put us off


def wait(*, attempts: int, dice: float, asked: timedelta | None = None) -> timedelta | None:
    """How long after this many failed tries; None to give up. `dice`, from 0 to 1, spreads the tries."""
    if attempts > len(WAITS):
        return None
    usual = WAITS[max(attempts, 1) - 1] * (1 + JITTER * dice)
    return max(usual, min(asked or timedelta(0), LONGEST_ASKED))
