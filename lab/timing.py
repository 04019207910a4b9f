"""How long something takes, counted in buckets: what Prometheus calls a histogram."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


class Timing:
    """One writer; whoever reads meanwhile sees counts that are a moment old."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def told(self) -> dict[str, Any]:
        """JSON-ready: how many up to each bound, the last beyond all of them, and the seconds in all."""
        return {"bounds": list(BOUNDS), "counts": list(self._counts), "sum": self._sum}
