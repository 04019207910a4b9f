"""Readings as CSV by RFC 4180: a header, CRLF, times in UTC by ISO 8601 and as Unix seconds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from devices.exports.rows import Part, Value

HEADER = ("time", "unix", "device", "channel", "unit", "value")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # with what a spreadsheet's formula may begin


def write(parts: Iterable[Part]) -> Iterator[bytes]:
    yield _text([HEADER])
    for part in parts:
        series = (_plain(part.device), _plain(part.channel), _plain(part.unit))
        yield _text((*_times(at), *series, _value(value)) for at, value in part.rows)


def _text(rows: Iterable[tuple[str, ...]]) -> bytes:
    told = io.StringIO()
    csv.writer(told).writerows(rows)
    return told.getvalue().encode(errors="replace")


def _value(value: Value) -> str:
    return _plain(value) if isinstance(value, str) else repr(value)


def _plain(text: str) -> str:
    """Text that a spreadsheet takes for text, whatever a device says."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _times(at: int) -> tuple[str, str]:
    """By ISO 8601, and as Unix seconds; to the microsecond."""
    seconds, rest = divmod(at, 1_000_000_000)
    fraction = f"{rest // 1000:06d}"
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{fraction}Z", f"{seconds}.{fraction}"
