"""The doors' process while there is no broker."""

import time

import pytest

from firmware_bridge.dispatch import TOPICS, Doors
from firmware_bridge.links.dialling import Server
from firmware_bridge.links.mqtt import Link
from firmware_bridge.sinks.embedded import Store
from tests.booking.readers import TERMS
from tests.servers import free_port

pytestmark = pytest.mark.django_db


def test_without_a_broker_the_doors_rest(tmp_path):
    link = Link(
        Server("127.0.0.1", free_port()),
        client_id="doors",
        topics=TOPICS["doors"],
        announce_on="up",
        announce=bytes,
    )
    store = tmp_path / "telemetry.sqlite3"
    doors = Doors(
        link=link, store=lambda: Store(store), readings=lambda: store, terms=TERMS, hear=lambda _epoch: None
    )

    steps, until = 0, time.monotonic() + 1
    while time.monotonic() < until:
        doors.step()
        steps += 1

    assert steps < 20
