"""What was committed but perhaps not acknowledged: a redelivery must not be taken for a new message.

A reading with a time of its own can't be kept twice; one that got its time from the arrival could. So each
transaction also notes the ids and digests of its messages, and the broker's "again" is compared with them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import blake2b

SLOTS = 32  # batches; a broker has at most our receive maximum of messages under way
_SIZE = 10  # two bytes of message id, eight of digest


def digest(topic: str, payload: bytes) -> bytes:
    return blake2b(payload, digest_size=8, key=topic.encode(errors="replace")[:64]).digest()


class Receipts:
    """The newest digest of each message id, read back when the process starts again.

    With its slot a receipt is forgotten: message ids come round again, and the same words under the same id
    are a new message then.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._seen: dict[int, tuple[int, bytes]] = {}  # slot, digest
        self._slot = 0
        for slot, seen in db.execute("SELECT slot, seen FROM receipt ORDER BY slot"):
            self._slot = slot
            for at in range(0, len(seen), _SIZE):
                self._seen[int.from_bytes(seen[at : at + 2])] = slot, seen[at + 2 : at + _SIZE]

    def has(self, mid: int, digest: bytes) -> bool:
        slot, known = self._seen.get(mid, (0, b""))
        return known == digest and slot > self._slot - SLOTS

    def write(self, pairs: Iterable[tuple[int, bytes]]) -> None:
        """Note the messages in the running transaction; `committed` makes it known."""
        self._slot += 1
        seen = b"".join(mid.to_bytes(2) + digest for mid, digest in pairs)
        self._db.execute("INSERT OR REPLACE INTO receipt (slot, seen) VALUES (?, ?)", (self._slot, seen))
        self._db.execute("DELETE FROM receipt WHERE slot <= ?", (self._slot - SLOTS,))

    def committed(self, pairs: Iterable[tuple[int, bytes]]) -> None:
        self._seen.update((mid, (self._slot, digest)) for mid, digest in pairs)
