"""How many alarms are open, for live pages of managers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from booking.queries.alarms import picture
from lab import bus

NAME = ("alarm", "open")
REFRESH = timedelta(seconds=60)


def show(*, now: datetime) -> None:
    """Tell live pages, once the current transaction has become true."""
    transaction.on_commit(partial(_publish, now), robust=True)


def _publish(now: datetime) -> None:
    bus.publish(*NAME, picture(now))


class AlarmPicture:
    """Sent when it is not what was sent last, and once in a while."""

    def __init__(self) -> None:
        self._sent: dict[str, Any] = {}
        self._sent_at: datetime | None = None

    def publish(self, *, now: datetime) -> bool:
        shown = picture(now)
        known = {key: value for key, value in shown.items() if key != "at"}
        late = self._sent_at is None or now - self._sent_at >= REFRESH
        if known == self._sent and not late:
            return False
        bus.publish(*NAME, shown)
        self._sent, self._sent_at = known, now
        return True

    def forget(self) -> None:
        self._sent_at = None
