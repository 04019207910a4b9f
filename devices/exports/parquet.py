"""Readings as Parquet: time, device, channel, unit, and a number or a text; gzipped, any number of rows.

One row group for each load of readings of a channel, one plain page for each of its columns.
Source: https://github.com/apache/parquet-format (README.md, Encodings.md, parquet.thrift)
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from devices.exports import thrift
from devices.exports.rows import Part, Row
from devices.exports.thrift import BINARY, I32, I64, LIST, STRUCT, TRUE, Field

MAGIC = b"PAR1"
ROWS = 100_000  # in a group
INT64, DOUBLE, BYTE_ARRAY = 2, 5, 6
REQUIRED, OPTIONAL = 0, 1
PLAIN, RLE, GZIP, DATA_PAGE = 0, 3, 2, 0
UTF8, TIMESTAMP_MICROS = 0, 10
STRING = [Field(1, STRUCT, [])]
MICROS_UTC = [Field(8, STRUCT, [Field(1, TRUE, True), Field(2, STRUCT, [Field(2, STRUCT, [])])])]


class Column(NamedTuple):
    """How a column is kept, and what it means."""

    name: str
    kind: int
    repetition: int
    converted: int | None = None
    logical: list[Field] | None = None


COLUMNS = (
    Column("time", INT64, REQUIRED, TIMESTAMP_MICROS, MICROS_UTC),
    Column("device", BYTE_ARRAY, REQUIRED, UTF8, STRING),
    Column("channel", BYTE_ARRAY, REQUIRED, UTF8, STRING),
    Column("unit", BYTE_ARRAY, REQUIRED, UTF8, STRING),
    Column("value", DOUBLE, OPTIONAL),
    Column("text", BYTE_ARRAY, OPTIONAL, UTF8, STRING),
)


class Page(NamedTuple):
    """The bytes of a page with its header; sizes count the header, as the format wants."""

    told: bytes
    plain: int


def write(parts: Iterable[Part]) -> Iterator[bytes]:
    yield MAGIC
    at, rows, groups = len(MAGIC), 0, []
    for part in _gathered(parts):
        pages = [_page(column, part) for column in COLUMNS]
        groups.append(_group(pages, at, len(part.rows)))
        rows += len(part.rows)
        for page in pages:
            at += len(page.told)
            yield page.told
    footer = thrift.struct(
        [
            Field(1, I32, 1),
            Field(2, LIST, (STRUCT, [_root(), *map(_element, COLUMNS)])),
            Field(3, I64, rows),
            Field(4, LIST, (STRUCT, groups)),
            Field(6, BINARY, "etabli version 1"),
        ]
    )
    yield footer + struct.pack("<I", len(footer)) + MAGIC


def _gathered(parts: Iterable[Part]) -> Iterator[Part]:
    """Loads of one channel put together into larger ones."""
    for _series, each in groupby(parts, key=lambda part: part[:3]):
        waiting: Part | None = None
        for part in each:
            waiting = part if waiting is None else part._replace(rows=waiting.rows + part.rows)
            if len(waiting.rows) >= ROWS:
                yield waiting
                waiting = None
        if waiting is not None:
            yield waiting


def _page(column: Column, part: Part) -> Page:
    data = _data(column.name, part)
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(data) + packer.flush()
    header = thrift.struct(
        [
            Field(1, I32, DATA_PAGE),
            Field(2, I32, len(data)),
            Field(3, I32, len(packed)),
            Field(
                5,
                STRUCT,
                [Field(1, I32, len(part.rows)), Field(2, I32, PLAIN), Field(3, I32, RLE), Field(4, I32, RLE)],
            ),
        ]
    )
    return Page(header + packed, len(header) + len(data))


def _data(name: str, part: Part) -> bytes:
    if name == "time":
        return struct.pack(f"<{len(part.rows)}q", *(at // 1000 for at, _value in part.rows))
    if name == "value":
        numbers = [float(value) for _at, value in part.rows if not isinstance(value, str)]
        return _present(part.rows, str, absent=True) + struct.pack(f"<{len(numbers)}d", *numbers)
    if name == "text":
        texts = [value for _at, value in part.rows if isinstance(value, str)]
        return _present(part.rows, str, absent=False) + b"".join(map(_bytes, texts))
    return _bytes(getattr(part, name)) * len(part.rows)


def _present(rows: list[Row], kind: type, *, absent: bool) -> bytes:
    """Which rows have a value, as runs: those of this kind, or of any other one when they are `absent`."""
    runs = bytearray()
    for there, run in groupby(isinstance(value, kind) is not absent for _at, value in rows):
        runs += thrift.varint(sum(1 for _ in run) << 1) + bytes([there])
    return struct.pack("<I", len(runs)) + bytes(runs)


def _bytes(text: str) -> bytes:
    told = text.encode(errors="replace")
    return struct.pack("<I", len(told)) + told


def _root() -> list[Field]:
    return [Field(4, BINARY, "readings"), Field(5, I32, len(COLUMNS))]


def _element(column: Column) -> list[Field]:
    fields = [Field(1, I32, column.kind), Field(3, I32, column.repetition), Field(4, BINARY, column.name)]
    if column.converted is not None:
        fields.append(Field(6, I32, column.converted))
    return [*fields, Field(10, STRUCT, column.logical)] if column.logical else fields


def _group(pages: list[Page], at: int, rows: int) -> list[Field]:
    chunks = []
    for column, page in zip(COLUMNS, pages, strict=True):
        meta = [
            Field(1, I32, column.kind),
            Field(2, LIST, (I32, [PLAIN, RLE])),
            Field(3, LIST, (BINARY, [column.name])),
            Field(4, I32, GZIP),
            Field(5, I64, rows),
            Field(6, I64, page.plain),
            Field(7, I64, len(page.told)),
            Field(9, I64, at),
        ]
        chunks.append([Field(2, I64, at), Field(3, STRUCT, meta)])
        at += len(page.told)
    whole = sum(page.plain for page in pages)
    return [Field(1, LIST, (STRUCT, chunks)), Field(2, I64, whole), Field(3, I64, rows)]
