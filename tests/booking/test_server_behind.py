"""A manager sees when InfluxDB takes nothing, and /metrics counts what waits."""

import time

import pytest
from django.conf import settings

from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.spool import Spool
from lab.telemetry import Influx, Past
from tests import factories

pytestmark = pytest.mark.django_db
SOME = Past(30, 366, 0, Influx("http://127.0.0.1:9", "lab"))


@pytest.fixture
def spool(monkeypatch, tmp_path):
    """A store of which InfluxDB is to get one reading of long ago."""
    path = tmp_path / "telemetry.sqlite3"
    monkeypatch.setattr("devices.queries.store", lambda: path)
    monkeypatch.setattr("devices.templatetags.devices_ui.store", lambda: path)
    monkeypatch.setattr(settings, "PAST", SOME)
    store = Store(path)
    store.spool("here")
    store.write(Batch(readings=[[Reading("plug-1", "power", 1.0, "W", 1_790_000_000 * 10**9, True)]]))
    yield Spool(connect(path, patience=1))
    store.close()


@pytest.fixture
def manager(client):
    client.force_login(factories.manager("carol", language="en"))
    return client


def test_the_dashboard_says_that_influxdb_takes_nothing_and_why(manager, spool):
    spool.tell("HTTP 503 away", time.time_ns())

    page = manager.get("/dashboard/").content.decode()

    assert "InfluxDB takes nothing since" in page
    assert "1 reading waits" in page
    assert "HTTP 503 away" in page


def test_the_dashboard_says_nothing_when_all_is_well(manager, spool):
    spool.left_behind(spool.take(10).upto, [])

    assert "server-behind" not in manager.get("/dashboard/").content.decode()


def test_without_influxdb_nobody_speaks_of_it(manager, spool, monkeypatch):
    monkeypatch.setattr(settings, "PAST", Past(30, 366, 0))

    assert "server-behind" not in manager.get("/dashboard/").content.decode()
    assert "etabli_influx" not in manager.get("/metrics").content.decode()


def test_metrics_count_what_waits_and_for_how_long(manager, spool):
    spool.tell("HTTP 503 away", time.time_ns())

    lines = dict(line.rsplit(" ", 1) for line in manager.get("/metrics").content.decode().splitlines())

    assert (lines["etabli_influx_waiting"], lines["etabli_influx_up"]) == ("1", "0")
    assert float(lines["etabli_influx_behind_seconds"]) > 0
