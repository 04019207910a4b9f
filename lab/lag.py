"""How far telemetry is behind, as it says itself on the bus: pages, `/healthz` and `/metrics` tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lab.hub import hub

TOPIC = "system/telemetry"
NO_MATTER = 30.0  # seconds that full batches may go on before anybody is told
TOLD_FOR = timedelta(days=1)  # since the broker dropped something


@dataclass(frozen=True, slots=True)
class Lag:
    """Since when the store takes nothing and why; since when the broker has more than is taken at once.

    `lost` messages the broker dropped since it began, because more waited for a client than it holds.
    """

    up: bool
    stuck_since: datetime | None = None
    trouble: str = ""
    behind_since: datetime | None = None
    received: int = 0
    dropped: int = 0
    lost: int = 0
    lost_at: datetime | None = None

    def seconds(self, now: datetime) -> float:
        """For how long readings have waited in the broker."""
        since = min((at for at in (self.stuck_since, self.behind_since) if at), default=now)
        return max((now - since).total_seconds(), 0.0)

    def matters(self, now: datetime) -> bool:
        late = self.stuck_since is not None or self.seconds(now) > NO_MATTER
        return late or self.has_lost(now)

    def has_lost(self, now: datetime) -> bool:
        return self.lost_at is not None and now - self.lost_at < TOLD_FOR


def lag(*, patience: float = 0.0) -> Lag | None:
    """What telemetry said last; None when nobody has heard of it."""
    told = hub.picture(TOPIC, patience=patience)
    return None if told is None else _lag(told)


def _lag(told: dict[str, Any]) -> Lag:
    return Lag(
        up=bool(told.get("up")),
        stuck_since=_moment(told.get("stuck_since")),
        trouble=str(told.get("trouble") or ""),
        behind_since=_moment(told.get("behind_since")),
        received=_count(told.get("received")),
        dropped=_count(told.get("dropped")),
        lost=_count(told.get("lost")),
        lost_at=_moment(told.get("lost_at")),
    )


def _moment(at: object) -> datetime | None:
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else None


def _count(told: object) -> int:
    return told if isinstance(told, int) else 0
