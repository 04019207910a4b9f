"""What mosquitto says of itself: on whom it hung up for too large a packet, and what it dropped."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from devices.broker.attendance import newcomer

BROKER = "$SYS/broker/"
CUT_OFF = f"{BROKER}log/N"
DROPPED = f"{BROKER}publish/messages/dropped"  # since it began, for whichever client; retained
REASON = "the broker hung up: larger than it takes"
DECODER = "broker"
Fact = TypeVar("Fact")

MOST_KNOWN = 5_000
BETWEEN_LETTERS = 60.0  # seconds; a device that tries again and again is counted meanwhile

_CUT = re.compile(r"(?:\S+: )?Client (.*?)(?: \[\S*\])? disconnected(?: due to|:) oversize packet\.")


class Hangups:
    """`hear` each line of the broker's log; `clock` is in seconds and never goes back.

    `dropped` counts messages of which it had more than it holds, `dropped_at` when that last grew.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.dropped, self.dropped_at = 0, 0
        self._begun = False
        self._accounts: OrderedDict[str, str] = OrderedDict()  # by client id
        self._told: OrderedDict[str, float] = OrderedDict()

    def hear(self, payload: bytes) -> str | None:
        """The account, or else the client id, that was cut off; None when the line tells something else."""
        line = payload.decode(errors="replace")
        if came := newcomer(line):
            _note(self._accounts, *came)
            return None
        cut = _CUT.fullmatch(line)
        return self._accounts.get(cut[1], cut[1]) if cut else None

    def count(self, payload: bytes, at: int, *, retained: bool) -> None:
        """The broker tells how many it dropped in all when there are more; `at` is in Unix nanoseconds."""
        if not payload.isdigit() or len(payload) > 18:
            return
        told = int(payload)
        if told > self.dropped and (self._begun or not retained):
            self.dropped_at = at
        self.dropped, self._begun = told, True

    def is_news(self, who: str) -> bool:
        """Not told within the last minute; from now on it was."""
        now = self._clock()
        if now - self._told.get(who, -BETWEEN_LETTERS) < BETWEEN_LETTERS:
            return False
        _note(self._told, who, now)
        return True


def _note(known: OrderedDict[str, Fact], name: str, fact: Fact) -> None:
    known[name] = fact
    known.move_to_end(name)
    if len(known) > MOST_KNOWN:
        known.popitem(last=False)
