"""The link on real brokers: what isn't acknowledged comes again, and no broker ends it."""

import os
import signal
import socket
import threading
import time
from contextlib import closing, contextmanager, suppress
from itertools import dropwhile

import paho.mqtt.client as paho
import pytest

from firmware_bridge.links import dialling, mqtt
from firmware_bridge.links.dialling import DOWN, Server
from firmware_bridge.links.mqtt import Link
from tests.servers import amqtt_server, free_port, mosquitto_server

SERVERS = {"mosquitto": mosquitto_server, "amqtt": amqtt_server}
ACCOUNTS = {"bridge": "secret", "device": "secret"}
UP = b'{"up":true}'


@pytest.fixture(params=SERVERS)
def server(request):
    with SERVERS[request.param](accounts=ACCOUNTS) as running:
        yield running


@pytest.fixture
def mosquitto():
    with mosquitto_server(accounts=ACCOUNTS) as running:
        yield running


@contextmanager
def linked(server, topics=("#",), client_id="etabli-test"):
    link = Link(
        Server(server.host, server.port, "bridge", "secret"),
        client_id=client_id,
        topics=topics,
        announce_on="etabli/live/system/test",
        announce=lambda: UP,
        ignored=("etabli/",),
    )
    yield link
    link.close(DOWN)


@contextmanager
def device(server):
    """Another client on a thread of its own; `heard` is what it gets below etabli/."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.username_pw_set("device", "secret")
    client.heard = []
    client.on_message = lambda _c, _u, message: client.heard.append((message.topic, message.payload))
    client.connect(server.host, server.port)
    client.subscribe("etabli/#", 1)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def until(condition, link=None, seconds=60):
    """Wait for a condition, with the link alive; what the link heard meanwhile."""
    heard, deadline = [], time.monotonic() + seconds
    while not condition(heard):
        assert time.monotonic() < deadline, f"waited in vain; heard {heard}"
        heard += link.gather(idle=0.05) if link else []
        time.sleep(0 if link else 0.02)
    return heard


def ready(link):
    return until(lambda _: link.connected and link._subscribed_at, link)


def quiet(link):
    """What comes from now on can't have waited in the broker."""
    return until(lambda _: link._settled, link)


def say(client, *payloads, topic="a/b", **options):
    for payload in payloads:
        client.publish(topic, payload, 1, **options).wait_for_publish(60)


def cut(link):
    link._client.socket().shutdown(socket.SHUT_RDWR)


def test_messages_come_with_topic_payload_and_order(server):
    with linked(server) as link, device(server) as client:
        ready(link)
        say(client, "1", "2", "3")

        heard = until(lambda heard: len(heard) == 3, link)

    assert [(m.topic, m.payload, m.qos, m.retain, m.dup) for m in heard] == [
        ("a/b", b"1", 1, False, False),
        ("a/b", b"2", 1, False, False),
        ("a/b", b"3", 1, False, False),
    ]


def test_what_is_not_acknowledged_comes_again(mosquitto):
    with linked(mosquitto) as link, device(mosquitto) as client:
        ready(link)
        say(client, "1", "2", "3")
        heard = until(lambda heard: len(heard) == 3, link)
        link.ack(heard[:2])
        until(lambda _: not link.congested, link)
        time.sleep(0.1)
        cut(link)

        again = until(lambda heard: heard, link)

    assert [(m.payload, m.dup, m.epoch > heard[0].epoch) for m in again] == [(b"3", True, True)]


def test_what_had_arrived_is_heard_though_an_acknowledgement_finds_the_broker_dead(mosquitto, monkeypatch):
    """The broker took it from its sender, and is no more: nobody says it again."""
    monkeypatch.setattr(mqtt, "IN_ONE_GO", 1)
    with linked(mosquitto) as link, device(mosquitto) as client:
        ready(link)
        say(client, *map(str, range(10)))
        heard = until(lambda heard: heard, link)
        mosquitto.kill()
        link._next_try = time.monotonic() + 600

        def told():
            link.ack(heard[-1:])
            heard.extend(link.gather(most=1, idle=0.05))
            return not link.connected

        until(lambda _: told())
        heard += link.gather(idle=0)

    assert [m.payload for m in heard] == [b"%d" % number for number in range(10)]


def test_an_acknowledgement_of_an_old_connection_is_not_sent(mosquitto):
    with linked(mosquitto) as link, device(mosquitto) as client:
        ready(link)
        say(client, "old")
        old = until(lambda heard: heard, link)
        cut(link)
        until(lambda heard: heard, link)

        link.ack(old)
        cut(link)
        again = until(lambda heard: heard, link)

    assert [m.payload for m in again] == [b"old"]


def test_what_was_said_while_we_were_away_is_marked(mosquitto):
    with linked(mosquitto) as link:
        ready(link)
    with device(mosquitto) as client:
        say(client, "early")
        with linked(mosquitto) as link:
            waited = until(lambda heard: heard, link)
            link.ack(waited)
            quiet(link)
            say(client, "now")
            live = until(lambda heard: heard, link)

    assert [(m.payload, m.waited) for m in waited + live] == [(b"early", True), (b"now", False)]


