"""A link that also waits for something else, and that has a last will of its own."""

import os
import select
import signal
import subprocess
import sys
import threading

import pytest

from firmware_bridge.links import mqtt
from firmware_bridge.links.dialling import Server
from firmware_bridge.links.mqtt import Link
from tests.firmware_bridge.bridges import Client
from tests.processes import ROOT, eventually
from tests.servers import free_port, mosquitto_server

STATUS = "fablab/v1/door-1/status"
GATEWAY = """
import sys
from firmware_bridge.links import mqtt
from firmware_bridge.links.dialling import Server
from firmware_bridge.links.mqtt import Link
link = Link(Server("127.0.0.1", int(sys.argv[1]), "bridge", "secret"), client_id="etabli-test",
            topics=("x",), announce_on=sys.argv[2], announce=lambda: b"online", down=b"offline")
while True:
    link.gather(idle=0.1)
"""


@pytest.fixture
def server():
    with mosquitto_server(accounts={"bridge": "secret", "device": "secret"}) as running:
        yield running


def link_to(port, alarm):
    link = Link(
        Server("127.0.0.1", port, "bridge", "secret"),
        client_id="etabli-test",
        topics=("x",),
        announce_on=STATUS,
        announce=lambda: b"online",
        down=b"offline",
    )
    link.alarms = (alarm,)
    return link


@pytest.fixture
def woken(monkeypatch):
    """What ended each wait of a link."""
    ends, wait = [], select.select

    def watched(*sources):
        found = wait(*sources)
        ends.append(found[0])
        return found

    monkeypatch.setattr(mqtt.select, "select", watched)
    return ends


def test_an_alarm_ends_the_wait(server, woken):
    alarm, trigger = os.pipe()
    link = link_to(server.port, alarm)
    eventually(lambda: link.gather(idle=0.1) == [] and link.connected and woken[-1:] == [[]])
    threading.Timer(0.2, os.write, (trigger, b"!")).start()

    assert link.fileno() is not None
    eventually(lambda: link.gather(idle=0.5) == [] and woken[-1] == [alarm])
    assert link.connected


def test_an_alarm_ends_the_wait_without_a_broker_too(woken):
    alarm, trigger = os.pipe()
    os.write(trigger, b"!")
    link = link_to(free_port(), alarm)

    assert eventually(lambda: link.gather(idle=5) == [] and woken[-1:]) == [[alarm]]
    assert link.fileno() is None


def test_a_dead_gateway_leaves_its_devices_offline(server):
    client = Client(server, (STATUS,))
    command = [sys.executable, "-c", GATEWAY, str(server.port), STATUS]
    gateway = subprocess.Popen(command, cwd=ROOT)
    try:
        assert client.heard.get(timeout=60)[1] == b"online"
    finally:
        gateway.send_signal(signal.SIGKILL)
        gateway.wait(60)

    assert client.heard.get(timeout=60)[1] == b"offline"
    client.close()
