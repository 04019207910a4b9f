"""Wiegand 26 (H10301) and 34, as adapters on a serial line tell them: bits, hex or decimal, a line a card.

A frame is an even parity bit over the first half of the data, facility, card number, and an odd parity bit
over the second half. The UID is facility and number as 4 bytes, whichever way the adapter told them:
facility 90, card 324 is 005A0144.
"""

from __future__ import annotations

import re

from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.lines import Lines
from firmware_bridge.wire.payload import BadPayload

BAUD = 9600
FORMATS = ("auto", "bits", "hex", "decimal", "facility")
LONGEST = 64
DATA_BITS = {26: 24, 34: 32}

_BITS = re.compile(r"[01]{26}|[01]{34}")
_HEX = re.compile(r"(?:0x)?([0-9A-Fa-f]{6,9})")
_DECIMAL = re.compile(r"[0-9]{1,10}")
_FACILITY = re.compile(r"([0-9]{1,5})[,:. -]([0-9]{1,5})|([0-9]{3})([0-9]{5})")


class Wiegand:
    """Lines of one adapter; `form` is one of FORMATS."""

    def __init__(self, form: str = "auto") -> None:
        self._form = form
        self._lines = Lines(LONGEST)

    def feed(self, data: bytes) -> list[Card | Garbage]:
        return [
            line if isinstance(line, Garbage) else self._read(line)
            for line in self._lines.feed(data.replace(b"\x03", b"\n"))
            if isinstance(line, Garbage) or line.strip()
        ]

    def _read(self, line: bytes) -> Card | Garbage:
        try:
            return read(line.decode("ascii").strip("\x02 \t\0"), self._form)
        except UnicodeDecodeError:
            return Garbage(line, "not text")
        except BadPayload as bad:
            return Garbage(line, bad.reason)


def read(text: str, form: str = "auto") -> Card:
    """The card that a line tells.

    Raises:
        BadPayload: there is none in it, or its parity is wrong.
    """
    if form == "bits" or (form == "auto" and _BITS.fullmatch(text)):
        return decode(text)
    if form == "facility" or (form == "auto" and "," in text):
        return _by_facility(text)
    if form == "decimal" or (form == "auto" and len(text) == 10):
        return _by_number(text)
    return _by_hex(text)


def decode(bits: str) -> Card:
    """The card of a whole frame, as 26 or 34 characters 0 and 1.

    Raises:
        BadPayload: another length, or a wrong parity.
    """
    if not _BITS.fullmatch(bits):
        raise BadPayload("not 26 or 34 bits")
    half = len(bits) // 2
    if bits[:half].count("1") % 2 or not bits[half:].count("1") % 2:
        raise BadPayload("the parity is wrong")
    return _card(int(bits[1:-1], 2))


def _by_hex(text: str) -> Card:
    """6 or 8 digits are facility and card, 7 or 9 the whole frame with its parity bits."""
    found = _HEX.fullmatch(text)
    if found is None:
        raise BadPayload("not a card in bits, hex or decimal")
    digits = found[1]
    if len(digits) in (6, 8):
        return _card(int(digits, 16))
    bits = 26 if len(digits) == 7 else 34
    return decode(f"{int(digits, 16):0{bits}b}")


def _by_number(text: str) -> Card:
    if not _DECIMAL.fullmatch(text) or int(text) >= 1 << 32:
        raise BadPayload("not a decimal number of 32 bits")
    return _card(int(text))


def _by_facility(text: str) -> Card:
    found = _FACILITY.fullmatch(text)
    if found is None:
        raise BadPayload("not a facility and a card number")
    facility, card = int(found[1] or found[3]), int(found[2] or found[4])
    if facility >= 1 << 16 or card >= 1 << 16:
        raise BadPayload("a facility or a card number of more than 16 bits")
    return _card(facility << 16 | card)


def _card(number: int) -> Card:
    return Card(f"{number:08X}")
