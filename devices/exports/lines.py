"""Readings as InfluxDB's line protocol, letter for letter as they are written to a server of time series.

The bridge has its own writer, which no room below it may use; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from devices.exports.rows import Part

_UNSAFE = re.compile(r"[\x00-\x1f\x7f%\\]")
_TAG = re.compile(r"([,= ])")
_STRING = re.compile(r'(["\\])')


def write(parts: Iterable[Part]) -> Iterator[bytes]:
    """Each later one of several values at one instant stands 1 ns later."""
    series, number_at, text_at = ("", ""), -1, -1
    for part in parts:
        if series != (part.device, part.channel):
            series, number_at, text_at = (part.device, part.channel), -1, -1
        tags = f"channel={_tag(part.channel)},device={_tag(part.device)}"
        told = []
        for at, value in part.rows:
            if isinstance(value, str):
                text_at = max(at, text_at + 1)
                told.append(f'texts,{tags} text="{_quoted(value)}" {text_at}\n')
            else:
                number_at = max(at, number_at + 1)
                told.append(f"readings,{tags} value={value!r} {number_at}\n")
        yield "".join(told).encode(errors="replace")


def _tag(text: str) -> str:
    named = _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", text)
    return _TAG.sub(r"\\\1", named)


def _quoted(text: str) -> str:
    return _STRING.sub(r"\\\1", text)
