"""Readings of any channels and span as a file: CSV, Parquet or line protocol, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from devices.exports import csv, lines, parquet
from devices.exports.rows import Asked, Away, Part, parts

__all__ = ["FORMATS", "MOST_BUCKETS", "Asked", "Away", "Format", "stream", "too_many"]

MOST_BUCKETS = 5_000_000  # of each channel: an empty one costs time, too


class Format(NamedTuple):
    """What a file of it is called, and how it is written."""

    suffix: str
    content_type: str
    write: Callable[[Iterator[Part]], Iterator[bytes]]


FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8; header=present", csv.write),
    "parquet": Format("parquet", "application/vnd.apache.parquet", parquet.write),
    "lp": Format("lp", "text/plain; charset=utf-8", lines.write),
}


def stream(asked: Asked, form: str) -> Iterator[bytes]:
    """The file, bit by bit.

    Raises:
        Away: when what is asked for is told by a server that does not answer.
    """
    return FORMATS[form].write(parts(asked))


def too_many(asked: Asked) -> bool:
    """Would it be more buckets than anybody waits for?"""
    return bool(asked.step) and (asked.end - asked.start).total_seconds() / asked.step > MOST_BUCKETS
