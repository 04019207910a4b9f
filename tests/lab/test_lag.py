"""Telemetry that is stuck or behind is seen by whoever looks: `/healthz`, `/metrics`, the dashboard."""

import json
import sqlite3
import time
from dataclasses import replace

import pytest
from django.test import Client

from lab.config import Broker
from lab.hub import hub
from tests import factories
from tests.processes import eventually
from tests.servers import free_port, mosquitto_server

pytestmark = pytest.mark.django_db
FULL = "database or disk is full"


@pytest.fixture
def say():
    """What telemetry tells the bus."""

    def tell(**facts):
        told = {"up": True, "at": time.time(), "received": 12, "stuck_since": None, "behind_since": None}
        hub.receive("system/telemetry", json.dumps(told | facts).encode())

    yield tell
    hub.receive("system/telemetry", b"")


@pytest.fixture
def manager(client):
    client.force_login(factories.manager("carol", language="en"))
    return client


def metrics(manager):
    lines = manager.get("/metrics").content.decode().splitlines()
    return {
        name: float(value) for name, value in (line.split() for line in lines if "telemetry_" in line[:19])
    }


def test_a_store_that_takes_nothing_is_on_the_dashboard_and_in_the_metrics(manager, say):
    say(stuck_since=time.time() - 120, trouble=FULL)

    page, found = manager.get("/dashboard/").content.decode(), metrics(manager)

    assert "No reading is stored since" in page
    assert FULL in page
    assert found["etabli_telemetry_up"] == 1
    assert found["etabli_telemetry_messages_total"] == 12
    assert 120 <= found["etabli_telemetry_stuck_seconds"] < 240
    assert 120 <= found["etabli_telemetry_behind_seconds"] < 240


@pytest.mark.parametrize(("hours", "shown"), [(1, True), (25, False)])
def test_what_the_broker_dropped_is_told_for_a_day_and_always_counted(manager, say, hours, shown):
    say(lost=7, lost_at=time.time() - 3600 * hours)

    page, found = manager.get("/dashboard/").content.decode(), manager.get("/metrics").content.decode()

    assert ("The broker dropped 7 messages" in page) is shown
    assert "etabli_broker_dropped_total 7" in found


@pytest.mark.parametrize(("ago", "shown"), [(5, False), (300, True)])
def test_catching_up_is_told_once_it_takes_long(manager, say, ago, shown):
    say(behind_since=time.time() - ago)

    assert (
        "Readings come faster than they are stored" in manager.get("/dashboard/").content.decode()
    ) is shown
    assert ago <= metrics(manager)["etabli_telemetry_behind_seconds"] < ago + 100
    assert metrics(manager)["etabli_telemetry_stuck_seconds"] == 0


def test_when_all_is_well_or_nobody_tells_the_dashboard_says_nothing(manager, say):
    assert "telemetry-behind" not in manager.get("/dashboard/").content.decode()
    say()
    assert "telemetry-behind" not in manager.get("/dashboard/").content.decode()


@pytest.mark.server("mosquitto")
def test_healthz_names_a_store_that_takes_nothing(say, settings, tmp_path):
    with sqlite3.connect(tmp_path / "telemetry.sqlite3") as store:
        store.execute("CREATE TABLE reading (at)")
    with mosquitto_server() as server:
        broker = Broker(server.host, server.port, "bridge", "bridge")
        settings.CONFIG = replace(settings.CONFIG, state=tmp_path, broker=broker)
        say()
        well = eventually(lambda: (answer := Client().get("/healthz")).status_code == 200 and answer)
        say(stuck_since=time.time() - 120, trouble=FULL)
        stuck = Client().get("/healthz")

    assert well.json()["lag"] == 0.0
    assert stuck.status_code == 503
    assert stuck.json()["checks"]["telemetry"].endswith(FULL)
    assert stuck.json()["lag"] >= 120


def test_without_a_broker_nobody_knows_how_far_telemetry_is(say, settings, tmp_path):
    settings.CONFIG = replace(settings.CONFIG, broker=Broker("127.0.0.1", free_port(), "bridge", "bridge"))
    say()

    assert Client().get("/healthz").json()["lag"] is None
