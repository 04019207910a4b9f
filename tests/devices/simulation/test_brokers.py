"""The same devices on either embedded broker."""

import pytest

from tests.devices.simulation.ear import ACCOUNTS, account, ear_at, live, plan, until
from tests.servers import amqtt_server, mosquitto_server

DEVICES = (
    account("door-fablab", "door-reader", door="door-fablab"),
    account("reader-laser-2", "machine-reader", resource="laser-2"),
    account("meter-laser-2", "power-meter", resource="laser-2"),
    account("octoprint-1", "octoprint", resource="printer-1"),
    account("plug-printer-1", "tasmota", resource="printer-1"),
)
EXPECTED = {
    "fablab/v1/door-fablab/status": b"online",
    "fablab/v1/reader-laser-2/status": b"online",
    "fablab/v1/meter-laser-2/status": b"online",
    "octoprint-1/mqtt": b"connected",
    "tele/plug-printer-1/LWT": b"Online",
}


@pytest.mark.parametrize("server_of", [mosquitto_server, amqtt_server])
def test_every_family_speaks_and_a_tap_is_answered(server_of):
    with server_of(accounts=ACCOUNTS) as server, ear_at(server) as ear:
        ear.answer = lambda _device, tap: {"id": tap["nonce"], "do": "unlock", "reason": "welcome"}

        async def scenario(lab):
            await until(lambda: all(ear.of(topic) == [said] for topic, said in EXPECTED.items()))
            return await lab.devices["door-fablab"].present("04A1B2C3D4E5F6")

        assert live(plan(server, *DEVICES), scenario)["reason"] == "welcome"
