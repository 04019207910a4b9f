"""Readings of the past from a server of time series, asked in InfluxQL: InfluxDB 1.8, 2 and 3 speak it.

Numbers stand in the measurement `readings`, texts in `texts`, tagged with device and channel; `minutes` and
`hours` tell of times whose single readings were let go before the server knew them.
Source: https://docs.influxdata.com/influxdb/v2/api/v1-compatibility/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from lab.telemetry import Influx

PATIENCE = 10.0
# As they are written: a tag's value holds no backslash and no control character.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f%\\]")

CELLS = ("hours", "minutes")

Value = float | str
Cell = tuple[int, float, float, float]  # Unix nanoseconds, mean, least, greatest


class Cells(NamedTuple):
    """`exact` are made of single readings; hours and minutes stand where there are none."""

    exact: list[Cell]
    hours: list[Cell]
    minutes: list[Cell]


class Unanswered(Exception):
    """The server is away, or speaks no InfluxQL."""


def raw(
    server: Influx, device: str, channel: str, first: int, past: int, limit: int
) -> list[tuple[int, Value]]:
    """The first readings of `[first, past)` in Unix nanoseconds, numbers before texts of the same instant.

    Raises:
        Unanswered: nothing can be told now.
    """
    where = _where(device, channel, first, past)
    numbers, texts = _ask(
        server,
        f'SELECT "value" FROM "readings" WHERE {where} ORDER BY time LIMIT {limit}',  # noqa: S608
        f'SELECT "text" FROM "texts" WHERE {where} ORDER BY time LIMIT {limit}',  # noqa: S608
    )
    found: list[tuple[int, Value]] = [(at, float(value)) for at, value in numbers]
    found += [(at, text) for at, text in texts]
    return sorted(found, key=lambda point: (point[0], isinstance(point[1], str)))[:limit]


def sums(
    server: Influx, device: str, channel: str, first: int, past: int, step: int
) -> Iterator[tuple[int, int, float | None, str | None]]:
    """(number, how many numbers, their sum, newest text) of the buckets that hold anything.

    Raises:
        Unanswered: nothing can be told now.
    """
    where = _where(device, channel, first, past)
    grouped = f"WHERE {where} GROUP BY time({step}ns) fill(none)"
    *numbers, hours, minutes, texts = _ask(
        server,
        f'SELECT count("value"), sum("value") FROM "readings" {grouped}',  # noqa: S608
        *(f'SELECT sum("count"), sum("sum") FROM "{name}" {grouped}' for name in CELLS),  # noqa: S608
        *(f'SELECT last("text") FROM "{name}" {grouped}' for name in (*CELLS, "texts")),  # noqa: S608
    )
    for at, count, total in (row for rows in numbers for row in rows):
        if count:
            yield at // step, int(count), None if total is None else float(total), None
    for at, text in (*hours, *minutes, *texts):
        if text is not None:
            yield at // step, 0, None, text


def cells(server: Influx, device: str, channel: str, first: int, past: int, step: int) -> Cells:
    """Numbers of `[first, past)` as cells of `step` nanoseconds, and as the hours and minutes that stand for
    what was let go, each (beginning, mean, least, greatest).

    Raises:
        Unanswered: nothing can be told now.
    """
    where = _where(device, channel, first, past)
    exactly = 'SELECT mean("value"), min("value"), max("value") FROM "readings"'
    told = _ask(
        server,
        f"{exactly} WHERE {where} GROUP BY time({step}ns) fill(none)",
        *(f'SELECT "sum", "low", "high", "count" FROM "{name}" WHERE {where}' for name in CELLS),  # noqa: S608
    )
    exact = [(at, *map(float, numbers)) for at, *numbers in told[0]]
    hours, minutes = ([_cell(row) for row in rows if row[4]] for rows in told[1:])
    return Cells(exact, hours, minutes)


def _cell(row: list[Any]) -> Cell:
    at, total, low, high, count = row
    return int(at), float(total) / float(count), float(low), float(high)


def _where(device: str, channel: str, first: int, past: int) -> str:
    tags = f"device = {_quoted(device)} AND channel = {_quoted(channel)}"
    return f"{tags} AND time >= {first} AND time < {past}"


def _quoted(text: str) -> str:
    named = _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", text)
    return "'" + named.replace("'", "\\'") + "'"


def _ask(server: Influx, *questions: str) -> list[list[list[Any]]]:
    """The rows that answer each question; times in ns."""
    asked = urlencode({"db": server.bucket, "epoch": "ns", "q": "; ".join(questions)})
    request = Request(f"{server.url}/query?{asked}", headers={"Accept": "application/json"})  # noqa: S310
    if server.token:
        request.add_header("Authorization", f"Token {server.token}")
    try:
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            results = json.load(answer)["results"]
        told = [_rows(result) for result in results]
        if len(told) != len(questions):
            raise ValueError("not an answer for each question")
        return told
    except (OSError, HTTPException, ValueError, LookupError, TypeError) as error:
        raise Unanswered(f"{type(error).__name__}: {error}") from None


def _rows(result: dict[str, Any]) -> list[list[Any]]:
    if "error" in result:
        raise ValueError(result["error"])
    if "series" not in result:
        return []
    series = result["series"][0]
    if series["columns"][0] != "time":  # VictoriaMetrics tells its databases, whatever it is asked
        raise ValueError("it speaks no InfluxQL")
    found: list[list[Any]] = series["values"]
    return found
