"""A port or a folder that is taken is one line, before anything has started."""

import socket
from dataclasses import replace

import pytest
from django.conf import settings

from lab.config import Broker
from lab.supervisor import ports
from tests.processes import lab
from tests.servers import free_port

EMBEDDED = Broker("127.0.0.1", 1, "bridge", "secret", embedded=True)
ELSEWHERE = replace(EMBEDDED, embedded=False)


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def config(**changes):
    return replace(settings.CONFIG, bind="127.0.0.1", broker=EMBEDDED, **changes)


def advice(port, variable):
    taken = f"port {port} is taken by another program"
    return f"{taken}; set {variable} to a free one, such as {variable}={port + 1}"


def refusal(wanted):
    with pytest.raises(ports.Taken) as refused:
        ports.check(wanted)
    return str(refused.value)


def test_a_taken_web_port_names_its_variable(taken):
    assert refusal(config(port=taken, mqtt_port=free_port())) == advice(taken, "PORT")


def test_a_taken_broker_port_names_its_variable(taken):
    assert refusal(config(port=free_port(), mqtt_port=taken)) == advice(taken, "MQTT_PORT")


def test_the_broker_port_does_not_matter_when_the_broker_is_elsewhere(taken):
    ports.check(replace(config(port=free_port(), mqtt_port=taken), broker=ELSEWHERE))


def test_one_port_can_not_serve_both():
    port = free_port()

    assert (
        refusal(config(port=port, mqtt_port=port)) == f"PORT and MQTT_PORT are both {port}; they must differ"
    )


def test_a_second_lab_in_the_same_folder_is_refused(tmp_path):
    with (
        ports.alone(tmp_path),
        pytest.raises(ports.Taken, match="a lab runs in"),
        ports.alone(tmp_path),
    ):
        pass


def test_the_whole_command_says_it_in_one_line(taken, tmp_path):
    with lab("up", state=tmp_path, PORT=str(taken), MQTT_PORT=str(free_port())) as one:
        assert one.end() == 1
        assert one.text == f"etabli: {advice(taken, 'PORT')}\n"
        assert not (tmp_path / "db.sqlite3").exists()


def test_a_database_that_is_not_there_is_told_in_one_line_and_at_once(tmp_path):
    port = free_port()
    places = {"PORT": str(free_port()), "MQTT_PORT": str(free_port())}
    with lab("up", state=tmp_path, DATABASE_URL=f"postgres://alice@127.0.0.1:{port}/lab", **places) as one:
        assert one.end() == 1
        (line,) = one.text.splitlines()
        assert line.startswith("etabli: the database can't be used (DATABASE_URL): ")
        assert f"port {port}" in line
