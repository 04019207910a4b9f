"""Replies on an OSDP v2 bus, cut from the stream and checked before the library may see them.

libosdp 3.2.9 takes a card that stands in a security block of the handshake (SCS_12, SCS_14) for a card of the
secure session, without a MAC; one frame with a wrong sum takes its reader offline. So only whole frames pass,
with a right sum, of an address that we have, and what they tell is secured unless the handshake needs it.
Source: OSDP v2.2 (IEC 60839-11-5), frame layout and security block types.
"""

from __future__ import annotations

from collections.abc import Container

from firmware_bridge.wire.cards import Garbage

START = 0x53
REPLY = 0x80  # in the address of a frame that a reader sends
SHORTEST, LONGEST = 7, 256
USES_CRC, SECURED = 0x04, 0x08

ACK, NAK, READER_ID, CAPABILITIES = 0x40, 0x41, 0x45, 0x46
CHALLENGED, AUTHENTICATED, BUSY = 0x76, 0x78, 0x79
IN_THE_CLEAR = frozenset({NAK, READER_ID, CAPABILITIES, BUSY})
HANDSHAKE = {CHALLENGED: 0x12, AUTHENTICATED: 0x14}
SESSION = frozenset({0x16, 0x18})  # security blocks that carry a MAC


class Replies:
    """Frames of the readers at these addresses; `installing` ones may acknowledge a key in the clear."""

    def __init__(self, addresses: Container[int], *, installing: Container[int] = ()) -> None:
        self._addresses, self._installing = addresses, installing
        self._held = bytearray()

    def forget(self) -> None:
        """We speak now: whatever is half said has been given up."""
        self._held.clear()

    def feed(self, data: bytes) -> list[bytes | Garbage]:
        """Frames that the library may see, and what it may not."""
        found: list[bytes | Garbage] = []
        self._held += data
        while self._to_start() and len(self._held) >= SHORTEST - 1:
            length = self._held[2] | self._held[3] << 8
            if not SHORTEST <= length <= LONGEST:
                del self._held[0]
            elif len(self._held) < length:
                break
            elif _is_whole(frame := bytes(self._held[:length])):
                del self._held[:length]
                found += self._judged(frame)
            else:
                found.append(Garbage(frame, "the sum of a frame is wrong"))
                del self._held[0]
        return found

    def _to_start(self) -> bool:
        at = self._held.find(START)
        del self._held[: at if at >= 0 else len(self._held)]
        return bool(self._held)

    def _judged(self, frame: bytes) -> list[bytes | Garbage]:
        if not frame[1] & REPLY:
            return []  # our own words: a two-wire adapter hears what it says
        address = frame[1] & ~REPLY
        if address not in self._addresses:
            return [Garbage(frame[:5], "a reply of an address that nobody has")]
        if not _may_pass(frame, installing=address in self._installing):
            return [Garbage(frame[:8], "a reply outside the secure channel")]
        return [frame]


def _may_pass(frame: bytes, *, installing: bool) -> bool:
    if not frame[4] & SECURED:
        return frame[5] in IN_THE_CLEAR or (installing and frame[5] == ACK)
    size, block = frame[5], frame[6]
    if size not in (2, 3) or len(frame) < SHORTEST + size:
        return False
    said = frame[5 + size]
    return block in SESSION if said not in HANDSHAKE else block == HANDSHAKE[said]


def _is_whole(frame: bytes) -> bool:
    if frame[4] & USES_CRC:
        return len(frame) > SHORTEST and crc16(frame[:-2]) == frame[-2] | frame[-1] << 8
    return sum(frame) & 0xFF == 0


def crc16(data: bytes) -> int:
    """CRC-16/AUG-CCITT: polynomial 0x1021, begun with 0x1D0F."""
    crc = 0x1D0F
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    return crc
