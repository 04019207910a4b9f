"""What goes into a file: every reading of the span once, however large a load is."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import influxql
from devices.exports import rows
from devices.exports.rows import Asked, Away, parts
from lab.telemetry import Influx
from tests.devices.test_history import START, T0, kept


def asked(path, *, seconds=3600, channels=("power",), **more):
    return Asked(path, "plug-1", channels, START, START + timedelta(seconds=seconds), **more)


def told(*args, **more):
    return [
        (part.channel, at / 1e9 - T0, value)
        for part in parts(asked(*args, **more))
        for at, value in part.rows
    ]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "telemetry.sqlite3"


@settings(max_examples=30)  # each writes a store to the disk
@given(
    points=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([1.0, 2.0, "on"])), max_size=14),
    most=st.integers(1, 5),
)
def test_no_reading_is_left_out_or_told_twice_at_the_edge_of_a_load(tmp_path_factory, points, most):
    path = kept(tmp_path_factory.mktemp("store") / "telemetry.sqlite3", points)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "MOST", most)

        found = told(path, seconds=3)

    wanted = {(at, value) for at, value in points if at < 3}  # the same in another message comes again
    assert [(at, value) for _channel, at, value in found] == sorted(
        wanted, key=lambda row: (row[0], isinstance(row[1], str), row[1])
    )


def test_channels_come_one_after_another_as_they_were_asked_for(path):
    kept(path, [(0, 1.0), (10, 2.0)])
    kept(path, [(5, 21.5)], channel="temperature", unit="°C")

    assert told(path, channels=("temperature", "power", "unknown")) == [
        ("temperature", 5, 21.5),
        ("power", 0, 1.0),
        ("power", 10, 2.0),
    ]


def test_means_leave_empty_buckets_out(path):
    kept(path, [(0, 1.0), (30, 3.0), (600, 5.0)])

    assert told(path, step=60) == [("power", 0, 2.0), ("power", 600, 5.0)]


def test_what_only_the_server_knows_comes_first(path, monkeypatch):
    kept(path, [(2000, 9.0)])
    known = [(int(T0 + s) * 10**9, float(s)) for s in (0, 1, 1, 1, 2, 3)]
    monkeypatch.setattr(rows, "MOST", 3)
    monkeypatch.setattr(
        influxql,
        "raw",
        lambda _server, _device, _channel, first, past, limit: [
            row for row in known if first <= row[0] < past
        ][:limit],
    )
    monkeypatch.setattr(rows, "cut", lambda *_: int(T0 + 1000) * 10**9)

    found = told(path, beyond=Influx("http://influx", "", "", "lab"))

    assert [value for *_, value in found] == [0.0, 1.0, 1.0, 1.0, 2.0, 3.0, 9.0]


def test_half_a_file_is_no_file(path):
    kept(path, [(0, 1.0)])

    with pytest.raises(Away):
        told(path, channels=("power", "elsewhere"), beyond=Influx("http://127.0.0.1:9", "", "", "lab"))
