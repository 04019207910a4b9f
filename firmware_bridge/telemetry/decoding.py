"""A batch of messages becomes what to keep and what to tell; no message gets out as an exception."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo

from firmware_bridge.letters import Failure, Letters
from firmware_bridge.links.dialling import Message
from firmware_bridge.profiles import find, orders
from firmware_bridge.profiles.base import (
    Ask,
    Deed,
    Event,
    Lesson,
    Place,
    Profile,
    Read,
    Reading,
    Seen,
    Unread,
)
from firmware_bridge.profiles.mapping import Compiled
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.profiles.names import Names
from firmware_bridge.sinks.embedded import Batch
from firmware_bridge.sinks.parts import Row as PartRow
from firmware_bridge.sinks.receipts import Receipts, digest
from firmware_bridge.telemetry.hangups import BROKER, CUT_OFF, DECODER, DROPPED, REASON, Hangups
from firmware_bridge.telemetry.newest import MOST_CHANNELS, Newest
from firmware_bridge.telemetry.parting import Parting
from firmware_bridge.telemetry.phases import Phases
from firmware_bridge.wire.clock import Arrival
from firmware_bridge.wire.payload import LARGEST_FOREIGN, BadPayload
from firmware_bridge.wire.topics import TO_DEVICES, TO_DOORS, is_device, native

log = logging.getLogger("etabli.telemetry")

NOT_OURS = frozenset(TO_DOORS + TO_DEVICES)
RETAINED = " (retained)"  # ends the reason of a letter that is no news, whenever it is read again
MOST_RETAINED = 10_000

Aside = Lesson | Ask | Unread
ASIDES = frozenset({Lesson, Ask, Unread})  # what is no device's


@dataclass(slots=True)
class Decoded:
    """`batch` goes into the store; then `told` (retained?, device, profile, events) is worth showing.

    `raw` has the messages as they came, for the log, each with the readings that it made.
    """

    batch: Batch
    raw: list[tuple[Message, list[Reading]]] = field(default_factory=list)
    redelivered: int = 0
    told: list[tuple[bool, str, str, list[Event]]] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)


class Decoder:
    """Knows every family, admits devices, and tells a redelivery from a new message.

    `names` and `lessons` are what an earlier decoder learnt, `parts` who says what for whom.
    """

    def __init__(
        self,
        *,
        newest: Newest,
        letters: Letters,
        receipts: Receipts,
        zone: tzinfo,
        names: Iterable[tuple[str, str]] = (),
        lessons: Iterable[tuple[int, str, bytes]] = (),
        mappings: tuple[Compiled, ...] = (),
        parts: Iterable[PartRow] = (),
    ) -> None:
        self._newest, self._letters, self._receipts, self._zone = newest, letters, receipts, zone
        self._memory = Memory(Names(names, taken=self._taken))
        self._memory.mappings = mappings
        self._parting = Parting(parts)
        self._phases = Phases()
        self._buried: set[bytes] = set()
        self.hangups = Hangups()
        for at, topic, payload in lessons:
            self._learn(at, topic, payload)

    def use(self, mappings: tuple[Compiled, ...]) -> None:
        """From the next message on."""
        self._memory.mappings = mappings

    def part(self, rows: Iterable[PartRow]) -> None:
        """From the next message on; phases that are another's now are in no sum."""
        self._parting = Parting(rows)
        self._phases = Phases()

    def controls(self, device: str, channels: Iterable[str]) -> tuple[tuple[str, bool], ...]:
        """(key, is it a press?) of what a device obeys, by these channels that are on or off."""
        if device in self._parting.names:
            return ()
        return tuple(orders.controls(device, channels, self._memory))

    def encode(self, device: str, deed: Deed) -> Ask | None:
        return None if device in self._parting.names else orders.encode(device, deed, self._memory)

    def decode(self, messages: Iterable[Message]) -> Decoded:
        decoded = Decoded(Batch())
        batch, failed = decoded.batch, []
        delivered: dict[int, bytes] = {}
        for message in messages:
            batch.arrived = message.arrived
            kept, again = len(batch.readings), decoded.redelivered
            failure = self._one(message, decoded, delivered)
            if decoded.redelivered == again and _is_public(message):
                readings = batch.readings[kept:]
                decoded.raw.append((message, readings[0] if len(readings) == 1 else _joined(readings)))
            if failure and not (message.retain and self._known_garbage(message)):
                failed.append(failure)
        batch.letters = list(self._letters.seal(failed))
        batch.suppressed = self._letters.take_uncounted()
        batch.receipts = list(delivered.items())
        return decoded

    def _one(self, message: Message, decoded: Decoded, delivered: dict[int, bytes]) -> Failure | None:
        """Add one message; if it can't be read, why."""
        if message.topic.startswith(BROKER):
            return self._from_broker(message)
        name = device = reason = ""
        self._memory.names.forget_told()
        try:
            found = find(message.topic, message.payload, self._memory)
            if found is not None:
                name, device = found[0].name, found[1].device
            if message.size:
                reason = f"larger than {LARGEST_FOREIGN} bytes"
            elif found is not None:
                reason = self._read(message, *found, decoded, delivered)
            elif not _cleared(message):
                reason = "no family reads this topic"
        except BadPayload as bad:
            reason = bad.reason
        except Exception as error:
            log.exception("the decoder of %s failed on %s", name or "a message", message.topic)
            reason = f"the decoder failed: {type(error).__name__}"
        return Failure(message, reason + RETAINED * message.retain, name, device) if reason else None

    def _from_broker(self, message: Message) -> Failure | None:
        """Whom it cut off becomes a letter; the rest of what it says of itself is nothing of ours."""
        if message.topic == DROPPED:
            self.hangups.count(message.payload, message.arrived, retained=message.retain)
        who = self.hangups.hear(message.payload) if message.topic == CUT_OFF else None
        if who is None:
            return None
        if self.hangups.is_news(who):
            return Failure(message, f"{REASON}: {who[:200]}", DECODER, who if is_device(who) else "")
        self._letters.count(REASON)
        return None

    def _read(
        self, message: Message, profile: Profile, place: Place, decoded: Decoded, delivered: dict[int, bytes]
    ) -> str:
        """Add what a family reads in a message; the reason why something is not taken, else nothing."""
        name = profile.name
        if name == "native" and (place.what in NOT_OURS or _cleared(message)):
            return ""
        if not message.payload and name != "native" and not profile.hears_empty:
            return ""
        arrival = Arrival(message.arrived, self._zone)
        events = list(profile.decode(place, message.payload, arrival, self._memory))
        if not events:
            return ""
        if self._again(message, events, delivered):
            decoded.redelivered += 1
            return ""
        events = self._parting.told(events, message.arrived)
        if not message.retain:
            events = events + self._parting.told(self._phases.sums(events), message.arrived)
        return self._take(message, name, events, decoded)

    def _again(self, message: Message, events: list[Event], delivered: dict[int, bytes]) -> bool:
        """Was this message kept before? Readings with a time of their own can't be kept twice anyway."""
        if not message.qos or message.retain or not _timeless(events):
            return False
        sealed = digest(message.topic, message.payload)
        again = self._receipts.has(message.mid, sealed) or delivered.get(message.mid) == sealed
        if message.dup and again:
            return True
        delivered[message.mid] = sealed
        return False

    def _take(self, message: Message, profile: str, events: list[Event], decoded: Decoded) -> str:
        """Sort the events by device; the reason why one of them is not taken, else nothing."""
        told: dict[str, list[Event]] = {}
        asides: list[Aside] = []
        for event in events:
            if type(event) in ASIDES:
                asides.append(event)  # type: ignore[arg-type]
            else:
                told.setdefault(event.device, []).append(event)  # type: ignore[union-attr]
        refused = unread = ""
        for device, its in told.items():
            refused = self._admit(message.retain, device, profile, its, decoded) or refused
        for aside in asides:
            if type(aside) is Unread:
                unread = aside.reason
            elif type(aside) is Lesson and not refused:
                decoded.batch.lessons.append((message.topic, message.payload if aside.kept else None))
            elif type(aside) is Ask and not refused and not message.retain:
                decoded.asks.append(aside)
        return refused or unread

    def _admit(self, retained: bool, device: str, profile: str, events: list[Event], decoded: Decoded) -> str:
        batch = decoded.batch
        readings = [event for event in events if type(event) is Reading]
        reason = self._newest.admit(device, (each.channel for each in readings), profile)
        if reason:
            return reason
        named = self._memory.names.settle(device)
        if named is not None:
            batch.names.append(named)
        if readings and not retained:
            batch.readings.append(readings)
        if len(readings) < len(events):
            for event in events:
                if type(event) is Seen:
                    batch.declared += [(device, key, unit) for key, unit in event.channels[:MOST_CHANNELS]]
                elif type(event) is Read and not retained:
                    batch.reads.append(event)
        decoded.told.append((retained, device, profile, events))
        return ""

    def _known_garbage(self, message: Message) -> bool:
        """The broker tells what is retained at every connection; one letter about it is enough."""
        sealed = digest(message.topic, message.payload)
        if sealed in self._buried:
            return True
        if len(self._buried) >= MOST_RETAINED:
            self._buried.clear()
        self._buried.add(sealed)
        return False

    def family(self, device: str) -> str:
        """Whose a device was, by the name that it was given; only our own are given none."""
        return (self._memory.names.whose(device) or ("native",))[0]

    def _taken(self, name: str, family: str) -> bool:
        """Does a device of another family bear this name?"""
        known, state = self._newest.known.get(name), self._newest.states.get(name)
        profile = known.profile if known else state.profile if state else ""
        return profile not in ("", family)

    def _learn(self, at: int, topic: str, payload: bytes) -> None:
        self._memory.names.forget_told()
        try:
            found = find(topic, payload, self._memory)
            if found is not None:
                list(found[0].decode(found[1], payload, Arrival(at, self._zone), self._memory))
        except BadPayload as bad:
            log.warning("%s explains nothing any more: %s", topic, bad.reason)


def _timeless(events: list[Event]) -> bool:
    """Is there one without a time of its own, or one that counts?"""
    for event in events:
        kind = type(event)
        if kind is Read or (kind is Reading and not event.by_device):  # type: ignore[union-attr]
            return True
    return False


def _is_public(message: Message) -> bool:
    """Whether it may be kept as it came: what doors and readers tell each other holds UIDs and keys."""
    if message.size or message.topic.startswith(BROKER):
        return False
    ours = native(message.topic)
    return bool(message.payload) and (ours is None or ours[1] not in NOT_OURS)


def _joined(readings: list[list[Reading]]) -> list[Reading]:
    return [each for its in readings for each in its]


def _cleared(message: Message) -> bool:
    """An empty retained message only takes an old one away."""
    return not message.payload and (message.retain or _is_retained_kind(message.topic))


def _is_retained_kind(topic: str) -> bool:
    ours = native(topic)
    return ours is not None and ours[1] == "status"
