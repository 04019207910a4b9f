"""Both embedded brokers, real, on accounts that change while they run."""

import socket
import statistics
import time
from dataclasses import replace

import pytest

from devices.broker.accounts import Account
from devices.broker.conf import MOST_PACKET
from devices.credentials import hash_password
from tests.devices.brokers import BRIDGE, DOOR, LAMP, PATIENCE, PLUG, Broker
from tests.processes import eventually
from tests.servers import wait_for_port

ENGINES = [pytest.param("mosquitto", marks=pytest.mark.server("mosquitto")), "amqtt"]


@pytest.fixture(scope="module", params=ENGINES)
def broker(request, tmp_path_factory):
    one = Broker(request.param, tmp_path_factory.mktemp("broker"))
    with one.run():
        wait_for_port(one.port)
        yield one


@pytest.fixture
def afterwards_as_before(broker):
    yield
    broker.know(BRIDGE, DOOR, LAMP, PLUG)
    eventually(lambda: broker.client("door-1").welcome)


def test_only_the_right_password_is_welcome(broker):
    assert broker.client("door-1").welcome
    assert not broker.client("door-1", password="lamp-1").welcome
    assert not broker.client("stranger").welcome


def test_a_device_is_heard_below_its_own_name_only(broker):
    bridge = broker.client("bridge").listen("fablab/v1/#", "tele/#")
    door, plug = broker.client("door-1"), broker.client("plug-1")

    door.say("fablab/v1/lamp-1/status", "forged")
    door.say("tele/plug-1/SENSOR", "forged")
    plug.say("tele/plug-1/SENSOR", "{}")
    door.say("fablab/v1/door-1/status", "online")

    assert sorted([bridge.next(), bridge.next()]) == [
        ("fablab/v1/door-1/status", b"online"),
        ("tele/plug-1/SENSOR", b"{}"),
    ]
    assert bridge.heard.empty()


def test_a_device_hears_what_is_below_its_own_name_only(broker):
    bridge = broker.client("bridge")
    bridge.say("fablab/v1/lamp-1/allowlist", "kept for the lamp", retain=True)
    bridge.say("etabli/live/zone/fablab", "kept for the pages", retain=True)
    watcher = broker.client("bridge").listen("fablab/v1/#", "etabli/live/#")  # makes amqtt offer it to others
    door = broker.client("door-1")

    door.listen("#", "fablab/v1/+/command", "fablab/v1/door-1/#")
    bridge.say("fablab/v1/lamp-1/command", "to the lamp")
    bridge.say("fablab/v1/door-1/command", "to the door")

    assert watcher.next()
    assert door.next() == ("fablab/v1/door-1/command", b"to the door")
    assert {topic for topic, _ in list(door.heard.queue)} <= {"fablab/v1/door-1/command"}
    bridge.say("fablab/v1/lamp-1/allowlist", "", retain=True)
    bridge.say("etabli/live/zone/fablab", "", retain=True)


def test_a_last_will_is_bound_to_the_device_s_own_name(broker):
    bridge = broker.client("bridge").listen("fablab/v1/#")
    broker.client("door-1", will=("fablab/v1/lamp-1/status", "offline")).vanish()
    broker.client("door-1", will=("fablab/v1/door-1/status", "offline")).vanish()

    assert bridge.next() == ("fablab/v1/door-1/status", b"offline")
    assert bridge.heard.empty()


@pytest.mark.usefixtures("afterwards_as_before")
def test_a_revoked_device_is_put_out_and_stays_out(broker):
    door, lamp = broker.client("door-1"), broker.client("lamp-1")

    broker.know(BRIDGE, LAMP, PLUG)

    assert door.lost.get(timeout=PATIENCE)
    assert not broker.client("door-1").welcome
    assert lamp.lost.empty()


@pytest.mark.usefixtures("afterwards_as_before")
def test_a_new_device_and_a_new_password_are_known_without_a_restart(broker):
    reader = Account("reader-1", hash_password("reader-1", iterations=1))
    door = Account("door-1", hash_password("new", iterations=1))

    broker.know(BRIDGE, door, LAMP, PLUG, reader)

    eventually(lambda: broker.client("reader-1").welcome)
    assert broker.client("door-1", password="new").welcome
    assert not broker.client("door-1").welcome


@pytest.mark.usefixtures("afterwards_as_before")
def test_a_device_that_turns_out_to_speak_a_dialect_gets_its_topics_without_losing_its_connection(broker):
    bridge, lamp = broker.client("bridge").listen("tele/#"), broker.client("lamp-1")

    broker.know(BRIDGE, DOOR, replace(LAMP, profile="tasmota"), PLUG)

    def heard():
        lamp.say("tele/lamp-1/SENSOR", "{}")
        return not bridge.heard.empty()

    eventually(heard)
    assert lamp.lost.empty()


def test_a_packet_that_no_broker_takes_disturbs_nobody_and_is_told(broker):
    bridge = broker.client("bridge").listen("fablab/v1/lamp-1/#")
    desk = broker.client("bridge").listen("etabli/broker/large", "$SYS/broker/log/N")
    door, lamp = broker.client("door-1", client_id="a-door"), broker.client("lamp-1")

    door.paho.publish("fablab/v1/door-1/readings", b"x" * (MOST_PACKET + 1), qos=1)
    lamp.say("fablab/v1/lamp-1/readings", b"x" * 100_000)

    said = {
        "mosquitto": ("$SYS/broker/log/N", b"Client a-door disconnected due to oversize packet."),
        "amqtt": ("etabli/broker/large", b'{"topic": "fablab/v1/door-1/readings", "size": 16777217, "retain'),
    }[broker.engine]
    eventually(lambda: _begins(desk.next(), *said))
    assert bridge.next() == ("fablab/v1/lamp-1/readings", b"x" * 100_000)


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x10\xff\xff\xff\xff",
        b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\xff\xff",
        b"\x00",
    ],
)
def test_garbage_does_not_disturb_the_others(broker, raw):
    lamp = broker.client("lamp-1").listen("fablab/v1/lamp-1/#")
    with socket.create_connection(("127.0.0.1", broker.port)) as stranger:
        stranger.sendall(raw)
        lamp.say("fablab/v1/lamp-1/status", "online")

        assert lamp.next() == ("fablab/v1/lamp-1/status", b"online")


def test_messages_do_not_wait_for_nagle(broker):
    bridge = broker.client("bridge").listen("fablab/v1/door-1/tap")
    door = broker.client("door-1")

    def median():
        times = []
        for _ in range(30):
            began = time.perf_counter()
            door.paho.publish("fablab/v1/door-1/tap", "x", qos=1)
            bridge.next()
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    # On a busy machine it takes a calm moment; with Nagle's algorithm there is none: half of them take 40 ms.
    assert eventually(lambda: median() < 0.02)


def _begins(heard, topic, payload):
    return heard[0] == topic and heard[1].startswith(payload)
