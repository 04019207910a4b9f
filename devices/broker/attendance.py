"""Who is connected to the broker, since when, and who left when; what a device says of itself can be old."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

# mosquitto 2 at `connection_messages`; client ids hold no control characters, but anything else.
_CAME = re.compile(r"(?:\S+: )?New client connected from \S+ as (.*) \(p\d+, c\d+, k\d+, u'([^']*)'\)\.")
ABOUT_ONE = "Client "  # all that it says of one, but how it came, tells that it went


def newcomer(line: str) -> tuple[str, str] | None:
    """(client id, account) of whom this line of mosquitto's log lets in."""
    came = _CAME.fullmatch(line)
    return (came[1], came[2]) if came else None


@dataclass(frozen=True, slots=True)
class Attended:
    """Is an account connected, since when, and since when is it not? Before `began` nobody knows."""

    online: bool
    connected_at: datetime | None
    away_at: datetime


class Attendance:
    """Counted in this process, which was there when the broker began; any thread may tell it and ask it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._began = clock, clock()
        self._names: dict[str, str] = {}  # connection → account
        self._came: dict[str, datetime] = {}
        self._left: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def came(self, connection: str, name: str) -> None:
        with self._lock:
            self._names[connection] = name
            self._came[name] = self._clock()

    def went(self, connection: str) -> None:
        with self._lock:
            name = self._names.pop(connection, None)
            if name is not None and name not in self._names.values():
                self._left[name] = self._clock()

    def all_went(self) -> None:
        """The broker ended."""
        with self._lock:
            self._left |= dict.fromkeys(self._names.values(), self._clock())
            self._names.clear()

    def of(self, name: str) -> Attended:
        with self._lock:
            online = name in self._names.values()
            return Attended(online, self._came.get(name), self._left.get(name, self._began))

    def knows(self, name: str) -> bool:
        """Was it ever seen coming?"""
        with self._lock:
            return name in self._came

    def hear(self, line: str) -> None:
        """One line of mosquitto's."""
        if came := newcomer(line):
            self.came(*came)
        elif line.startswith(ABOUT_ONE):
            self.went(self._about(line.removeprefix(ABOUT_ONE)))

    def _about(self, words: str) -> str:
        """The connection that ended: the longest whose name it can be, as names may hold anything."""
        with self._lock:
            known = [each for each in self._names if words.startswith((f"{each} ", f"{each}:"))]
        return max(known, key=len, default="")
