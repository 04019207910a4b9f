"""Dead letters: what could not be decoded, kept as it came, but not without bounds and not with UIDs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from firmware_bridge.links.dialling import Message
from firmware_bridge.sinks.embedded import DeadLetter
from firmware_bridge.wire.payload import LARGEST
from firmware_bridge.wire.topics import TO_DOORS, native

LONGEST_TOPIC = 512
# A broken tap may hold a UID, which is never written down; no other long run of hex stands in one.
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}[:-]?){4,}")


@dataclass(slots=True)
class Bucket:
    """So many at once, and so many a second from then on."""

    burst: float
    rate: float
    _level: float = field(init=False)
    _at: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        self._level = self.burst

    def take(self) -> bool:
        now = time.monotonic()
        self._level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True


class Letters:
    """Seals messages into dead letters; a flood of garbage is counted, not kept."""

    def __init__(self, *, burst: float = 2_000, rate: float = 100) -> None:
        self.kept = self.suppressed = 0
        self._bucket = Bucket(burst, rate)

    def seal(self, failed: Iterable[tuple[Message, str, str]]) -> Iterator[DeadLetter]:
        """Letters of (message, reason, decoder), as far as the rate allows."""
        for message, reason, decoder in failed:
            if self._bucket.take():
                self.kept += 1
                yield letter(message, reason, decoder)
            else:
                self.suppressed += 1


def letter(message: Message, reason: str, decoder: str) -> DeadLetter:
    payload = message.payload[: LARGEST + 1]  # what is too large stays so when it is read again
    ours = native(message.topic)
    if ours is not None and ours[1] in TO_DOORS:
        payload = _HEX.sub(b"*", payload)
    return DeadLetter(message.arrived, message.topic[:LONGEST_TOPIC], payload, reason, decoder)
