"""Which process hears which topics, and who handles what it hears there."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from django.db import connection
from django.db.utils import DatabaseError, OperationalError

from booking.allowlists import Terms
from firmware_bridge.doors.alone import Alone
from firmware_bridge.doors.floods import Fate
from firmware_bridge.doors.lists import Lists
from firmware_bridge.doors.lockouts import Lockouts
from firmware_bridge.doors.marks import Marks
from firmware_bridge.doors.prints import Prints
from firmware_bridge.doors.relays import Relays
from firmware_bridge.doors.screens import Screens
from firmware_bridge.doors.taps import Taps
from firmware_bridge.doors.turns import Turns
from firmware_bridge.letters import Failure, Letters
from firmware_bridge.links.dialling import Message
from firmware_bridge.links.mqtt import Link
from firmware_bridge.sinks.embedded import Batch, DeadLetter, Store
from firmware_bridge.telemetry.hangups import CUT_OFF, DROPPED
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.topics import ROOT, TO_DOORS, is_device, live, native

log = logging.getLogger("etabli.doors")

TOPICS = {
    "doors": tuple(f"{ROOT}+/{what}" for what in TO_DOORS),
    "telemetry": ("#", CUT_OFF, DROPPED),
}
COMMAND_LIFETIME = 10.0
IDLE = 0.5
BETWEEN_REPORTS = 5.0
BETWEEN_TRIES = 1.0
MOST_BURIED = 1_000
MOST_POSTPONED = 200
MOST_TURNED_AWAY = 10_000  # who waits to be refused; the oldest of more are not answered
A_FEW, MANY = 5, 200  # refusals between two decisions, and while nobody waits for one
SYSTEM = live("system", "doors")


class Doors:
    """Answers taps first; screens, lists and dead letters come when nobody waits at a reader."""

    def __init__(
        self,
        *,
        link: Link,
        store: Callable[[], Store],
        readings: Callable[[], Path],
        terms: Terms,
        hear: Callable[[int], None],
    ) -> None:
        self._link, self._open_store, self._hear = link, store, hear
        marks, self._prints = Marks.of(terms), Prints()
        self._taps = Taps(send=self._send, marks=marks, meet=self._prints.meet)
        self._alone = Alone(send=self._send, marks=marks)
        self._lists = Lists(send=self._retain, terms=terms)
        self._relays = Relays(send=self._send, store=readings)
        self._lockouts, self._screens = Lockouts(), Screens()
        self._letters = Letters()
        self._unburied: deque[DeadLetter] = deque(maxlen=MOST_BURIED)
        self._store: Store | None = None
        self._turns, self._told = Turns(), Turns()  # what somebody may wait for, and what readers tell
        self._postponed: deque[Message] = deque()
        self._next_report = self._next_try = 0.0
        self._crowd: deque[Message] = deque(maxlen=MOST_TURNED_AWAY)
        self._dropped = 0  # taps of readers that are locked out, beyond what is answered

    def step(self) -> None:
        self._listen(self._rests())
        message = self._turns.next()
        if message is None and not self._pressing:  # a lost badge is refused before it is known where
            message = self._told.next()
        if message is not None:
            if self._handled(message):
                self._link.ack([message])
            self._turn_away(A_FEW)
            if not self._screens.late:
                return
        elif self._link.connected and not self._told:
            self._hear(self._link.epoch)
            self._turn_away(MANY)
        self._catch_up()

    @property
    def _pressing(self) -> bool:
        """Are there lists to be said, and somebody to say them to?"""
        return self._link.connected and self._lists.pressing

    def _rests(self) -> float:
        """Seconds until there is something to do that no message asks for."""
        if self._turns or self._told or self._pressing:
            return 0.0
        if self._unburied and time.monotonic() >= self._next_try:
            return 0.0
        rests = min(IDLE, self._screens.rests)
        if not self._link.connected:
            return rests
        return 0.0 if self._crowd else min(rests, self._lists.rests)

    def _listen(self, idle: float) -> None:
        """Let what comes queue; a reader that floods is refused at once, and then not even answered."""
        heard = self._link.gather(idle=idle)
        away: list[Message] = []
        dropped: list[Message] = []
        for message in heard:
            if message.size:
                continue
            fate = self._fate(message)
            if fate is Fate.TAKE:
                away += (self._told if _tells(message) else self._turns).admit([message])
            else:
                (dropped if fate is Fate.DROP else away).append(message)
        self._dropped += len(dropped)
        self._crowd.extend(away)
        large = [message for message in heard if message.size]  # telemetry hears them too, and buries them
        self._link.ack([*dropped, *away, *large])  # a refusal that gets lost opens nothing

    def _turn_away(self, most: int) -> None:
        """Refuse some of those who are too many: never before somebody who is not."""
        for _ in range(min(most, len(self._crowd))):
            self._handled(self._crowd.popleft(), crowded=True)

    def _fate(self, message: Message) -> Fate:
        """What becomes of a message, by how many taps its reader told; what comes again was judged before."""
        if not message.topic.endswith("/tap") or message.dup:
            return Fate.TAKE
        device, _what = native(message.topic) or ("", "")
        if not is_device(device):
            return Fate.TAKE
        return self._lockouts.judge(device, waiting=self._turns.waits(message.topic), now=datetime.now(UTC))

    def report(self) -> dict[str, object]:
        """How this process is, for screens; times are Unix seconds."""
        return {
            "up": True,
            "at": time.time(),
            "taps": self._taps.decided,
            "refused": self._taps.refused,
            "spent": self._taps.spent.told(),
            "dead_letters": self._letters.kept,
            "suppressed": self._letters.suppressed,
            "dropped": self._dropped,
        }

    def _handled(self, message: Message, *, crowded: bool = False) -> bool:
        """Whether the message is done with; a reader's log that finds no database is not."""
        try:
            self._handle(message, crowded=crowded)
        except BadPayload as bad:
            self._seal(message, bad.reason)
        except OperationalError as error:
            if len(self._postponed) < MOST_POSTPONED:
                log.warning("%s waits for the database: %s", message.topic, error)
                self._postponed.append(message)
                return False
            self._seal(message, "the database did not take it")
        except Exception:
            log.exception("%s could not be handled", message.topic)
            self._seal(message, "it could not be handled")
        return True

    def _seal(self, message: Message, reason: str) -> None:
        self._unburied.extend(self._letters.seal([Failure(message, reason, "native")]))

    def _handle(self, message: Message, *, crowded: bool) -> None:
        device, what = native(message.topic) or ("", "")
        if not is_device(device):
            raise BadPayload("the topic holds no device name")
        now = datetime.now(UTC)
        if what == "tap" and crowded:
            self._taps.turn_away(device, message, now=now)
        elif what == "tap":
            decision = self._taps.on_tap(device, message, now=now)
            if decision is not None:
                self._screens.note(decision)
        elif crowded and what == "ack":
            return  # such as those of thousands of refusals; which list it holds it says again
        elif crowded:  # what a reader decided alone stays with it until it is noted: it comes again
            raise BadPayload("too many messages at once")
        elif what == "ack":
            self._alone.on_ack(device, message, now=now)
        elif what == "log":
            for spoilt, reason in self._alone.on_log(device, message, now=now):
                self._seal(spoilt, reason)

    def _send(self, topic: str, payload: bytes) -> bool:
        return self._link.publish(topic, payload, qos=1, keep=COMMAND_LIFETIME)

    def _retain(self, topic: str, payload: bytes) -> bool:
        return self._link.publish(topic, payload, qos=1, retain=True)

    def _catch_up(self) -> None:
        now = time.monotonic()
        self._keep_lists()
        self._screens.step()
        if now >= self._next_try and (self._unburied or self._postponed):
            self._next_try = now + BETWEEN_TRIES
            self._bury()
            for message in [self._postponed.popleft() for _ in range(len(self._postponed))]:
                if self._handled(message):
                    self._link.ack([message])
        if now >= self._next_report:
            self._next_report = now + BETWEEN_REPORTS
            self._link.publish(SYSTEM, msgspec.json.encode(self.report()), retain=True)

    def _keep_lists(self) -> None:
        if not self._link.connected:
            return
        try:
            self._prints.learn()
            self._lists.step(epoch=self._link.epoch, now=datetime.now(UTC))
            self._relays.step(now=datetime.now(UTC))
            self._lockouts.step(now=datetime.now(UTC))
        except sqlite3.Error as error:
            log.warning("the relays wait for what readers told: %s", error)
        except DatabaseError as error:
            log.warning("the allow-lists wait for the database: %s", error)
            connection.close()
            self._lists.rest()

    def _bury(self) -> None:
        if not self._unburied:
            return
        try:
            self._store = self._store or self._open_store()
            counts = dict(self._letters.uncounted)
            self._store.write(Batch(letters=list(self._unburied), suppressed=counts))
            self._letters.uncounted.clear()
            self._unburied.clear()
        except (sqlite3.Error, OSError) as error:
            log.warning("dead letters wait for their store: %s", error)


def _tells(message: Message) -> bool:
    """Does a device say what became of an order, where nobody waits for an answer?"""
    return message.topic.endswith("/ack")
