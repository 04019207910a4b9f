"""Thrift's compact protocol, as far as the footer of a Parquet file needs it.

Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

TRUE, I32, I64, BINARY, LIST, STRUCT = 1, 5, 6, 8, 9, 12


class Field(NamedTuple):
    """A field of a struct; of a list `value` is (type of its elements, elements), of a struct its fields."""

    number: int
    kind: int
    value: Any


def varint(number: int) -> bytes:
    told = bytearray()
    while number > 0x7F:
        told.append(number & 0x7F | 0x80)
        number >>= 7
    told.append(number)
    return bytes(told)


def struct(fields: Sequence[Field]) -> bytes:
    """Fields in the order of their numbers."""
    told, before = bytearray(), 0
    for number, kind, value in fields:
        told.append(number - before << 4 | kind)
        told += b"" if kind == TRUE else _value(kind, value)
        before = number
    return bytes(told) + b"\0"


def _value(kind: int, value: Any) -> bytes:
    if kind in (I32, I64):
        return varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if kind == BINARY:
        text: bytes = value.encode()
        return varint(len(text)) + text
    if kind == STRUCT:
        return struct(value)
    element, values = value
    short = len(values) < 15
    head = bytes([len(values) << 4 | element]) if short else bytes([0xF0 | element]) + varint(len(values))
    return head + b"".join(_value(element, each) for each in values)
