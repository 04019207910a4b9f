"""Devices over TLS on both embedded brokers, and none without it from outside when a lab says so."""

import ssl
from dataclasses import replace

import pytest

from firmware_bridge.links.dialling import Server
from firmware_bridge.links.mqtt import Link
from lab import bus
from lab.config import Broker as Account
from tests.devices.brokers import Broker
from tests.firmware_bridge.firmware.authority import authority, signed_by
from tests.processes import eventually
from tests.servers import free_port, wait_for_port

OUTSIDE = "127.0.0.2"  # as an address of the lab's network, where the broker is told to listen


@pytest.mark.parametrize(
    "engine", [pytest.param("mosquitto", marks=pytest.mark.server("mosquitto")), "amqtt"]
)
def test_a_device_comes_over_tls_and_without_it_only_from_this_machine(engine, settings, tmp_path):
    broker, secure_port = Broker(engine, tmp_path), free_port()
    ca = authority(tmp_path)
    signed_by(tmp_path, OUTSIDE, kind="IP")
    told = {
        "MQTT_TLS_CERT": str(tmp_path / "broker.pem"),
        "MQTT_TLS_KEY": str(tmp_path / "broker.key"),
        "MQTT_TLS_PORT": str(secure_port),
        "MQTT_PLAIN": "loopback",
        "ETABLI_BIND": OUTSIDE,
    }

    def door(authority_of_device):
        tls = ssl.create_default_context(cafile=authority_of_device)
        return broker.client("door-1", host=OUTSIDE, port=secure_port, tls=tls)

    with broker.run(**told):
        wait_for_port(broker.port)
        bridge = broker.client("bridge").listen("fablab/v1/#")
        eventually(lambda: door(ca).welcome)
        door(ca).say("fablab/v1/door-1/status", "online")
        heard = bridge.next()
        ours = Account(OUTSIDE, secure_port, "bridge", "bridge", tls=True, ca=ca)
        settings.CONFIG = replace(settings.CONFIG, broker=ours)
        bus.knock(patience=30)
        assert linked(Server(OUTSIDE, secure_port, "bridge", "bridge", True, str(ca)))
        with pytest.raises(ConnectionRefusedError):
            broker.client("door-1", host=OUTSIDE)
        with pytest.raises(ssl.SSLCertVerificationError):
            door(None)

        signed_by(tmp_path, "another.lab")  # a renewed certificate, of another name to tell them apart
        eventually(lambda: _refused(lambda: door(ca)))

    assert heard == ("fablab/v1/door-1/status", b"online")


def linked(server):
    """Does the bridge's own connection come up?"""
    link = Link(
        server,
        client_id="etabli-doors",
        topics=("fablab/v1/+/tap",),
        announce_on="etabli/live/system/x",
        announce=bytes,
    )

    def up():
        link.tend(0.1)
        return link.connected

    return eventually(up)


def _refused(come):
    try:
        come()
    except ssl.SSLCertVerificationError:
        return True
    return False
