"""Readings as CSV by RFC 4180: a header, CRLF, times in UTC by ISO 8601 and as Unix seconds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from devices.exports.rows import Part, Value
from lab.spreadsheets import cell

HEADER = ("time", "unix", "device", "channel", "unit", "value")


def write(parts: Iterable[Part]) -> Iterator[bytes]:
    yield _text([HEADER])
    for part in parts:
        series = (cell(part.device), cell(part.channel), cell(part.unit))
        yield _text((*_times(at), *series, _value(value)) for at, value in part.rows)


def _text(rows: Iterable[tuple[str, ...]]) -> bytes:
    told = io.StringIO()
    csv.writer(told).writerows(rows)
    return told.getvalue().encode(errors="replace")


def _value(value: Value) -> str:
    return str(cell(value)) if isinstance(value, str) else repr(value)


def _times(at: int) -> tuple[str, str]:
    """By ISO 8601, and as Unix seconds; to the microsecond."""
    seconds, rest = divmod(at, 1_000_000_000)
    fraction = f"{rest // 1000:06d}"
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{fraction}Z", f"{seconds}.{fraction}"
