"""`/healthz` names what does not answer."""

import socket
import sqlite3
from dataclasses import replace

import pytest
from django.test import Client

from lab.config import Broker
from tests.processes import eventually
from tests.servers import free_port, mosquitto_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def state(settings, tmp_path):
    settings.CONFIG = replace(
        settings.CONFIG, state=tmp_path, broker=Broker("127.0.0.1", free_port(), "bridge", "bridge")
    )
    return tmp_path


def ask() -> tuple[int, dict[str, str]]:
    response = Client().get("/healthz")
    return response.status_code, response.json()["checks"]


def test_what_is_missing_is_named(state):
    status, checks = ask()

    assert status == 503
    assert checks["database"] == "ok"
    assert checks["broker"] != "ok"
    assert checks["telemetry"] != "ok"
    assert not list(state.iterdir())  # to ask is not to make


@pytest.mark.server("mosquitto")
def test_all_is_well_when_everything_answers(state, settings):
    with sqlite3.connect(state / "telemetry.sqlite3") as store:
        store.execute("CREATE TABLE reading (at)")
    with mosquitto_server() as server:
        broker = Broker(server.host, server.port, "bridge", "bridge")
        settings.CONFIG = replace(settings.CONFIG, broker=broker)

        # A broker is given a second, which a busy machine may not have.
        eventually(lambda: ask() == (200, {"database": "ok", "broker": "ok", "telemetry": "ok"}))


def test_a_broker_that_listens_but_does_not_answer_is_named(state, settings):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        settings.CONFIG = replace(settings.CONFIG, broker=Broker("127.0.0.1", port, "bridge", "bridge"))

        assert ask()[1]["broker"] == "TimeoutError"


@pytest.mark.server("mosquitto")
def test_a_broker_that_does_not_let_us_in_is_named(state, settings):
    with mosquitto_server(accounts={"bridge": "secret"}) as server:
        broker = Broker(server.host, server.port, "bridge", "wrong")
        settings.CONFIG = replace(settings.CONFIG, broker=broker)

        eventually(lambda: ask()[1]["broker"] == "PermissionError")
