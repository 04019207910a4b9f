"""What earlier messages taught a family: bounded, and never at the cost of who is in use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from firmware_bridge.profiles.names import Names
from firmware_bridge.wire.clock import SECOND
from firmware_bridge.wire.payload import BadPayload

MOST = 100_000  # values that one family may remember
UNUSED = 3600 * SECOND


class Shelf:
    """Facts of one family by key, each as heavy as the values that it holds.

    A full shelf gives up what nobody asked for since an hour, else it takes no more: a flood of new topics
    can't push out what is in use.
    """

    def __init__(self, most: int = MOST) -> None:
        self._facts: OrderedDict[str, tuple[Any, int, int]] = OrderedDict()
        self._most, self._held = most, 0

    def get(self, key: str, now: int = 0) -> Any:
        """The fact, or None; `now` (Unix nanoseconds) notes that it is in use."""
        found = self._facts.get(key)
        if found is None:
            return None
        if now - found[2] > UNUSED // 2:
            self._facts[key] = (found[0], found[1], now)
            self._facts.move_to_end(key)
        return found[0]

    def learn(self, key: str, fact: Any, now: int, *, weight: int = 1) -> None:
        """
        Raises:
            BadPayload: when nothing more can be remembered.
        """
        held = self._facts.get(key)
        wanted = self._held + weight - (held[1] if held else 0)
        while wanted > self._most:
            oldest = next(iter(self._facts), None)
            if oldest is None or oldest == key or now - self._facts[oldest][2] <= UNUSED:
                raise BadPayload("more than can be remembered")
            wanted -= self._facts.pop(oldest)[1]
        self._facts[key] = (fact, weight, now)
        self._facts.move_to_end(key)
        self._held = wanted

    def forget(self, key: str) -> None:
        held = self._facts.pop(key, None)
        if held is not None:
            self._held -= held[1]

    def items(self) -> Iterator[tuple[str, Any]]:
        return ((key, held[0]) for key, held in self._facts.items())

    def __len__(self) -> int:
        return len(self._facts)


class Memory:
    """One for a stream of messages: a shelf for each family, the names of devices, a manager's mappings."""

    def __init__(self, names: Names | None = None) -> None:
        self.names = names or Names()
        self.mappings: tuple[Any, ...] = ()  # compiled ones, in their order
        self._shelves: dict[str, Shelf] = {}

    def shelf(self, family: str) -> Shelf:
        found = self._shelves.get(family)
        if found is None:
            found = self._shelves[family] = Shelf()
        return found
