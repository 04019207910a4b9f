"""How an embedded broker ends, comes back, and keeps sessions apart."""

import os
import signal
import socket
from contextlib import suppress

import psutil
import pytest

from tests.devices.brokers import Broker
from tests.processes import eventually
from tests.servers import wait_for_port


@pytest.mark.server("mosquitto")
def test_mosquitto_keeps_what_is_retained_over_a_restart(tmp_path):
    broker = Broker("mosquitto", tmp_path)
    for said in (True, False):
        with broker.run() as one:
            wait_for_port(broker.port)
            if said:
                broker.client("door-1").say("fablab/v1/door-1/status", "online", retain=True)
            else:
                bridge = broker.client("bridge").listen("fablab/v1/#")
                assert bridge.next() == ("fablab/v1/door-1/status", b"online")
            one.send(signal.SIGTERM)
            assert one.end() == 0


@pytest.mark.server("mosquitto")
def test_when_mosquitto_dies_it_begins_again_and_when_it_dies_at_once_the_command_says_so(tmp_path):
    broker = Broker("mosquitto", tmp_path)
    with broker.run() as one:
        wait_for_port(broker.port)
        broker.client("door-1").say("fablab/v1/door-1/status", "online", retain=True)
        first = killed(one)

        again = eventually(lambda: [child.pid for child in one.family()[1:] if child.pid != first])
        wait_for_port(broker.port)

        assert again
        assert broker.client("door-1").welcome

        killed(one)
        eventually(lambda: over(one))

        assert one.end() != 0


def over(one):
    """Has it given up? On a slow machine the life before was no short one, and it begins once more."""
    for child in one.family()[1:]:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    return one.process.poll() is not None


def killed(one):
    pid = eventually(lambda: [child.pid for child in one.family()[1:]])[0]
    os.kill(pid, signal.SIGKILL)
    return pid


def test_in_amqtt_another_account_s_session_can_not_be_taken(tmp_path):
    broker = Broker("amqtt", tmp_path)
    with broker.run():
        wait_for_port(broker.port)
        bridge = broker.client("bridge", client_id="etabli-doors", clean=False).listen("fablab/v1/#")

        assert not broker.client("door-1", client_id="etabli-doors", clean=False).welcome
        assert bridge.lost.empty()


def test_a_silent_connection_is_ended_by_amqtt_and_its_last_will_is_sent(tmp_path):
    broker = Broker("amqtt", tmp_path)
    with broker.run():
        wait_for_port(broker.port)
        bridge = broker.client("bridge").listen("fablab/v1/#")
        with socket.create_connection(("127.0.0.1", broker.port)) as device:
            device.sendall(connect("door-1", keepalive=1, will=("fablab/v1/door-1/status", "offline")))

            assert bridge.next() == ("fablab/v1/door-1/status", b"offline")


def connect(name, *, keepalive, will):
    """A CONNECT packet of MQTT 3.1.1, its password the name."""
    body = text("MQTT") + bytes([4, 0b11000110, 0, keepalive])
    body += b"".join(map(text, [name, *will, name, name]))
    return bytes([0x10, len(body)]) + body


def text(word):
    return len(word).to_bytes(2, "big") + word.encode()
