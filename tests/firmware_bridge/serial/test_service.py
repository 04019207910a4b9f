"""Which lines are served: exactly those that are wanted, with or without a broker."""

import pytest

from devices.rules.serial import KINDS, read_options
from firmware_bridge.links.dialling import Server
from firmware_bridge.serial.service import TAKEN, Port, Service
from firmware_bridge.sinks.embedded import Store
from tests.firmware_bridge.osdp_readers import KEY, Reader, plugged
from tests.firmware_bridge.ports import Plug
from tests.processes import eventually
from tests.servers import free_port

OTHER = b"another key, 16B"


@pytest.fixture
def plug(tmp_path):
    made = Plug(tmp_path / "tty")
    yield made
    made.pull()


@pytest.fixture
def service(tmp_path):
    made = Service(
        server=Server("127.0.0.1", free_port()),
        lab="tests",
        leases=tmp_path / "leases.json",
        store=lambda: Store(tmp_path / "telemetry.sqlite3"),
    )
    yield made
    made.close()


def port(device, plug, kind="rdm6300", options="", **more):
    return Port(device, KINDS[kind], str(plug.path), read_options(KINDS[kind], options), **more)


def test_several_osdp_readers_share_a_line(service, plug):
    with plugged(plug, Reader(address=1), Reader(address=2, key=OTHER)):
        service.want(
            [
                port("door-1", plug, "osdp", "address=1&baud=115200", key=KEY),
                port("door-2", plug, "osdp", "address=2&baud=115200", key=OTHER),
            ]
        )

        eventually(lambda: service.answering() == {"door-1", "door-2"})
        assert service.troubles() == {"door-1": "", "door-2": ""}


def test_a_line_that_cannot_be_shared_serves_the_first_and_says_so(service, plug):
    service.want([port("door-2", plug, "wiegand"), port("door-1", plug)])
    eventually(lambda: service.answering() == {"door-1"})
    assert service.troubles() == {"door-1": "", "door-2": TAKEN}

    service.want([port("door-2", plug, "wiegand")])
    eventually(lambda: service.answering() == {"door-2"})
    assert service.troubles() == {"door-2": ""}


def test_two_readers_of_one_address_are_one_too_many(service, plug):
    ports = [port(name, plug, "osdp", key=KEY) for name in ("door-1", "door-2")]
    service.want(ports)

    assert service.troubles()["door-2"] == TAKEN


def test_what_is_not_wanted_any_more_is_let_go(service, plug):
    service.want([port("door-1", plug)])
    eventually(lambda: service.answering() == {"door-1"})
    service.want([])

    assert (service.answering(), service.troubles()) == (frozenset(), {})
    service.want([port("door-1", plug)])
    eventually(lambda: service.answering() == {"door-1"})


def test_keys_show_in_no_representation(plug):
    assert OTHER.hex() not in repr(port("door-1", plug, "osdp", key=OTHER))
    assert repr(OTHER) not in repr(port("door-1", plug, "osdp", key=OTHER))
