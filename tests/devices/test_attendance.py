"""Who is connected, by what a broker says of its connections."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from devices.broker.attendance import Attendance
from devices.broker.embedded import Server
from devices.broker.mosquitto import Mosquitto
from tests.devices.brokers import BRIDGE, DOOR, Client
from tests.processes import eventually
from tests.servers import free_port, wait_for_port

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def came(connection, name, port=41577):
    return f"New client connected from 127.0.0.1:{port} as {connection} (p2, c1, k60, u'{name}')."


@pytest.fixture
def seen():
    """A second passes between two looks at the clock."""
    ticks = iter(range(1_000))
    return Attendance(lambda: NOON + timedelta(seconds=next(ticks)))


def second(count):
    return NOON + timedelta(seconds=count)


def online(seen, name="door-1"):
    return seen.of(name).online


def test_before_anybody_came_nobody_was_there_since_the_beginning(seen):
    assert not seen.knows("door-1")
    assert (online(seen), seen.of("door-1").connected_at, seen.of("door-1").away_at) == (False, None, NOON)


def test_who_came_is_there_until_the_connection_ends(seen):
    seen.hear(came("auto-1", "door-1"))
    assert (online(seen), seen.of("door-1").connected_at) == (True, second(1))

    seen.hear("Client auto-1 closed its connection.")
    assert (online(seen), seen.of("door-1").away_at) == (False, second(2))


@pytest.mark.parametrize(
    "said",
    [
        "disconnected.",
        "disconnected, not authorised.",
        "disconnected due to protocol error.",
        "has exceeded timeout, disconnecting.",
        "been disconnected by administrative action.",
        "disconnected: session taken over.",
    ],
)
def test_connections_end_in_many_ways(seen, said):
    seen.hear(came("c", "door-1"))
    seen.hear(f"Client c {said}")

    assert not online(seen)


def test_a_session_that_is_taken_over_goes_on(seen):
    for line in (came("c", "door-1"), "Client c already connected, closing old connection."):
        seen.hear(line)
    seen.hear(came("c", "door-1", port=60167))

    assert online(seen)


def test_of_two_connections_the_last_one_counts(seen):
    for connection in ("one", "two"):
        seen.hear(came(connection, "door-1"))
    seen.hear("Client one disconnected.")
    assert online(seen)

    seen.hear("Client two disconnected.")
    assert not online(seen)


def test_nobody_is_taken_for_another_by_the_name_of_a_connection(seen):
    for connection, name in (("door", "door-1"), ("door disconnected", "lamp-1")):
        seen.hear(came(connection, name))
    seen.hear(came("x (p2, c1, k60, u'plug-1').", "lamp-1"))
    seen.hear("Client door disconnected disconnected.")

    assert (online(seen), online(seen, "plug-1"), seen.knows("plug-1")) == (True, False, False)


def test_when_the_broker_ends_everybody_has_gone(seen):
    seen.hear(came("c", "door-1"))
    seen.all_went()

    assert (online(seen), seen.of("door-1").away_at) == (False, second(2))


def come_and_go(port, attendance):
    wait_for_port(port)
    door = Client(port, "door-1", client_id="a reader's own")
    eventually(lambda: attendance.of("door-1").online)
    door.vanish()
    eventually(lambda: not attendance.of("door-1").online)


@pytest.mark.server("mosquitto")
def test_mosquitto_tells_who_comes_and_goes(tmp_path):
    program, port = shutil.which("mosquitto") or "/usr/sbin/mosquitto", free_port()
    broker = Mosquitto(program=program, folder=tmp_path / "broker", bind="127.0.0.1", port=port)
    broker.start([BRIDGE, DOOR])
    try:
        come_and_go(port, broker.attendance)
    finally:
        broker.stop()


def test_amqtt_tells_who_comes_and_goes():
    async def run():
        server = Server(bind="127.0.0.1", port=free_port())
        await server.start([BRIDGE, DOOR])
        try:
            await asyncio.to_thread(come_and_go, server.port, server.attendance)
        finally:
            await server.stop()

    asyncio.run(run())
