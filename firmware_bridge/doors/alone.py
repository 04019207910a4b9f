"""What readers tell of the time when they were alone: which list they hold, and what they decided from it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from booking import allowlists, offline
from booking.offline import OfflineEvent
from firmware_bridge.doors.marks import Marks
from firmware_bridge.doors.taps import Send, moment
from firmware_bridge.links.dialling import Message
from firmware_bridge.wire import native, topics
from firmware_bridge.wire.alone import LogEvent
from firmware_bridge.wire.alone import log as read_log

log = logging.getLogger("etabli.alone")

TOLERANCE = 1.0  # seconds; a message's way here is no error of the clock that it tells of
OLDEST = timedelta(days=366)
FARTHEST = 36_525 * 86_400.0  # seconds: a clock that says 1e300 is as wrong as one that is a century off


class Alone:
    """Notes what readers say; `send` publishes to a topic."""

    def __init__(self, *, send: Send, marks: Marks) -> None:
        self._send, self._marks = send, marks

    def on_ack(self, device: str, message: Message, *, now: datetime) -> None:
        """A device tells what became of a command, or of its allow-list.

        Raises:
            BadPayload: it can't be read.
        """
        ack = native.ack(message.payload)
        level = logging.INFO if ack.ok else logging.WARNING
        log.log(level, "%s: %s is %s", device, ack.id, ack.state or ("done" if ack.ok else "not done"))
        if ack.list is not None:
            allowlists.note_told(
                device=device,
                version=ack.list,
                refusal="" if ack.ok else ack.state or "refused",
                pending=ack.pending,
                clock_error=_clock_error(ack.at, message),
                now=min(datetime.fromtimestamp(message.arrived / 1e9, UTC), now),
            )

    def on_log(self, device: str, message: Message, *, now: datetime) -> Iterator[tuple[Message, str]]:
        """Keep what a reader decided by itself, and then tell it so; yields each event that can't be read.

        Raises:
            BadPayload: there is no list of events in it.
        """
        told = read_log(message.payload)
        ahead = _clock_error(told.now, message) or 0.0
        ahead = ahead if abs(ahead) > TOLERANCE else 0.0
        events = [self._event(event, ahead, now) for event in told.events]
        offline.note(device=device, events=events, now=now)
        for payload, reason in told.spoilt:
            yield message._replace(payload=payload), reason
        if told.id:
            self._send(topics.noted(device), json.dumps({"id": told.id, "kept": len(events)}).encode())

    def _event(self, event: LogEvent, ahead: float, now: datetime) -> OfflineEvent:
        at = moment(None if event.at is None else event.at - ahead)
        if at is not None:
            at = min(at, now) if abs(now - at) < OLDEST else None
        return OfflineEvent(
            card=self._marks.card(event.uid),
            nonce=event.nonce,
            at=at or now,
            granted=event.granted,
            reason=event.reason,
            lease=None if event.lease is None else timedelta(seconds=event.lease),
            sure=event.sure and at is not None,
        )


def _clock_error(told: float | None, message: Message) -> float | None:
    """By how many seconds the device's clock is ahead; None when the message may have waited on its way."""
    if told is None or message.retain or message.waited or message.dup:
        return None
    return min(max(told - message.arrived / 1e9, -FARTHEST), FARTHEST)
