"""RDM6300 and its like (125 kHz, EM4100): 0x02, the card in hex, its sum in hex, 0x03.

The card is 10 characters (version and number), on some modules 8 (the number alone); the sum is the XOR of
its bytes. ID-12 modules put CR LF before the 0x03. Source: the RDM6300's data sheet.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import xor

from firmware_bridge.wire.cards import Card, Garbage

BAUD = 9600
START, END = 0x02, 0x03
LONGEST = 16  # 10 characters, 2 of the sum, CR LF and room for a stray byte

_BODY = re.compile(rb"((?:[0-9A-Fa-f]{2}){4,5})([0-9A-Fa-f]{2})(?:\r\n)?")
_SILENCE = b"\0\r\n "


class Rdm6300:
    """Cuts the stream into frames; holds at most one that is not finished."""

    def __init__(self) -> None:
        self._frame: bytearray | None = None
        self._noise = bytearray()

    def feed(self, data: bytes) -> list[Card | Garbage]:
        found: list[Card | Garbage] = []
        for byte in data:
            if byte == START:
                found += self._dropped("a frame that was cut")
                self._frame = bytearray()
            elif self._frame is None:
                self._noise.append(byte)
                if len(self._noise) >= LONGEST:
                    found += self._dropped("")
            elif byte == END:
                found.append(decode(bytes(self._frame)))
                self._frame = None
            elif len(self._frame) >= LONGEST:
                found += self._dropped("a frame without an end")
            else:
                self._frame.append(byte)
        return found

    def _dropped(self, reason: str) -> list[Card | Garbage]:
        """What stands between two whole frames."""
        frame, self._frame = self._frame, None
        noise = bytes(self._noise).strip(_SILENCE)
        self._noise.clear()
        if frame is not None:
            return [Garbage(bytes(frame), reason)]
        return [Garbage(noise, "bytes outside a frame")] if noise else []


def decode(body: bytes) -> Card | Garbage:
    """The card between 0x02 and 0x03."""
    parts = _BODY.fullmatch(body)
    if parts is None:
        return Garbage(body, "not 8 or 10 characters of hex and their sum")
    card = bytes.fromhex(parts[1].decode())
    if reduce(xor, card) != int(parts[2], 16):
        return Garbage(body, "the sum is wrong")
    return Card(card.hex().upper())
