"""Learns what readers know badges by: only a tap tells a UID, and readers' lists need another print of it."""

from __future__ import annotations

from collections import OrderedDict

from booking.rules.cards import Card
from devices.prints import learn_print

MOST_REMEMBERED = 20_000
MOST_WAITING = 1_000


class Prints:
    """Remembers prints, never UIDs: `meet` at the tap, `learn` when nobody waits."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()
        self._waiting: OrderedDict[str, str] = OrderedDict()

    def meet(self, card: Card) -> None:
        """A badge that the server knows was read."""
        mark = card.fingerprint
        if mark and mark not in self._known and len(self._waiting) < MOST_WAITING:
            self._waiting[mark] = card.sealed

    def learn(self) -> None:
        """Keep one that is new; raises what the database raises, and then tries again."""
        if not self._waiting:
            return
        mark, sealed = next(iter(self._waiting.items()))
        learn_print(fingerprint=mark, sealed=sealed)
        del self._waiting[mark]
        self._known[mark] = None
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
