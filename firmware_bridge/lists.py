"""Publishes the readers' allow-lists: looks often whether a right was lost, and says only what is new."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from datetime import datetime

from booking import allowlists
from booking.allowlists import Facts, Terms
from booking.queries.allowlists import people
from devices.models import Device
from firmware_bridge.taps import Send
from firmware_bridge.wire import topics

BETWEEN_LOOKS = (
    0.5  # seconds between two looks at the badges: a lost one has to be refused everywhere at once
)
BETWEEN_ROUNDS = 5.0  # and at everything else that a list depends on


class Lists:
    """One reader a step, so that no tap waits long; `send` publishes a retained message."""

    def __init__(self, *, send: Send, terms: Terms) -> None:
        self._send, self._terms = send, terms
        self._facts: Facts | None = None
        self._queue: deque[Device] = deque()
        self._sent: dict[str, int] = {}
        self._epoch = -1
        self._next_look = self._next_round = 0.0

    @property
    def pressing(self) -> bool:
        """Is there a reader whose list may have changed?"""
        return bool(self._queue)

    def step(self, *, epoch: int, now: datetime) -> None:
        """Look, or issue one list; over a new connection (`epoch`) every list is said again."""
        if epoch != self._epoch:  # this broker may have forgotten what it retained
            self._epoch, self._next_round = epoch, 0.0
            self._sent.clear()
        if self._queue:
            self._issue(self._queue.popleft(), now)
        else:
            self._look(now)

    def rest(self) -> None:
        """The database is away: begin anew a little later."""
        self._facts, self._next_round = None, time.monotonic() + BETWEEN_ROUNDS
        self._queue.clear()

    def _look(self, now: datetime) -> None:
        clock, known = time.monotonic(), self._facts
        if clock >= self._next_round:
            self._next_round = clock + BETWEEN_ROUNDS
            found = allowlists.facts(self._terms, now=now)
        elif known is not None and clock >= self._next_look:
            found = replace(known, people=people(pepper=self._terms.pepper))
        else:
            return
        self._next_look = clock + BETWEEN_LOOKS
        self._facts = found
        self._queue.extend(
            device
            for device in found.devices
            if found != known or device.name not in self._sent or allowlists.is_due(device, now=now)
        )

    def _issue(self, device: Device, now: datetime) -> None:
        facts = self._facts
        if facts is None:
            return
        issued = allowlists.issue(device=device, facts=facts, terms=self._terms, now=now)
        if issued is None:
            self._next_round = 0.0  # another process issues lists, too
        elif self._sent.get(device.name) != issued.version and self._send(
            topics.allowlist(device.name), issued.payload
        ):
            self._sent[device.name] = issued.version
