"""Payloads of Sparkplug B (Eclipse Sparkplug 3.0, chapter 6), read without a generated class."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from firmware_bridge.wire.payload import LARGEST_FOREIGN, BadPayload, Value
from firmware_bridge.wire.protobuf import BYTES, FIXED32, FIXED64, VARINT, fields, float32, float64, write

REBIRTH = "Node Control/Rebirth"
COMPRESSED = b"SPBV1.0_COMPRESSED"

_SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
_UNSIGNED = {5: 8, 6: 16, 7: 32, 8: 64}
_FLOAT, _DOUBLE, _BOOLEAN, _STRING, _DATETIME, _TEXT, _UUID = 9, 10, 11, 12, 13, 14, 15
_WORDS = (_STRING, _TEXT, _UUID)


@dataclass(slots=True)
class Metric:
    """One value of a node or device; after the birth an alias may stand for its name.

    `value` is None for null, NaN, what its owner calls bad or stale, and for what is no single value (data
    sets, files, arrays); a template has `parts`, each with a value of its own.
    """

    name: str = ""
    alias: int | None = None
    at: int | None = None  # Unix milliseconds
    datatype: int = 0
    null: bool = False
    unit: str = ""
    good: bool = True
    carried: dict[int, int | bytes] = field(default_factory=dict)  # as it came, by the field's number
    parts: list[Metric] = field(default_factory=list)

    def value(self, datatype: int = 0) -> Value | None:
        """What it says, for a datatype that the birth may have told."""
        if self.null or not self.good:
            return None
        return _value(self.datatype or datatype, self.carried)


@dataclass(slots=True)
class Report:
    """A payload; `seq` counts from 0 to 255 over all messages of a node."""

    at: int | None = None
    seq: int | None = None
    metrics: list[Metric] = field(default_factory=list)


def report(payload: bytes) -> Report:
    """
    Raises:
        BadPayload: for what is no Sparkplug payload or is cut off.
    """
    if len(payload) > LARGEST_FOREIGN:
        raise BadPayload(f"larger than {LARGEST_FOREIGN} bytes")
    told, uuid, body = Report(), b"", b""
    for number, kind, value in fields(payload):
        if number == 1 and kind == VARINT:
            told.at = int(value)
        elif number == 2 and isinstance(value, bytes):
            told.metrics.append(_metric(value))
        elif number == 3 and kind == VARINT:
            told.seq = int(value)
        elif number == 4 and isinstance(value, bytes):
            uuid = value
        elif number == 5 and isinstance(value, bytes):
            body = value
        elif number <= 5:
            raise BadPayload("not a Sparkplug payload")
    if uuid == COMPRESSED:
        inner = report(_unpacked(body))
        inner.seq = told.seq if inner.seq is None else inner.seq
        return inner
    return told


def _unpacked(body: bytes) -> bytes:
    """GZIP or DEFLATE, as the metric `algorithm` says and the first bytes do too."""
    unpacking = zlib.decompressobj(wbits=47)
    try:
        found = unpacking.decompress(body, LARGEST_FOREIGN)
    except zlib.error:
        raise BadPayload("the compressed payload is broken") from None
    if not unpacking.eof or b"SPBV1.0_COMPRESSED" in found:
        raise BadPayload("the compressed payload is too large, cut off or packed twice")
    return found


def rebirth(now_ms: int) -> bytes:
    """The command that makes an edge node tell again what it has."""
    metric = write(1, REBIRTH.encode()) + write(3, now_ms) + write(4, _BOOLEAN) + write(14, 1)
    return write(1, now_ms) + write(2, metric)


_KINDS = {10: VARINT, 11: VARINT, 12: FIXED32, 13: FIXED64, 14: VARINT, 15: BYTES}


TEMPLATE = 18
_DEEPEST = 4
_BAD = (0, 500)  # qualities: bad, and stale


def _metric(message: bytes, depth: int = 0) -> Metric:
    metric = Metric()
    for number, kind, value in fields(message):
        if number == 1:
            metric.name = _text(value)
        elif number in (2, 3, 4, 7):
            if not isinstance(value, int):
                raise BadPayload("not a Sparkplug metric")
            _note(metric, number, value)
        elif number == 9 and isinstance(value, bytes):
            _describe(metric, value)
        elif number == TEMPLATE and isinstance(value, bytes):
            metric.parts = _parts(value, depth + 1)
        elif _KINDS.get(number) == kind:
            metric.carried[number] = value
    return metric


def _parts(message: bytes, depth: int) -> list[Metric]:
    """The members of a template's instance; its definition has no values."""
    if depth > _DEEPEST:
        raise BadPayload("templates are nested too deeply")
    found: list[Metric] = []
    for number, kind, value in fields(message):
        if number == 2 and isinstance(value, bytes):
            found.append(_metric(value, depth))
        elif number == 5 and kind == VARINT and value:
            return []
    return found


def _note(metric: Metric, number: int, value: int) -> None:
    if number == 2:
        metric.alias = value
    elif number == 3:
        metric.at = value
    elif number == 4:
        metric.datatype = value
    else:
        metric.null = bool(value)


def _value(datatype: int, carried: dict[int, int | bytes]) -> Value | None:
    """Signed integers travel as unsigned ones: what counts are their lowest bits."""
    if datatype in _SIGNED or datatype in _UNSIGNED:
        raw = carried.get(11, carried.get(10))
        return None if raw is None else _integer(int(raw), datatype)
    if datatype == _BOOLEAN:
        return float(bool(carried[14])) if 14 in carried else None
    if datatype in (_FLOAT, _DOUBLE) or datatype == 0:
        found = _number(carried)
        return found if found is not None and math.isfinite(found) else None
    if datatype == _DATETIME:
        return int(carried[11]) / 1000 if 11 in carried else None
    if datatype in _WORDS and 15 in carried:
        return _text(carried[15])
    return None


def _integer(raw: int, datatype: int) -> float:
    bits = _SIGNED.get(datatype) or _UNSIGNED[datatype]
    found = raw & (1 << bits) - 1
    if datatype in _SIGNED and found >> (bits - 1):
        found -= 1 << bits
    return float(found)


def _number(carried: dict[int, int | bytes]) -> float | None:
    if 12 in carried:
        return float(f"{float32(int(carried[12])):.7g}")  # what 32 bits can tell, not their binary tail
    if 13 in carried:
        return float64(int(carried[13]))
    return None


def _describe(metric: Metric, message: bytes) -> None:
    """`engUnit` is how the tools of the trade tell a unit; `Quality` what its owner thinks of the value."""
    names: list[str] = []
    values: list[bytes] = []
    for number, _, value in fields(message):
        if number == 1:
            names.append(_text(value))
        elif number == 2 and isinstance(value, bytes):
            values.append(value)
    for name, told in zip(names, values, strict=False):
        if name.lower() in ("engunit", "engunits", "unit", "units"):
            metric.unit = metric.unit or next(_texts(told), "")
        elif name == "Quality":
            metric.good = not any(
                number in (3, 4) and value in _BAD for number, kind, value in fields(told) if kind == VARINT
            )


def _texts(message: bytes) -> Iterator[str]:
    for number, _, value in fields(message):
        if number == 8:
            yield _text(value)


def _text(value: int | bytes) -> str:
    if not isinstance(value, bytes):
        raise BadPayload("not a Sparkplug metric")
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise BadPayload("not UTF-8") from None
