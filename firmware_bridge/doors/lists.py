"""Publishes the readers' allow-lists: looks often whether a right was lost, and says only what is new."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from booking import allowlists
from booking.allowlists import Facts, Terms
from booking.queries.allowlists import People, Places, carriers, people, readers
from devices.models import Device
from firmware_bridge.doors.taps import Send
from firmware_bridge.wire import topics

BETWEEN_LOOKS = 0.25  # seconds between two looks at the badges: a lost one has to be refused at once
BETWEEN_ROUNDS = 10.0  # and at everything else that a list depends on
NOTHING = Facts((), People((), {}), Places({}, {}), ())


class Lists:
    """Does little at a step, so that no tap waits long; `send` publishes a retained message."""

    def __init__(self, *, send: Send, terms: Terms) -> None:
        self._send, self._terms = send, terms
        self._known, self._seen = NOTHING, NOTHING
        self._carriers: tuple[int, ...] = ()
        self._queue: deque[Device] = deque()
        self._round: deque[Callable[[datetime], None]] = deque()
        self._sent: dict[str, int] = {}
        self._epoch = -1
        self._next_look = self._next_round = 0.0

    @property
    def pressing(self) -> bool:
        """Is there more to do at once?"""
        return bool(self._queue or self._round)

    @property
    def rests(self) -> float:
        """Seconds until there is something to look at again."""
        return max(min(self._next_look, self._next_round) - time.monotonic(), 0.0)

    def step(self, *, epoch: int, now: datetime) -> None:
        """Look at a part, or issue one list; over a new connection (`epoch`) every list is said again."""
        clock = time.monotonic()
        if epoch != self._epoch:  # this broker may have forgotten what it retained
            self._epoch, self._next_round = epoch, 0.0
            self._sent.clear()
        if self._round:
            self._round.popleft()(now)
        elif self._queue:
            self._issue(self._queue.popleft(), now)
        elif clock >= self._next_round:
            self._next_round = clock + BETWEEN_ROUNDS
            self._round.extend((self._see_readers, self._see_people, self._see_places, self._compare))
        elif clock >= self._next_look:
            self._next_look = clock + BETWEEN_LOOKS
            if self._carriers != carriers():
                self._round.extend((self._see_people, self._compare))

    def rest(self) -> None:
        """The database is away: begin anew a little later."""
        self._queue.clear()
        self._round.clear()
        self._known, self._carriers = NOTHING, ()
        self._next_round = self._next_look = time.monotonic() + BETWEEN_ROUNDS

    def _see_readers(self, now: datetime) -> None:
        devices = tuple(readers())
        self._seen = replace(self._seen, devices=devices, speaks=allowlists.spoken(devices))

    def _see_people(self, now: datetime) -> None:
        self._carriers = carriers()
        found = people(pepper=self._terms.pepper, older=self._terms.older_pepper)
        self._seen = replace(self._seen, people=found)

    def _see_places(self, now: datetime) -> None:
        places = allowlists.places(self._seen.devices, self._terms, now=now)
        self._seen = replace(self._seen, places=places)

    def _compare(self, now: datetime) -> None:
        """Everybody's list is looked at when anything changed, else those that are due or were not sent."""
        changed, self._known = self._seen != self._known, self._seen
        self._queue.extend(
            device
            for device in self._known.devices
            if changed or device.name not in self._sent or allowlists.is_due(device, now=now)
        )

    def _issue(self, device: Device, now: datetime) -> None:
        issued = allowlists.issue(device=device, facts=self._known, terms=self._terms, now=now)
        if issued is None:
            self._next_round = 0.0  # another process issues lists, too
        elif self._sent.get(device.name) != issued.version and self._send(
            topics.allowlist(device.name), issued.payload
        ):
            self._sent[device.name] = issued.version
