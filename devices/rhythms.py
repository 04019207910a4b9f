"""How often each channel speaks: learned from what it said, every few minutes, and kept with the channel."""

from __future__ import annotations

from datetime import datetime, timedelta

from devices.models import Channel
from devices.news import news
from devices.queries import store
from devices.rules.rhythm import differs, rhythm
from lab.every import Every

EVERY = timedelta(minutes=10)
SECOND = 1_000_000_000


class Rhythms:
    """What `learn` does, often enough."""

    def __init__(self) -> None:
        self._pause = Every(EVERY)

    def sweep(self, *, now: datetime) -> int:
        """How many channels keep another rhythm than was known; nothing until it is time again."""
        return learn(now=now) if self._pause.due(now) else 0


def learn(*, now: datetime) -> int:
    """Look at every channel's newest readings; the number of those that are known better now."""
    until = round(now.timestamp()) * SECOND
    rows = list(Channel.objects.select_related("device").only("key", "rhythm", "device__name"))
    changed = []
    with news(store()) as told:
        for row in rows:
            learned = rhythm(told.gaps(row.device.name, row.key, until=until))
            if learned is not None and differs(row.rhythm, learned):
                row.rhythm = learned
                changed.append(row)
    Channel.objects.bulk_update(changed, ["rhythm"], batch_size=500)
    return len(changed)
