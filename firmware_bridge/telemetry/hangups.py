"""On whom the broker hung up for a message larger than it takes: mosquitto says so in its log only."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

LOG = "$SYS/broker/log/"
REASON = "the broker hung up: larger than it takes"
DECODER = "broker"
Fact = TypeVar("Fact")

MOST_KNOWN = 5_000
BETWEEN_LETTERS = 60.0  # seconds; a device that tries again and again is counted meanwhile

_CAME = re.compile(r"(?:\S+: )?New client connected from \S+ as (.*) \(p\d+, c\d+, k\d+, u'(.*)'\)\.")
_CUT = re.compile(r"(?:\S+: )?Client (.*?)(?: \[\S*\])? disconnected(?: due to|:) oversize packet\.")


class Hangups:
    """`hear` each line of the broker's log; `clock` is in seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: OrderedDict[str, str] = OrderedDict()  # by client id
        self._told: OrderedDict[str, float] = OrderedDict()

    def hear(self, payload: bytes) -> str | None:
        """The account, or else the client id, that was cut off; None when the line tells something else."""
        line = payload.decode(errors="replace")
        came = _CAME.fullmatch(line)
        if came:
            _note(self._accounts, came[1], came[2])
            return None
        cut = _CUT.fullmatch(line)
        return self._accounts.get(cut[1], cut[1]) if cut else None

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
