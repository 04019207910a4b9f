"""A link that also waits for something else, and that has a last will of its own."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from firmware_bridge.links.dialling import Server
from firmware_bridge.links.mqtt import Link
from tests.firmware_bridge.bridges import Client
from tests.processes import ROOT, eventually
from tests.servers import free_port, mosquitto_server

STATUS = "fablab/v1/door-1/status"
GATEWAY = """
import sys
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


def waits(link, idle=5.0) -> float:
    began = time.monotonic()
    assert link.gather(idle=idle) == []
    return time.monotonic() - began


def test_an_alarm_ends_the_wait(server):
    alarm, trigger = os.pipe()
    link = link_to(server.port, alarm)
    eventually(lambda: link.gather(idle=0.1) == [] and link.connected)
    threading.Timer(0.2, os.write, (trigger, b"!")).start()

    assert link.fileno() is not None
    assert waits(link) < 2
    assert link.connected


def test_an_alarm_ends_the_wait_without_a_broker_too():
    alarm, trigger = os.pipe()
    os.write(trigger, b"!")
    link = link_to(free_port(), alarm)
    waits(link)

    assert link.fileno() is None
    assert waits(link) < 2


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
