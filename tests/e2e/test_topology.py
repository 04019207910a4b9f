"""The topology of docker-compose.yml, started from Debian's own programs on this machine."""

import json
import re
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import paho.mqtt.client as paho
import pytest
import yaml

from tests.processes import eventually, running
from tests.servers import free_port, wait_for_port
from tests.servers_postgres import postgres_server

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text())
ENV = {
    "POSTGRES_PASSWORD": "secret",
    "MQTT_PASSWORD": "correct-horse-battery",
    "ETABLI_ADMIN": "alice",
    "ETABLI_ADMIN_PASSWORD": "a password of Alice",
}

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)\}")


def _value(found):
    return ENV.get(found[1]) or found[2]


class Topology:
    """The services of the file, each with its own command and environment, but on free local ports."""

    def __init__(self, database, state):
        self.database, self.state = database, state
        self.web, self.mqtt = free_port(), free_port()

    def service(self, name):
        wanted = COMPOSE["services"][name]
        command = [word.replace("8000", str(self.web)) for word in wanted["command"]]
        return running(sys.executable, *command[1:], **self.environ(wanted["environment"]))

    def environ(self, wanted):
        values = {key: VARIABLE.sub(_value, text) for key, text in wanted.items()}
        return {
            **values,
            "DATABASE_URL": self.database,
            "MQTT_URL": values["MQTT_URL"].replace("@broker:1883", f"@127.0.0.1:{self.mqtt}"),
            "MQTT_PORT": str(self.mqtt),
            "ETABLI_BIND": "127.0.0.1",
            "ETABLI_STATE": str(self.state),
        }

    def health(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web}/healthz", timeout=30) as answer:
                return json.load(answer)
        except OSError:
            return {}

    def pictures(self):
        """Which halves of the bridge say on the bus that they are up."""
        up = set()
        client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        client.username_pw_set("bridge", ENV["MQTT_PASSWORD"])
        client.on_message = lambda _c, _u, message: (
            json.loads(message.payload)["up"] and up.add(message.topic)
        )
        client.connect("127.0.0.1", self.mqtt)
        client.subscribe("etabli/live/system/#")
        for _ in range(20):
            client.loop(0.05)
        client.disconnect()
        return up


@pytest.mark.server("mosquitto")
@pytest.mark.server("postgresql")
def test_the_composed_lab_comes_up_on_postgresql_and_mosquitto(tmp_path):
    with postgres_server() as database, ExitStack() as stack:
        topology = Topology(database, tmp_path / "state")
        with topology.service("prepare") as prepare:
            assert prepare.end(240) == 0
            assert prepare.text == "The first administrator is alice.\n"
        stack.enter_context(topology.service("broker"))
        wait_for_port(topology.mqtt)
        for name in ("doors", "telemetry", "web", "worker"):
            stack.enter_context(topology.service(name))

        eventually(lambda: topology.health().get("status") == "ok")
        eventually(
            lambda: topology.pictures() == {"etabli/live/system/doors", "etabli/live/system/telemetry"}
        )

        with topology.service("prepare") as again:
            assert again.end(240) == 0
            assert again.text == ""
