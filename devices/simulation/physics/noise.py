"""Repeatable chance: the same seed and the same place always give the same number."""

import math
from hashlib import blake2b


def chance(seed: str, *place: object) -> float:
    """A number in [0, 1) that depends on the seed and the place only."""
    digest = blake2b(repr((seed, *place)).encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / (1 << 56)


def between(low: float, high: float, seed: str, *place: object) -> float:
    return low + (high - low) * chance(seed, *place)


def drift(t: float, *, seed: str, period: float) -> float:
    """A smooth wander in [-1, 1]: chance at every period, eased between."""
    step, part = divmod(t / period, 1.0)
    before, after = (2 * chance(seed, int(step) + edge) - 1 for edge in (0, 1))
    ease = part * part * (3 - 2 * part)
    return before + (after - before) * ease


def settle(start: float, end: float, *, t: float, tau: float) -> float:
    """Exponential approach from start to end, as heat and air do."""
    return end + (start - end) * math.exp(-max(t, 0.0) / tau)
