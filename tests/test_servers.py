"""The helpers' own promise: a broker of a test answers, refuses strangers, and keeps its state."""

import socket

import paho.mqtt.client as paho
import pytest

from tests.servers import PORTS, amqtt_server, free_port, is_free, mosquitto_server

SERVERS = {"mosquitto": mosquitto_server, "amqtt": amqtt_server}


def outcome(server, username, password):
    """The CONNACK's word for this account."""
    answers = []
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
    client.username_pw_set(username, password)
    client.on_connect = lambda _c, _u, _f, reason, _p: answers.append(reason.is_failure)
    client.connect(server.host, server.port)
    for _ in range(1_200):
        client.loop(0.05)
        if answers:
            return "refused" if answers[0] else "welcome"
    return "silent"


@pytest.mark.parametrize("name", SERVERS)
def test_a_broker_knows_its_accounts_and_nobody_else(name):
    with SERVERS[name](accounts={"alice": "secret"}) as server:
        assert outcome(server, "alice", "secret") == "welcome"
        assert outcome(server, "alice", "wrong") == "refused"


def test_no_port_is_given_twice_nor_one_that_is_taken():
    given = {free_port() for _ in range(20)}

    assert len(given) == 20
    assert given <= set(PORTS)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not is_free(taken.getsockname()[1])


def test_a_broker_comes_back_on_its_port():
    with mosquitto_server() as server:
        server.kill()
        server.start()

        assert outcome(server, "", "") == "welcome"
