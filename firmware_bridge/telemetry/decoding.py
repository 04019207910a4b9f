"""A batch of messages becomes what to keep and what to tell; no message gets out as an exception."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo

from firmware_bridge.letters import Letters
from firmware_bridge.links.dialling import Message
from firmware_bridge.profiles import find
from firmware_bridge.profiles.base import Event, Reading, Seen
from firmware_bridge.sinks.embedded import Batch
from firmware_bridge.sinks.receipts import Receipts, digest
from firmware_bridge.telemetry.newest import Newest
from firmware_bridge.wire.clock import Arrival
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.topics import TO_DEVICES, TO_DOORS, native

log = logging.getLogger("etabli.telemetry")

NOT_OURS = frozenset(TO_DOORS + TO_DEVICES)


@dataclass(slots=True)
class Decoded:
    """`batch` goes into the store; then `told` (retained?, device, profile, events) is worth showing."""

    batch: Batch
    told: list[tuple[bool, str, str, list[Event]]] = field(default_factory=list)


class Decoder:
    """Knows every family, admits devices, and tells a redelivery from a new message."""

    def __init__(self, *, newest: Newest, letters: Letters, receipts: Receipts, zone: tzinfo) -> None:
        self._newest, self._letters, self._receipts, self._zone = newest, letters, receipts, zone

    def decode(self, messages: Iterable[Message]) -> Decoded:
        decoded = Decoded(Batch())
        batch, failed = decoded.batch, []
        delivered: dict[int, bytes] = {}
        for message in messages:
            batch.arrived = message.arrived
            profile, reason = self._one(message, decoded, delivered)
            if reason:
                failed.append((message, reason, profile))
        batch.letters = list(self._letters.seal(failed))
        batch.receipts = list(delivered.items())
        return decoded

    def _one(self, message: Message, decoded: Decoded, delivered: dict[int, bytes]) -> tuple[str, str]:
        """Add one message; the family's name and, for the dead letters, a reason."""
        name = ""
        try:
            found = find(message.topic, message.payload)
            if found is None:
                return "", "" if _cleared(message) else "no family reads this topic"
            profile, place = found
            name = profile.name
            if name == "native" and (place.what in NOT_OURS or _cleared(message)):
                return name, ""
            events = list(profile.decode(place, message.payload, Arrival(message.arrived, self._zone)))
            if not events:
                return name, ""
            return name, self._admit(message, place.device, name, events, decoded, delivered)
        except BadPayload as bad:
            return name, bad.reason
        except Exception as error:
            log.exception("the decoder of %s failed on %s", name or "a message", message.topic)
            return name, f"the decoder failed: {type(error).__name__}"

    def _admit(
        self,
        message: Message,
        device: str,
        profile: str,
        events: list[Event],
        decoded: Decoded,
        delivered: dict[int, bytes],
    ) -> str:
        readings = [event for event in events if type(event) is Reading]
        reason = self._newest.admit(device, (each.channel for each in readings), profile)
        if reason:
            return reason
        if readings and not message.retain:
            if message.qos and not all(each.by_device for each in readings):
                sealed = digest(message.topic, message.payload)
                again = self._receipts.has(message.mid, sealed) or delivered.get(message.mid) == sealed
                if message.dup and again:
                    return ""
                delivered[message.mid] = sealed
            decoded.batch.readings.append(readings)
        if len(readings) < len(events):
            for event in events:
                if type(event) is Seen:
                    decoded.batch.declared += [(device, key, unit) for key, unit in event.channels]
        decoded.told.append((message.retain, device, profile, events))
        return ""


def _cleared(message: Message) -> bool:
    """An empty retained message only takes an old one away."""
    return not message.payload and (message.retain or _is_retained_kind(message.topic))


def _is_retained_kind(topic: str) -> bool:
    ours = native(topic)
    return ours is not None and ours[1] == "status"
