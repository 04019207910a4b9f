"""How many alarms are open, for live pages of managers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from booking.queries.alarms import picture
from lab import bus
from lab.every import Every

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
        self._again = Every(REFRESH)

    def publish(self, *, now: datetime) -> bool:
        shown = picture(now)
        known = {key: value for key, value in shown.items() if key != "at"}
        if not self._again.due(now) and known == self._sent:
            return False
        bus.publish(*NAME, shown)
        self._sent = known
        return True

    def forget(self) -> None:
        self._again.at_once()
