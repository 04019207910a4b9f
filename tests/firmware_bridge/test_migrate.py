"""History goes to InfluxDB once, wherever it was interrupted."""

import io
import os
import subprocess
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime

import pytest

from devices import history
from firmware_bridge import migrate as migrating
from firmware_bridge.migrate import Bar, Progress, migrate
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.drain import Drainer
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.influx import Away, Server
from firmware_bridge.sinks.keeping import Terms
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.spool import Spool
from lab.telemetry import Influx
from tests.processes import ROOT
from tests.servers_influx import influx_server

T0 = 1_790_000_000 * 10**9
OLD, DAY = 1_789_948_800 * 10**9, 86_400 * 10**9
COUNT = "SELECT count(value) FROM readings"


@pytest.fixture(scope="module")
def influx():
    with influx_server() as door:
        yield door


@pytest.fixture
def door(influx):
    influx.renew()
    return influx


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Two channels of 25 readings, three of each at one instant; ten go at once."""
    monkeypatch.setattr(migrating, "MOST", 10)
    monkeypatch.setattr(migrating, "FIRST_WAIT", 0)
    store = Store(tmp_path / "telemetry.sqlite3")
    for channel in ("power", "energy"):
        points = [(T0 + 1000 * (number // 3), float(number)) for number in range(25)]
        store.write(Batch(readings=[[Reading("plug-1", channel, v, "W", at, True)] for at, v in points]))
    store.close()
    return tmp_path / "telemetry.sqlite3"


@pytest.fixture
def old(tmp_path):
    """Three days from before there was a server: of the first, hours are left, of the second, minutes."""
    store = Store(tmp_path / "old.sqlite3")
    store.spool("")
    points = [(day * 86_400 + minute * 60 + second, 7.0 * day + minute % 13 + second) for day in range(3)
              for minute in range(1440) for second in (0, 20)]  # fmt: skip
    told = [*points, (30, "on"), (86_430, "off")]
    readings = [Reading("plug-1", "power", value, "W", OLD + at * 10**9, True) for at, value in told]
    store.write(Batch(readings=[readings]))
    while store.tidy(OLD + 3 * DAY, terms=Terms(1, 2, 0), budget=10):
        pass
    store.close()
    return tmp_path / "old.sqlite3"


STEPS = (2592, 600, 60, 45, 3600, 86_400)  # those of a chart divide no hour


def charts(path, server):
    """Each step is told in full, or as far as the store still knows it."""
    asked = {"device": "plug-1", "channel": "power", "start": moment(OLD), "end": moment(OLD + 3 * DAY)}
    return [history.readings(path, **asked, step=step, beyond=server).points for step in STEPS]


def moment(ns):
    return datetime.fromtimestamp(ns / 10**9, UTC)


def test_charts_are_the_same_before_and_after_the_switch_and_the_journey(old, door):
    before, server = charts(old, None), Influx(door.url, door.bucket)
    with closing(Store(old)) as store:
        store.spool("here")
    switched = charts(old, server)

    done = go(old, door)

    assert (done.done, done.refused, done.cells) == (2880, 0, 24 + 1440)
    assert (switched, charts(old, server)) == (before, before)
    with closing(Store(old)) as store:
        assert store.unsent() == []


def test_a_store_that_is_lost_after_the_journey_loses_nothing(old, door, tmp_path):
    before = charts(old, None)

    go(old, door)

    assert charts(tmp_path / "none.sqlite3", Influx(door.url, door.bucket)) == before


def test_minutes_and_hours_go_on_where_they_were_interrupted(old, door, monkeypatch):
    monkeypatch.setattr(migrating, "MOST", 100)
    monkeypatch.setattr(migrating, "FIRST_WAIT", 0)
    before = charts(old, None)
    door.faults = [(503, "away")] * migrating.TRIES
    while door.faults or not door.lines:
        with suppress(Away):
            go(old, door)

    assert go(old, door).done == 2880
    assert charts(old, Influx(door.url, door.bucket)) == before


def test_what_the_server_was_told_while_it_happened_is_not_told_by_minutes_too(tmp_path, door):
    path = tmp_path / "fed.sqlite3"
    with closing(Store(path)) as store:
        store.spool("here")
        store.write(Batch(readings=[[Reading("plug-1", "power", 5.0, "W", OLD, True)]]))
        with closing(connect(path, patience=1)) as db:
            spool = Spool(db)
            while Drainer(path, Server(door.url, bucket=door.bucket)).turn(spool):
                pass
        while store.tidy(OLD + 3 * DAY, terms=Terms(1, 2, 0), budget=10):
            pass

    assert go(path, door).cells == 0


def test_another_server_knows_nothing_of_what_was_before(old):
    with closing(Store(old)) as store:
        first = store.unsent()[0][0]
        store.spool("here")
        store.spool("there")

        assert [since for since, _ in store.unsent()] == [first]
        store.spool("")
        store.spool("there")
        assert len(store.unsent()) == 2
    assert first == OLD


def go(path, door, tell=lambda progress: None):
    return migrate(path, Server(door.url, bucket=door.bucket), name="here", tell=tell)


def counted(door):
    return sum(row[1] for row in door.query(COUNT))


def test_all_that_the_store_has_arrives(path, door):
    done = go(path, door)

    assert (done.total, done.done, done.refused, counted(door)) == (50, 50, 0, 50)


def test_it_goes_on_where_it_was_interrupted(path, door):
    door.faults = [(204, ""), *[(503, "away")] * migrating.TRIES]
    with pytest.raises(Away):
        go(path, door)
    before, first = door.lines, len(door.sizes)

    done = go(path, door)

    assert (done.done, before) == (50, 0)
    assert sum(door.sizes[first:]) < 50  # what the door let pass for taken was not told again
    assert counted(door) == sum(door.sizes[first:])


def test_twice_is_as_good_as_once(path, door):
    go(path, door)
    sent = door.lines

    assert (go(path, door).done, door.lines, counted(door)) == (50, sent, 50)


def test_a_reading_that_is_refused_is_a_dead_letter(path, door):
    door.forbidden = "value=13.0 "

    assert go(path, door).refused == 2
    assert counted(door) == 48


def test_the_bar_grows(path, door):
    out = io.StringIO()

    go(path, door, Bar(out))

    assert out.getvalue().splitlines()[-1].startswith("[##############################] 100% 50 readings, ")


def test_an_empty_store_is_done_at_once():
    out = io.StringIO()

    Bar(out)(Progress(0))

    assert "100%" in out.getvalue()


def test_the_command_sends_it_and_again_what_came_late_for_a_time_that_had_gone(path, door, tmp_path):
    go(path, door)
    store = Store(path)  # without a server
    store.write(Batch(readings=[[Reading("plug-1", "power", 99.0, "W", T0 + 500, True)]]))
    store.close()
    assert (go(path, door).done, counted(door)) == (51, 50)
    environ = os.environ | {
        "ETABLI_STATE": str(tmp_path),
        "INFLUX_URL": door.url,
        "INFLUX_BUCKET": door.bucket,
        "DJANGO_SETTINGS_MODULE": "lab.settings",
    }
    command = [sys.executable, "-m", "lab", "telemetry-migrate", "--again"]

    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "51 readings are on the server, 0 of them refused\n")
    assert counted(door) == 51


def test_without_a_server_the_command_says_one_line(tmp_path):
    environ = os.environ | {"ETABLI_STATE": str(tmp_path), "DJANGO_SETTINGS_MODULE": "lab.settings"}
    environ.pop("INFLUX_URL", None)

    done = subprocess.run(
        [sys.executable, "-m", "lab", "telemetry-migrate"],
        env=environ, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (1, "INFLUX_URL and INFLUX_BUCKET must name the server\n")
