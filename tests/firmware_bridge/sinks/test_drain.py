"""Readings reach InfluxDB, all of them and each as it was, whatever the server says meanwhile."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.drain import Drainer
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.influx import Away, Server
from firmware_bridge.sinks.keeping import DAY, Terms
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.spool import Spool, waiting
from firmware_bridge.wire.influx import name
from tests.servers_influx import influx_server

T0 = 1_790_000_000 * 10**9
NUMBERS, TEXTS = 'SELECT "value" FROM readings', 'SELECT "text" FROM texts'


@pytest.fixture(scope="module")
def influx():
    with influx_server() as door:
        yield door


@pytest.fixture
def door(influx):
    influx.renew()
    return influx


@pytest.fixture
def path(tmp_path):
    return tmp_path / "telemetry.sqlite3"


@pytest.fixture
def store(path):
    store = Store(path)
    store.spool("here")
    yield store
    store.close()


@pytest.fixture
def spool(store, path):
    db = connect(path, patience=1)
    yield Spool(db)
    db.close()


@pytest.fixture
def drainer(path, door):
    return Drainer(path, Server(door.url, bucket=door.bucket, org="fablab", token="s3cret"))


def hear(store, *points, channel="power", device="plug-1"):
    batch = Batch(readings=[[Reading(device, channel, value, "W", T0 + at, True)] for at, value in points])
    store.write(batch)


def left(path):
    db = connect(path, patience=1)
    try:
        return waiting(db), db.execute("SELECT count(*) FROM outgoing").fetchone()[0]
    finally:
        db.close()


def drain(drainer, spool):
    while drainer.turn(spool):
        pass


def test_what_is_acknowledged_is_left_behind_and_only_that(store, spool, drainer, door, path):
    hear(store, (0, 1.0), (10, 2.0))
    drain(drainer, spool)
    hear(store, (20, "busy"))
    door.faults = [(503, "starting")]

    with pytest.raises(Away, match="503 starting"):
        drainer.turn(spool)

    assert left(path) == (1, 1)
    drain(drainer, spool)
    assert left(path) == (0, 0)
    assert door.query(NUMBERS) == [[T0, 1.0], [T0 + 10, 2.0]]
    assert door.query(TEXTS) == [[T0 + 20, "busy"]]
    assert door.tokens == {"Token s3cret"}


def test_two_values_of_one_instant_both_arrive_even_when_the_second_comes_later(store, spool, drainer, door):
    hear(store, (0, 5.0), (0, "on"), (1, 7.0))
    drain(drainer, spool)
    hear(store, (0, 3.0))
    drain(drainer, spool)

    assert door.query(NUMBERS) == [[T0, 3.0], [T0 + 1, 5.0], [T0 + 2, 7.0]]
    assert door.query(TEXTS) == [[T0, "on"]]


def test_a_line_that_is_never_taken_is_a_dead_letter_and_holds_up_no_other(store, spool, drainer, door, path):
    hear(store, *((second, float(second)) for second in range(20)))
    door.forbidden = "value=13.0 "

    drain(drainer, spool)

    assert left(path) == (0, 0)
    assert len(door.query(NUMBERS)) == 19
    (_, letter), *others = store.letters()
    assert others == []
    assert (letter.payload, letter.reason) == (
        f"readings,channel=power,device=plug-1 value=13.0 {T0 + 13}".encode(),
        "field type conflict",
    )


def undo(store, *points):
    store.write(Batch(undone=[Reading("plug-1", "power", value, "W", T0 + at, True) for at, value in points]))


def test_what_is_taken_back_here_is_taken_back_there_and_its_neighbours_stay(store, spool, drainer, door):
    hear(store, (0, 5.0), (0, 7.0), (0, "on"), (500, 8.0), (10_000, 9.0), (20_000, 10.0))
    hear(store, (0, 1.0), channel="it's")
    drain(drainer, spool)
    undo(store, (0, 5.0), (10_000, 9.0))
    door.away = True
    with pytest.raises(Away):
        drainer.turn(spool)
    door.away = False

    drain(drainer, spool)

    power = "SELECT \"value\" FROM readings WHERE channel = 'power'"
    assert door.query(power) == [[T0, 7.0], [T0 + 500, 8.0], [T0 + 20_000, 10.0]]
    assert door.query(TEXTS) == [[T0, "on"]]
    assert len(door.query(NUMBERS)) == 4
    assert spool.recalls(9) == []


def test_what_a_server_can_not_take_back_is_a_dead_letter_that_says_how_to(store, spool, drainer, door, path):
    hear(store, (0, 5.0))
    drain(drainer, spool)
    undo(store, (0, 5.0))
    hear(store, (0, 6.0))
    door.deletes = False

    drain(drainer, spool)

    ((_, letter),) = store.letters()
    assert letter.reason == "readings that were taken back stay on the server: HTTP 405 no such method"
    assert letter.payload.startswith(
        b"DELETE FROM \"readings\" WHERE device = 'plug-1' AND channel = 'power'"
    )
    assert door.query(NUMBERS) == [[T0, 6.0]]
    assert left(path) == (0, 0)


def test_without_a_server_nothing_is_to_be_taken_back_there(store, spool):
    hear(store, (0, 5.0))
    store.spool("")
    undo(store, (0, 5.0))

    assert spool.recalls(9) == []


def test_a_server_that_wants_less_at_once_gets_less(store, spool, drainer, door):
    hear(store, *((second, float(second)) for second in range(30)))
    door.largest = 8

    drain(drainer, spool)

    assert len(door.query(NUMBERS)) == 30
    assert max(door.sizes[1:]) < 30
    assert store.letters() == []


def test_what_the_server_would_throw_away_at_once_counts_as_taken(store, spool, drainer, door, path):
    hear(store, (0, 1.0))
    door.faults = [(422, "partial write: points beyond retention policy dropped=1")]

    drain(drainer, spool)

    assert (left(path), store.letters()) == ((0, 0), [])


def test_nobody_there_is_no_reason_to_forget(store, spool, path):
    hear(store, (0, 1.0))

    with pytest.raises(Away, match="ConnectionRefused"):
        Drainer(path, Server("http://127.0.0.1:9", bucket="lab")).turn(spool)

    assert left(path) == (1, 1)


def test_what_is_still_to_go_is_kept_beyond_its_days(store, spool, drainer, path):
    hear(store, (0, 1.0))
    terms = Terms(1, 0, 0)

    store.tidy(T0 + 3 * DAY, terms=terms, budget=10)
    kept = len(spool.take(10).rows)
    drain(drainer, spool)
    store.tidy(T0 + 4 * DAY, terms=terms, budget=10)
    hear(store, (0, 1.0))

    assert (kept, left(path)) == (1, (1, 1))  # heard anew: it had gone


def test_without_a_server_nothing_waits(store, path):
    hear(store, (0, 1.0))
    store.spool("")
    hear(store, (1, 2.0))

    assert left(path) == (0, 0)


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
values = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)

points = st.dictionaries(st.integers(0, 99), values, min_size=1, max_size=3)


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(texts, st.dictionaries(st.integers(0, 99), values, min_size=1, max_size=3), max_size=3)
)
def test_names_and_values_arrive_whatever_they_hold(influx, channels):
    influx.renew()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "telemetry.sqlite3"
        store = Store(path)
        store.spool("here")
        for channel, points in channels.items():
            hear(store, *((at * 1000, value) for at, value in points.items()), channel=channel)
        drain(Drainer(path, Server(influx.url, bucket=influx.bucket)), Spool(connect(path, patience=1)))
        letters = store.letters()
        store.close()

    numbers = influx.query('SELECT channel, "value" FROM readings')
    arrived = [(channel, at - T0, float(value)) for at, channel, value in numbers]
    words = influx.query('SELECT channel, "text" FROM texts')
    arrived += [(channel, at - T0, text) for at, channel, text in words]
    assert letters == []
    assert set(arrived) == {
        (name(channel), at * 1000, value)
        for channel, points in channels.items()
        for at, value in points.items()
    }
