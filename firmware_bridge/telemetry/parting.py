"""What a device says on some channels is its part's: it is told apart before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from firmware_bridge.profiles.base import Event, Reading, Seen
from firmware_bridge.sinks.parts import Row


class Parting:
    """Since a moment, channels of one device are channels of another one."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows = sorted(rows)
        self.names = frozenset(row[2] for row in self.rows)
        self._parts: dict[str, dict[str, tuple[str, str, int]]] = {}
        for device, key, part, part_key, since in self.rows:
            self._parts.setdefault(device, {})[key] = part, part_key, since

    def told(self, events: list[Event], arrived: int) -> list[Event]:
        """The events of a message that arrived at this time, each as its own device's."""
        if not self._parts:
            return events
        return [each for event in events for each in self._told(event, arrived)]

    def _told(self, event: Event, arrived: int) -> Iterator[Event]:
        known = self._parts.get(getattr(event, "device", ""))
        if known is None:
            yield event
        elif type(event) is Reading:
            found = known.get(event.channel)
            if found is None or arrived < found[2]:
                yield event
            else:
                yield Reading(found[0], found[1], event.value, event.unit, event.at, event.by_device)
        elif type(event) is Seen:
            gone = {key for key, (_, _, since) in known.items() if arrived >= since}
            yield replace(event, channels=tuple(each for each in event.channels if each[0] not in gone))
        else:
            yield event
