"""Home Assistant finds the resources on a real broker while the lab wants that, and then no more."""

import json
from dataclasses import replace

import paho.mqtt.client as mqtt
import pytest
from django.conf import settings

from booking.models import Policy
from booking.sweeps import HomeAssistant
from devices.broker.accounts import Account
from devices.broker.acl import render
from devices.models import Channel
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from lab import bus
from lab.config import Broker
from tests import factories
from tests.factories import NOW
from tests.processes import eventually
from tests.servers import mosquitto_server

ACCOUNTS = {"bridge": "secret", "home": "assistant"}
RIGHTS = render([Account("bridge", "", service=True), Account("home", "", profile="home-assistant")])


@pytest.fixture
def broker(monkeypatch, tmp_path):
    with mosquitto_server(accounts=ACCOUNTS, acl=RIGHTS) as server:
        mine = Broker("127.0.0.1", server.port, "bridge", "secret")
        monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, broker=mine, state=tmp_path))
        monkeypatch.setattr(bus, "_clients", {})
        yield server
        for client in bus._clients.values():
            client.disconnect()
            client.loop_stop()


class Home:
    """What an account of Home Assistant's profile is told, by topic."""

    def __init__(self, port: int) -> None:
        self.told: dict[str, bytes] = {}
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.username_pw_set("home", ACCOUNTS["home"])
        self.client.on_connect = lambda client, *_: client.subscribe(
            [("homeassistant/#", 0), ("etabli/#", 0)]
        )
        self.client.on_message = lambda _client, _data, message: self.told.update(
            {message.topic: message.payload}
        )
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def state(self, slug: str) -> dict:
        payload = self.told.get(f"etabli/home/{slug}")
        return json.loads(payload) if payload else {}

    def found(self) -> set[str]:
        return {
            topic.split("/")[2]
            for topic, payload in self.told.items()
            if topic.endswith("config") and payload
        }


@pytest.fixture
def home(broker):
    listening = Home(broker.port)
    yield listening
    listening.close()


def want(on: bool) -> None:
    policy = Policy.current()
    policy.home_assistant = on
    policy.save()


@pytest.mark.server("mosquitto")
@pytest.mark.django_db
def test_resources_come_and_go(broker, home, tmp_path):
    laser = factories.resource("laser-1")
    factories.resource("desk-1")
    Channel.objects.create(device=factories.device("meter-1", resource=laser), key="power", unit="W")
    store = Store(tmp_path / "telemetry.sqlite3")
    store.write(
        Batch(readings=[[Reading("meter-1", "power", 132.5, "W", int(NOW.timestamp()) * 10**9, True)]])
    )
    store.close()
    sweep = HomeAssistant()
    bus.is_up(patience=30)

    sweep.sweep(now=NOW)
    assert home.found() == set()  # nobody asked for it

    want(True)
    sweep.sweep(now=NOW)
    eventually(lambda: home.found() == {"etabli_laser-1", "etabli_desk-1"} and home.state("desk-1"))
    eventually(lambda: home.state("laser-1").get("power") == 132.5)
    assert home.state("desk-1")["power"] is None
    assert sweep.sweep(now=NOW) == 0  # nothing is new

    bus.publish("resource", "laser-1", {"private": {"user": "Alice"}})
    laser.listed = False
    laser.save()
    HomeAssistant().sweep(now=NOW)  # another process, which knows only what the broker keeps
    eventually(lambda: home.found() == {"etabli_desk-1"} and not home.told["etabli/home/laser-1"])

    want(False)
    HomeAssistant().sweep(now=NOW)
    eventually(lambda: home.found() == set())
    assert not any(topic.startswith("etabli/live") for topic in home.told)  # names stand there
