"""The wire format of Protocol Buffers, as far as a reader needs it (protobuf.dev, "Encoding")."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from firmware_bridge.wire.payload import BadPayload

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Field = tuple[int, int, int | bytes]


def fields(message: bytes) -> Iterator[Field]:
    """(number, wire type, value) of each field: an integer, or bytes where the length came first.

    Raises:
        BadPayload: where the message ends too early or says what no message can say.
    """
    at, end = 0, len(message)
    while at < end:
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if not number:
            raise BadPayload("not a protobuf: a field has no number")
        if kind == VARINT:
            value, at = _varint(message, at)
            yield number, kind, value
            continue
        if kind == BYTES:
            size, at = _varint(message, at)
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
        else:
            raise BadPayload(f"not a protobuf: wire type {kind}")
        if at + size > end:
            raise BadPayload("the protobuf is cut off")
        piece = message[at : at + size]
        at += size
        yield number, kind, piece if kind == BYTES else int.from_bytes(piece, "little")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number of at most 64 bits and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise BadPayload("the protobuf is cut off")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
    raise BadPayload("not a protobuf: a number is too long")


def float32(bits: int) -> float:
    return float(struct.unpack("<f", bits.to_bytes(4, "little"))[0])


def float64(bits: int) -> float:
    return float(struct.unpack("<d", bits.to_bytes(8, "little"))[0])


def write(number: int, value: int | bytes) -> bytes:
    """One field: a varint, or bytes with their length."""
    if isinstance(value, int):
        return _number(number << 3 | VARINT) + _number(value)
    return _number(number << 3 | BYTES) + _number(len(value)) + value


def _number(value: int) -> bytes:
    told = bytearray()
    while value > 0x7F:
        told.append(value & 0x7F | 0x80)
        value >>= 7
    told.append(value)
    return bytes(told)
