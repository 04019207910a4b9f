"""What a serial reader brings: a card, or bytes that are none; and how long a card stays."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

MOST_PRESENT = 8  # cards that a hand can hold to one reader


@dataclass(frozen=True, slots=True)
class Card:
    """Its UID as upper-case hex of whole bytes; no representation shows it."""

    uid: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that no decoder takes, and why."""

    raw: bytes = field(repr=False)
    reason: str


class Dwell:
    """Modules repeat a card for as long as it stays; it arrives anew after `away` seconds of absence."""

    def __init__(self, away: float) -> None:
        self._away = away
        self._seen: OrderedDict[str, float] = OrderedDict()

    def arrives(self, uid: str, at: float) -> bool:
        """Whether this is a card that was not there; `at` is on any clock that only goes forward."""
        seen = self._seen.pop(uid, None)
        self._seen[uid] = at
        if len(self._seen) > MOST_PRESENT:
            self._seen.popitem(last=False)
        return seen is None or at - seen >= self._away
