"""The link on the lab's own brokers, with their accounts and rights."""

import pytest

from firmware_bridge.links.dialling import DOWN, Server
from firmware_bridge.links.mqtt import Link
from tests.devices.brokers import Broker
from tests.firmware_bridge.links.test_mqtt import ready, until
from tests.servers import wait_for_port


@pytest.fixture(params=[pytest.param("mosquitto", marks=pytest.mark.server("mosquitto")), "amqtt"])
def broker(request, tmp_path):
    made = Broker(request.param, tmp_path)
    with made.run():
        wait_for_port(made.port)
        yield made


def linked(broker, **options):
    return Link(
        Server("127.0.0.1", broker.port, "bridge", "bridge"),
        client_id="etabli-test",
        topics=("#",),
        announce_on="etabli/live/system/test",
        announce=lambda: b'{"up":true}',
        ignored=("etabli/",),
        **options,
    )


def test_what_was_said_while_we_were_away_is_new_and_known_to_have_waited(broker):
    link = linked(broker)
    ready(link)
    link.close(DOWN)
    door = broker.client("door-1")
    for number in range(3):
        door.say("fablab/v1/door-1/readings", str(number))

    again = linked(broker)
    heard = until(lambda heard: len(heard) == 3, again)
    again.ack(heard)
    again.close(DOWN)

    assert sorted((m.payload, m.retain, m.waited) for m in heard) == [
        (b"0", False, True),
        (b"1", False, True),
        (b"2", False, True),
    ]


def test_what_is_retained_is_known_to_be_old(broker):
    broker.client("door-1").say("fablab/v1/door-1/status", "online", retain=True)
    link = linked(broker)

    heard = until(lambda heard: heard, link)
    link.close(DOWN)

    assert [(m.topic, m.payload, m.retain) for m in heard] == [("fablab/v1/door-1/status", b"online", True)]


def test_of_ten_megabytes_the_beginning_is_held_and_the_size_is_known(broker):
    link = linked(broker)
    ready(link)
    door = broker.client("door-1")

    door.say("fablab/v1/door-1/tap", b"{" + b"x" * 9_999_999)
    heard = until(lambda heard: heard, link)
    link.close(DOWN)

    assert [(m.topic, len(m.payload), m.payload[:2], m.retain, m.size) for m in heard] == [
        ("fablab/v1/door-1/tap", 16 * 1024, b"{x", False, 10_000_000)
    ]


def test_what_nobody_acknowledged_comes_again_after_a_sudden_end(broker):
    link = linked(broker)
    ready(link)
    door = broker.client("door-1")
    for number in range(3):
        door.say("fablab/v1/door-1/readings", str(number))
    until(lambda heard: len(heard) == 3, link)
    link._lose("killed")

    again = linked(broker)
    heard = until(lambda heard: len(heard) == 3, again)
    again.ack(heard)
    again.close(DOWN)

    assert [(m.payload, m.dup) for m in heard] == [(b"0", True), (b"1", True), (b"2", True)]


@pytest.mark.parametrize(("what", "doors"), [("tap", True), ("readings", False)])
def test_what_is_to_be_retained_says_so_at_once_to_doors_alone(broker, what, doors):
    link = linked(broker, as_published=doors)
    ready(link)
    door = broker.client("door-1")
    door.say(f"fablab/v1/door-1/{what}", "1", retain=True)
    door.say(f"fablab/v1/door-1/{what}", "2")

    heard = until(lambda heard: len(heard) == 2, link)
    link.close(DOWN)

    assert sorted((m.payload, m.retain) for m in heard) == [(b"1", doors), (b"2", False)]