def test_what_was_said_while_we_stood_still_is_marked(mosquitto, monkeypatch):
    def still_after(seconds):
        monkeypatch.setattr(mqtt, "STOOD_STILL", seconds)

    still_after(60)  # not by itself, on a machine that is busy with others
    with linked(mosquitto) as link, device(mosquitto) as client:
        ready(link)
        quiet(link)
        say(client, "before")
        before = until(lambda heard: heard, link)
        say(client, "meanwhile")
        still_after(0.2)
        time.sleep(0.3)
        meanwhile = until(lambda heard: heard, link)
        still_after(60)
        quiet(link)
        say(client, "after")
        after = until(lambda heard: heard, link)

    assert [(m.payload, m.waited) for m in before + meanwhile + after] == [
        (b"before", False),
        (b"meanwhile", True),
        (b"after", False),
    ]


def test_a_broker_that_dies_is_found_again(server):
    with linked(server) as link:
        ready(link)
        server.kill()
        until(lambda _: not link.connected, link)
        server.start()
        ready(link)
        with device(server) as client:
            say(client, "1")
            heard = until(lambda heard: heard, link)

    assert [m.payload for m in heard] == [b"1"]


def test_a_silent_broker_is_given_up(mosquitto, monkeypatch):
    monkeypatch.setattr(dialling, "KEEPALIVE", 1)
    with linked(mosquitto) as link:
        ready(link)
        os.kill(mosquitto.process.pid, signal.SIGSTOP)
        try:
            until(lambda _: not link.connected, link)
        finally:
            os.kill(mosquitto.process.pid, signal.SIGCONT)

        ready(link)


def test_what_is_no_broker_does_not_end_the_link():
    """One that says nothing, one that answers in another language, one that hangs up."""
    answers = iter(
        [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10, b"\x20\x02\x00\x01", b"\x20\xff\xff\xff\xff\x7f"]
    )
    port, met = free_port(), []

    def stranger():
        with closing(socket.create_server(("127.0.0.1", port))) as listening:
            for answer in answers:
                peer, _ = listening.accept()
                met.append(answer)
                with peer, suppress(OSError):  # the link may have hung up by now
                    peer.sendall(answer)
                    time.sleep(0.05)

    thread = threading.Thread(target=stranger)
    thread.start()
    with linked(type("Nobody", (), {"host": "127.0.0.1", "port": port})) as link:
        until(lambda _: len(met) == 4, link)
        link.tend(0.3)
        assert not link.connected
    thread.join()


def test_a_wrong_password_is_tried_again_until_it_is_right(mosquitto):
    with linked(mosquitto) as link:
        link._server = Server(mosquitto.host, mosquitto.port, "bridge", "wrong")
        link.tend(0.3)
        assert not link.connected
        link._server = Server(mosquitto.host, mosquitto.port, "bridge", "secret")

        ready(link)


def test_everybody_sees_us_come_go_and_die(server):
    def last(payload, client):
        """A slow broker may make us dial twice: then there is one more coming and going."""
        return lambda _: [told for _, told in client.heard][-1:] == [payload]

    with device(server) as client:
        with linked(server) as link:
            ready(link)
            until(last(UP, client), link)
        until(last(DOWN, client))
        with linked(server) as link:
            ready(link)
            until(last(UP, client), link)
            cut(link)
            until(last(DOWN, client))
            link._next_try = time.monotonic() + 60

    # A broker that answered too late for us told of our going before anything else.
    told = dropwhile(DOWN.__eq__, [payload for _, payload in client.heard])
    assert list(told)[:2] == [UP, DOWN]


def test_our_own_bus_is_not_heard(server):
    with linked(server) as link, device(server) as client:
        ready(link)
        say(client, "1", topic="etabli/live/zone/fablab")
        say(client, "2")

        heard = until(lambda heard: heard, link)

    assert [m.payload for m in heard] == [b"2"]


def test_publishing_without_a_connection_says_so():
    with linked(type("Nobody", (), {"host": "127.0.0.1", "port": free_port()})) as link:
        assert not link.publish("a/b", b"1")
        assert not link.congested


def test_a_flood_of_qos_0_is_bounded(mosquitto, monkeypatch):
    monkeypatch.setattr("firmware_bridge.links.mqtt.MOST_HEARD", 10)
    with linked(mosquitto) as link, device(mosquitto) as client:
        ready(link)
        for _ in range(50):
            client.publish("a/b", "x", 0)
        say(client, "kept")
        until(lambda _: link.tend(0.05) or (link.dropped == 40 and len(link._heard) == 11))

        heard = link.gather()

    assert [m.payload for m in heard] == [b"x"] * 10 + [b"kept"]
    assert link.dropped == 40
