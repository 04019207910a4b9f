"""InfluxDB's line protocol: numbers in `readings`, texts in `texts`, tagged with device and channel.

Numbers are floats for ever (`12.0`), since a field never changes its type. Texts are apart, because a server
adds the fields of equal times together instead of replacing one by the other. Of a time whose single readings
were let go before they could be sent, `minutes` and `hours` tell how many there were, and what they came to.
Source: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import isfinite

READINGS, TEXTS = "readings", "texts"
CELLS = {60 * 10**9: "minutes", 3600 * 10**9: "hours"}
NEAR = 999  # nanoseconds in which readings of one channel are told together

_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f%\\]"
)  # servers disagree about backslashes, lines end at control characters
_TAG = re.compile(r"([,= ])")
_STRING = re.compile(r'(["\\])')

Value = float | str
Row = tuple[int, int, Value]  # channel, Unix nanoseconds, value
Cell = tuple[int, int, float | None, float | None, float | None, str | None]
Names = dict[int, tuple[str, str]]  # channel → what lines of its numbers begin with, and those of its texts


def series(device: str, channel: str) -> tuple[str, str]:
    """What lines of a channel's numbers begin with, and those of its texts."""
    tags = f"channel={tag(channel)},device={tag(device)}"
    return f"{READINGS},{tags} value=", f"{TEXTS},{tags} text="


def name(text: str) -> str:
    """A tag's value as every server keeps it; each text has its own."""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", text)


def tag(text: str) -> str:
    return _TAG.sub(r"\\\1", name(text))


def quoted(text: str) -> str:
    escaped = _STRING.sub(r"\\\1", text)
    return f'"{escaped}"'


def deletions(device: str, channel: str, at: int) -> Iterator[str]:
    """InfluxQL that takes away what stands where readings of this instant may stand."""
    where = f"device = {_literal(device)} AND channel = {_literal(channel)}"
    for measurement in (READINGS, TEXTS):
        span = f"time >= {at - NEAR} AND time <= {at + NEAR}"
        yield f'DELETE FROM "{measurement}" WHERE {where} AND {span}'  # noqa: S608


def lines(rows: Iterable[Row], names: Names) -> Iterator[str]:
    """Lines of readings in the order of channel, time, value.

    A server keeps one value of a series at one instant: of several, each later one stands 1 ns later. Which
    instants are taken depends on nothing but the readings, so telling them again changes nothing.
    """
    current, number_at, text_at = -1, -1, -1
    for channel, at, value in rows:
        if channel != current:
            current, number_at, text_at = channel, -1, -1
        if isinstance(value, str):
            text_at = at if at > text_at else text_at + 1
            yield f"{names[channel][1]}{quoted(value)} {text_at}"
        else:
            number_at = at if at > number_at else number_at + 1
            yield f"{names[channel][0]}{value!r} {number_at}"


def cell_lines(span: int, name: tuple[str, str], cells: Iterable[Cell]) -> Iterator[str]:
    """Lines of (at, count, sum, low, high, newest text); numbers that are too great are left out."""
    tags = name[0].removeprefix(READINGS).removesuffix(" value=")
    for at, count, *numbers, text in cells:
        fields = []
        if count and all(number is not None and isfinite(number) for number in numbers):
            told = zip(("count", "sum", "low", "high"), (float(count), *numbers), strict=True)
            fields = [f"{word}={number!r}" for word, number in told]
        if text is not None:
            fields.append(f"text={quoted(text)}")
        if fields:
            yield f"{CELLS[span]}{tags} {','.join(fields)} {at}"


def _literal(text: str) -> str:
    return "'" + name(text).replace("'", "\\'") + "'"
