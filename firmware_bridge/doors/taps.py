"""A tap becomes one decision and one command; whatever goes wrong on the way is a refusal."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.utils import translation

from booking import checkin
from booking.checkin import Decision
from booking.phrases import reader_text
from booking.rules.cards import Card
from booking.rules.taps import Reason
from firmware_bridge.doors.marks import Marks
from firmware_bridge.links.dialling import Message
from firmware_bridge.wire import commands, native, topics
from firmware_bridge.wire.payload import BadPayload
from lab.timing import Timing

log = logging.getLogger("etabli.taps")

MOST_REMEMBERED = 10_000
LONG_AGO = datetime.fromtimestamp(0, UTC)

Send = Callable[[str, bytes], bool]


class Taps:
    """Decides taps; `send` publishes to a topic, `meet` is told of known badges."""

    def __init__(self, *, send: Send, marks: Marks, meet: Callable[[Card], None]) -> None:
        self._send, self._marks, self._meet = send, marks, meet
        self._answered: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.decided = self.refused = 0
        self.spent = Timing()

    def on_tap(self, device: str, message: Message, *, now: datetime) -> Decision | None:
        """Answer a tap with its one command. The decision is committed before the command leaves.

        Raises:
            BadPayload: the tap can't be read; its reader is refused if it told a nonce.
        """
        try:
            tap = native.tap(message.payload)
        except BadPayload:
            nonce = native.nonce_of(message.payload)
            if nonce is not None:
                self._refuse_unexpected(device, nonce, now)
            raise
        if (device, tap.nonce) in self._answered:
            return None
        try:
            card = self._marks.tapped(tap)
            decision = self._decide(device, card, tap, message, now)
        except Exception:
            # The traceback holds no UID: only its fingerprints leave `marks`.
            log.exception("a tap at %s could not be decided", device)
            connection.close()  # a database that went away is asked anew by the next tap
            self._refuse_unexpected(device, tap.nonce, now)
            return None
        self._remember(device, tap.nonce)
        if decision is None:
            return None
        self.decided += 1
        self.refused += decision.do == "refuse"
        self._send(topics.command(device), _command(decision, tap.nonce, now))
        self.spent.add(max(time.time() - message.arrived / 1e9, 0.0))
        if decision.reason != Reason.UNKNOWN_BADGE:
            self._meet(card)
        return decision

    def turn_away(self, device: str, message: Message, *, now: datetime) -> None:
        """Refuse a tap without asking the database: its reader sends more than anybody can tap.

        Raises:
            BadPayload: there is no nonce to answer to.
        """
        nonce = native.nonce_of(message.payload)
        if nonce is None:
            raise BadPayload("too many taps at once")
        self._refuse_unexpected(device, nonce, now)

    def _decide(
        self, device: str, card: Card, tap: native.Tap, message: Message, now: datetime
    ) -> Decision | None:
        tapped_at = moment(tap.at)
        # Without a time of its own, a tap that may have waited in the broker is as good as a retained one.
        waited = message.waited and tapped_at is None
        arrived = datetime.fromtimestamp(message.arrived / 1e9, UTC)  # it may have waited for its turn since
        return checkin.check_in(
            device=device,
            card=card,
            nonce=tap.nonce,
            tapped_at=tapped_at or min(arrived, now),
            now=now,
            retained=message.retain or waited,
        )

    def _refuse_unexpected(self, device: str, nonce: str, now: datetime) -> None:
        """Refuse once, from memory: the database may be what failed."""
        if (device, nonce) in self._answered:
            return
        self._remember(device, nonce)
        self.refused += 1
        reason = Reason.INTERNAL_ERROR
        with translation.override(settings.LANGUAGE_CODE):
            text = reader_text(reason)
        self._send(topics.command(device), commands.refuse(nonce=nonce, reason=reason, text=text, now=now))

    def _remember(self, device: str, nonce: str) -> None:
        self._answered[device, nonce] = None
        if len(self._answered) > MOST_REMEMBERED:
            self._answered.popitem(last=False)


def _command(decision: Decision, nonce: str, now: datetime) -> bytes:
    said = {"nonce": nonce, "reason": str(decision.reason), "text": decision.text}
    if decision.do == "unlock":
        return commands.unlock(seconds=decision.seconds or 0, now=now, **said)
    if decision.do == "relay":
        return commands.relay(on=bool(decision.on), lease=decision.lease or 0, now=now, **said)
    return commands.refuse(now=now, **said)


def moment(at: float | None) -> datetime | None:
    """A device's time; one that no calendar knows is long ago, so that a tap with it never opens."""
    if at is None:
        return None
    try:
        return datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return LONG_AGO
