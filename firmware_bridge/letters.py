"""Dead letters: what could not be decoded, kept as it came, but not without bounds and not with UIDs."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from devices.rules.reasons import code_of
from firmware_bridge.links.dialling import Message
from firmware_bridge.profiles.edition import edition
from firmware_bridge.sinks.letterbox import DeadLetter
from firmware_bridge.wire.payload import LARGEST, LARGEST_FOREIGN
from firmware_bridge.wire.topics import TO_DOORS, is_device, native

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


class Failure(NamedTuple):
    """A message, why it could not be read, by which family, and whose it was if one can tell."""

    message: Message
    reason: str
    decoder: str
    device: str = ""


class Letters:
    """Seals messages into dead letters; a flood of garbage is counted, not kept.

    `uncounted` is what the store does not know of yet: how many of each code were not kept.
    """

    def __init__(self, *, burst: float = 2_000, rate: float = 100) -> None:
        self.kept = self.suppressed = 0
        self.uncounted: Counter[str] = Counter()
        self._bucket = Bucket(burst, rate)

    def seal(self, failed: Iterable[Failure]) -> Iterator[DeadLetter]:
        """Letters of what failed, as far as the rate allows."""
        for failure in failed:
            if self._bucket.take():
                self.kept += 1
                yield letter(*failure)
            else:
                self.count(failure[1])

    def count(self, reason: str) -> None:
        """There was one more of these that is not kept."""
        self.suppressed += 1
        self.uncounted[code_of(reason)] += 1

    def take_uncounted(self) -> dict[str, int]:
        """What is to be told to the store, once."""
        found, self.uncounted = dict(self.uncounted), Counter()
        return found


def letter(message: Message, reason: str, decoder: str, device: str = "") -> DeadLetter:
    ours = native(message.topic)
    most = LARGEST_FOREIGN if ours is None else LARGEST
    payload = message.payload[: most + 1]  # what is too large stays so when it is read again
    if ours is not None and ours[1] in TO_DOORS:
        payload = _HEX.sub(b"*", payload)
    if ours is not None:
        device = ours[0] if is_device(ours[0]) else ""
    topic = message.topic[:LONGEST_TOPIC]
    size = message.size or (len(message.payload) if len(message.payload) > most else 0)
    return DeadLetter(
        message.arrived, topic, payload, reason, decoder, code_of(reason), device[:63], edition(), size
    )
