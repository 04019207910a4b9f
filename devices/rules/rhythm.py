"""How often a channel speaks, learned from when it spoke."""

from __future__ import annotations

from collections.abc import Sequence

SECOND = 1_000_000_000
FEWEST = 8  # gaps; fewer tell nothing
USUAL = 0.9  # so many of its gaps are no longer than what is expected of it
SHORTEST, LONGEST = 10.0, 24 * 3600.0  # seconds


def rhythm(gaps: Sequence[int]) -> float | None:
    """The interval in seconds that a channel mostly keeps; `gaps` in nanoseconds. None for too few.

    One outage among many gaps doesn't count, and what changes by the second is given some.
    """
    if len(gaps) < FEWEST:
        return None
    usual = sorted(gaps)[int(len(gaps) * USUAL)] / SECOND
    return round(min(max(usual, SHORTEST), LONGEST), 1)


def differs(known: float | None, learned: float | None) -> bool:
    """Is it worth writing down again? A fifth more or less is the same rhythm."""
    if known is None or learned is None:
        return known is not learned
    return abs(learned - known) > known / 5
