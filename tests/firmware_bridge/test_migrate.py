"""History goes to InfluxDB once, wherever it was interrupted."""

import io
import os
import subprocess
import sys

import pytest

from firmware_bridge import migrate as migrating
from firmware_bridge.migrate import Bar, Progress, migrate
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.influx import Away, Server
from tests.processes import ROOT
from tests.servers_influx import influx_server

T0 = 1_790_000_000 * 10**9
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


def test_the_command_sends_it(path, door, tmp_path):
    environ = os.environ | {
        "ETABLI_STATE": str(tmp_path),
        "INFLUX_URL": door.url,
        "INFLUX_BUCKET": door.bucket,
        "DJANGO_SETTINGS_MODULE": "lab.settings",
    }
    command = [sys.executable, "-m", "lab", "telemetry-migrate"]

    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "50 readings are on the server, 0 of them refused\n")
    assert counted(door) == 50
