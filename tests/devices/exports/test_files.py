"""Files of readings as other programs read them back."""

import csv
import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.exports import csv as as_csv
from devices.exports import lines as as_lines
from devices.exports import parquet as as_parquet
from devices.exports.rows import Part
from firmware_bridge.wire.influx import lines, series

T0 = 1_795_400_000_250_000_000
NUMBERS = Part("plug-1", "power", "W", [(T0, 132.5), (T0 + 1000, -3.0), (T0 + 1000, 5e-324)])
WORDS = Part("plug-1", "state", "", [(T0, "busy"), (T0 + 10**9, "=1+1"), (T0 + 2 * 10**9, 'two\nlines, "é"')])

values = st.floats(allow_nan=False, allow_infinity=False) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=8
)
rows = st.lists(st.tuples(st.integers(0, 2**62).map(lambda at: at // 1000 * 1000), values), max_size=30)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


def written(write, *parts) -> bytes:
    return b"".join(write(iter(parts)))


def table(*parts) -> pa.Table:
    return pq.read_table(io.BytesIO(written(as_parquet.write, *parts)))


def test_csv_has_a_header_times_twice_and_numbers_as_they_are():
    told = written(as_csv.write, NUMBERS)

    assert told.decode().split("\r\n") == [
        "time,unix,device,channel,unit,value",
        "2026-11-23T02:13:20.250000Z,1795400000.250000,plug-1,power,W,132.5",
        "2026-11-23T02:13:20.250001Z,1795400000.250001,plug-1,power,W,-3.0",
        "2026-11-23T02:13:20.250001Z,1795400000.250001,plug-1,power,W,5e-324",
        "",
    ]


def test_csv_survives_commas_quotes_and_lines():
    read = list(csv.DictReader(io.StringIO(written(as_csv.write, WORDS).decode(), newline="")))

    assert [row["value"] for row in read] == ["busy", "'=1+1", 'two\nlines, "é"']


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_of_a_device_becomes_a_formula(text):
    part = Part("plug-1", text, text, [(T0, text)])

    row = list(csv.reader(io.StringIO(written(as_csv.write, part).decode(), newline="")))[1]

    assert row[3:] == [f"'{text}"] * 3


@given(rows)
def test_parquet_reads_back_what_was_written(found):
    part = Part("plug-1", "power", "W", sorted(found, key=lambda row: row[0]))

    read = table(part).to_pylist()

    assert [row["text"] if row["value"] is None else row["value"] for row in read] == [
        value for _at, value in part.rows
    ]
    micros = [round((row["time"] - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6) for row in read]
    assert [abs(at // 1000 - micro) < 2**10 for (at, _), micro in zip(part.rows, micros, strict=True)] == [
        True for _ in part.rows
    ]


def test_parquet_tells_what_its_columns_mean():
    read = table(NUMBERS, WORDS)

    assert read.schema == pa.schema(
        [
            pa.field("time", pa.timestamp("us", "UTC"), nullable=False),
            pa.field("device", pa.string(), nullable=False),
            pa.field("channel", pa.string(), nullable=False),
            pa.field("unit", pa.string(), nullable=False),
            pa.field("value", pa.float64()),
            pa.field("text", pa.string()),
        ]
    )
    assert read.column("channel").to_pylist() == ["power"] * 3 + ["state"] * 3
    assert read.column("time")[0].as_py() == datetime(2026, 11, 23, 2, 13, 20, 250_000, UTC)


def test_parquet_of_nothing_is_a_whole_file():
    assert table().num_rows == 0


def test_many_rows_are_many_groups(monkeypatch):
    monkeypatch.setattr(as_parquet, "ROWS", 100)
    loads = [
        Part("plug-1", key, "W", [(T0 + n * 1000, float(n)) for n in range(at, at + 40)])
        for key in ("power", "energy")
        for at in range(0, 1000, 40)
    ]

    read = pq.ParquetFile(io.BytesIO(written(as_parquet.write, *loads)))

    assert (read.metadata.num_rows, read.metadata.num_row_groups) == (2000, 18)
    assert read.read().column("value").to_pylist() == [float(n) for n in range(1000)] * 2


@given(names, names, rows)
def test_lines_are_those_that_a_server_of_time_series_is_sent(device, channel, found):
    ordered = sorted(found, key=lambda row: (row[0], isinstance(row[1], str), row[1]))
    parts = [Part(device, channel, "", ordered[:7]), Part(device, channel, "", ordered[7:])]

    told = written(as_lines.write, *parts).decode().split("\n")

    sent = lines([(1, at, value) for at, value in ordered], {1: series(device, channel)})
    assert "\n".join(told) == "".join(f"{line}\n" for line in sent)
