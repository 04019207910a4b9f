"""The simulated devices on a real broker: each speaks its own protocol as the real one would."""

import asyncio
import hmac
import time
from dataclasses import replace

import pytest

from devices.simulation.lab import Lab, Options
from devices.simulation.link import FIRST_WAIT
from devices.simulation.plan import Account
from tests.devices.simulation.ear import ACCOUNTS, account, ear_at, live, plan, until
from tests.firmware_bridge.profiles.decoding import decoded as heard
from tests.servers import mosquitto_server

DOOR = account("door-fablab", "door-reader", door="door-fablab")
READER = account("reader-laser-2", "machine-reader", resource="laser-2")
METER = account("meter-laser-2", "power-meter", resource="laser-2")
ROOM = account("room-fablab", "room-sensor", zone="fablab")
OCTO = account("octoprint-1", "octoprint", resource="printer-1")
KEY = "0b" * 32
PLUG = account("plug-printer-1", "tasmota", resource="printer-1")
GATE = account("gate-rfid", "zebra", resource="rfid-bench-1")


@pytest.fixture(scope="module")
def server():
    with mosquitto_server(accounts=ACCOUNTS) as server:
        yield server


@pytest.fixture
def ear(server):
    with ear_at(server) as ear:
        yield ear


def test_a_device_says_hello_reports_and_says_goodbye(server, ear):
    async def scenario(_lab):
        await until(lambda: ear.of("fablab/v1/room-fablab/readings"))

    began = time.time()
    live(plan(server, ROOM), scenario)
    hello = ear.values("fablab/v1/room-fablab/hello")[0]
    reading = ear.values("fablab/v1/room-fablab/readings")[0]

    assert hello["profile"] == "room-sensor"
    assert {"key": "co2", "unit": "ppm"} in hello["channels"]
    assert set(reading) == {"at", "temperature", "humidity", "co2", "uptime", "rssi"}
    assert began - 1 <= reading["at"] <= time.time() + 1
    asyncio.run(until(lambda: ear.of("fablab/v1/room-fablab/status")[-2:] == [b"online", b"offline"]))


def test_who_says_hello_before_anybody_listens_says_it_again(server, ear):
    async def scenario(_lab):
        await until(lambda: len(ear.of("fablab/v1/meter-laser-2/hello")) > 1)

    live(plan(server, METER), scenario, speed=60)

    assert {hello["profile"] for hello in ear.values("fablab/v1/meter-laser-2/hello")} == {"power-meter"}


@pytest.mark.parametrize(("key", "ok"), [(KEY, True), ("00" * 32, False), ("", False)])
def test_a_reader_holds_the_list_that_was_made_for_it(server, ear, key, ok):
    body = b'{"version":7,"entries":[]'
    signature = hmac.digest(bytes.fromhex(KEY), b"list " + body, "sha256").hex().encode()

    payload = body + b',"sig":"' + signature + b'"}'
    ear.client.publish("fablab/v1/door-fablab/allowlist", payload, 1, retain=True).wait_for_publish(60)

    async def scenario(lab):
        await until(lambda: ear.of("fablab/v1/door-fablab/ack"))
        return lab.devices["door-fablab"].listed

    listed = live(plan(server, replace(DOOR, key=key)), scenario)
    ear.client.publish("fablab/v1/door-fablab/allowlist", b"", 1, retain=True).wait_for_publish(60)

    assert listed == (7 if ok else 0)
    [told] = ear.values("fablab/v1/door-fablab/ack")
    assert (told["ok"], told["list"], told["pending"]) == (ok, 7 if ok else 0, 0)


def test_a_door_sends_its_tap_and_obeys_the_unlock(server, ear):
    ear.answer = lambda _device, _tap: {"id": "c1", "do": "unlock", "seconds": 0.3, "reason": "welcome"}

    async def scenario(lab):
        door = lab.devices["door-fablab"]
        answer = await door.present("04A1B2C3D4E5F6")
        opened = door.unlocked
        await until(lambda: not door.unlocked)
        await until(lambda: len(ear.of("fablab/v1/door-fablab/readings")) == 3)
        return answer["reason"], opened

    assert live(plan(server, DOOR), scenario) == ("welcome", True)
    assert ear.values("fablab/v1/door-fablab/ack") == [{"id": "c1", "ok": True, "state": "unlocked"}]
    assert [tap["uid"] for tap in ear.values("fablab/v1/door-fablab/tap")] == ["04A1B2C3D4E5F6"]
    assert [r["relay"] for r in ear.values("fablab/v1/door-fablab/readings")] == [0, 1, 0]


def test_a_refusal_opens_nothing(server, ear):
    ear.answer = lambda _device, _tap: {"id": "c1", "do": "refuse", "reason": "unknown_badge"}

    async def scenario(lab):
        answer = await lab.devices["door-fablab"].present("04A1B2C3D4E5F6")
        return answer["reason"], lab.devices["door-fablab"].unlocked

    assert live(plan(server, DOOR), scenario) == ("unknown_badge", False)


def test_an_old_foreign_or_broken_command_is_not_obeyed(server, ear):
    async def scenario(lab):
        for broken in (b"\xff{", b"[]", b"[" * 2000):
            ear.client.publish("fablab/v1/door-fablab/command", broken, qos=1)
        ear.command("door-fablab", id="old", do="unlock", seconds=5, expires=time.time() - 1)
        ear.command("door-fablab", id="odd", do="dance")
        ear.command("door-fablab", id="not-mine", do="relay", on=True)
        await until(lambda: len(ear.of("fablab/v1/door-fablab/ack")) == 3)
        return lab.devices["door-fablab"].unlocked

    assert live(plan(server, DOOR), scenario) is False
    assert [(ack["id"], ack["ok"], ack["state"]) for ack in ear.values("fablab/v1/door-fablab/ack")] == [
        ("old", False, "expired"),
        ("odd", False, "unsupported"),
        ("not-mine", False, "unsupported"),
    ]


def test_a_reader_that_nobody_answers_gives_up(server, ear, monkeypatch):
    monkeypatch.setattr("devices.simulation.clients.readers.PATIENCE", 0.1)

    async def scenario(lab):
        return await lab.devices["door-fablab"].present("04A1B2C3D4E5F6")

    assert live(plan(server, DOOR), scenario) is None


def test_every_tap_has_a_nonce_of_its_own_even_after_a_restart(server, ear):
    ear.answer = lambda _device, tap: {"id": tap["nonce"], "do": "refuse", "reason": "unknown_badge"}

    async def scenario(lab):
        for _ in range(3):
            await lab.devices["door-fablab"].present("04A1B2C3D4E5F6")

    live(plan(server, DOOR), scenario)
    live(plan(server, DOOR), scenario)

    assert len({tap["nonce"] for tap in ear.values("fablab/v1/door-fablab/tap")}) == 6


def test_a_machine_draws_power_only_while_its_lease_runs(server, ear):
    async def scenario(lab):
        meter = lab.devices["meter-laser-2"]
        before = meter.measure()["power"]
        ear.command("reader-laser-2", id="c1", do="relay", on=True, lease=1)
        during = await until(lambda: meter.measure()["power"])
        await until(lambda: meter.measure()["power"] == 0)
        await until(lambda: len(ear.of("fablab/v1/reader-laser-2/readings")) == 3)
        return before, during > 20

    assert live(plan(server, READER, METER), scenario) == (0.0, True)
    assert ear.values("fablab/v1/reader-laser-2/ack") == [{"id": "c1", "ok": True, "state": "on"}]
    assert [r["relay"] for r in ear.values("fablab/v1/reader-laser-2/readings")] == [0, 1, 0]


def test_a_renewed_lease_holds(server, ear):
    async def scenario(lab):
        machine = lab.world.machine("laser-2")
        ear.command("reader-laser-2", id="c1", do="relay", on=True, lease=0.8)
        await until(lambda: machine.powered)
        ear.command("reader-laser-2", id="c2", do="relay", on=True, lease=60)
        await asyncio.sleep(1.6)
        return machine.powered

    assert live(plan(server, READER), scenario) is True


def test_a_machine_is_never_cut_in_the_middle_of_a_job(server, ear):
    async def scenario(lab):
        machine, clock = lab.world.machine("laser-2"), lab.world.clock
        ear.command("reader-laser-2", id="on", do="relay", on=True, lease=0.1)
        await until(lambda: machine.powered)
        machine.start(seconds=5, seed="s", now=clock.now())
        ear.command("reader-laser-2", id="off", do="relay", on=False)
        await until(lambda: len(ear.of("fablab/v1/reader-laser-2/ack")) == 2)
        held = machine.powered and machine.busy(clock.now())
        await until(lambda: not machine.powered)
        return held, machine.busy(clock.now())

    assert live(plan(server, READER), scenario, speed=60) == (True, False)
    assert [ack["state"] for ack in ear.values("fablab/v1/reader-laser-2/ack")] == ["on", "busy"]


def test_a_tap_out_cuts_the_relay_at_once(server, ear):
    async def scenario(lab):
        ear.command("reader-laser-2", id="on", do="relay", on=True, lease=60)
        ear.command("reader-laser-2", id="off", do="relay", on=False)
        await until(lambda: len(ear.of("fablab/v1/reader-laser-2/ack")) == 2)
        return lab.world.machine("laser-2").powered

    assert live(plan(server, READER), scenario) is False
    assert [ack["state"] for ack in ear.values("fablab/v1/reader-laser-2/ack")] == ["on", "off"]


def test_a_meter_counts_true_hours_whatever_the_speed(server, ear):
    async def scenario(lab):
        lab.world.machine("laser-2").switch(True)
        await until(lambda: len(ear.of("fablab/v1/meter-laser-2/readings")) > 3)

    live(plan(server, METER), scenario, speed=3600)
    readings = ear.values("fablab/v1/meter-laser-2/readings")[1:]
    hours = (readings[-1]["at"] - readings[0]["at"]) / 3600

    assert 0 < readings[-1]["energy"] - readings[0]["energy"] < 1000 * hours
    assert {reading["state"] for reading in readings} == {"idle"}


def test_an_octoprint_tells_its_temperatures_its_print_and_its_end(server, ear):
    async def scenario(_lab):
        await until(lambda: ear.of("octoprint-1/event/PrintDone"))

    live(plan(server, OCTO), scenario, speed=1800)
    tool = ear.values("octoprint-1/temperature/tool0")

    assert set(tool[0]) == {"_timestamp", "actual", "target"}
    assert {value["target"] for value in tool} <= {0.0, 210.0}
    assert ear.values("octoprint-1/event/PrintStarted")[0]["_event"] == "PrintStarted"
    assert ear.values("octoprint-1/progress/printing")[0]["path"].endswith(".gcode")
    assert ear.of("octoprint-1/mqtt")[0] == b"connected"
    asyncio.run(until(lambda: ear.of("octoprint-1/mqtt")[-1] == b"disconnected"))


def test_a_plug_tells_its_power_and_obeys_its_command(server, ear):
    def watts():
        return [value["ENERGY"]["Power"] for value in ear.values("tele/plug-printer-1/SENSOR")]

    async def scenario(_lab):
        await until(watts)
        ear.client.publish("cmnd/plug-printer-1/POWER", "OFF", qos=1)
        await until(lambda: watts()[-1] == 0)
        ear.client.publish("cmnd/plug-printer-1/POWER", "on", qos=1)
        await until(lambda: watts()[-1] > 0)

    live(plan(server, PLUG), scenario)
    totals = [value["ENERGY"]["Total"] for value in ear.values("tele/plug-printer-1/SENSOR")]

    assert totals == sorted(totals)
    assert totals[0] > 100
    assert ear.values("stat/plug-printer-1/RESULT") == [{"POWER": "OFF"}, {"POWER": "ON"}]
    assert ear.values("tele/plug-printer-1/STATE")[0]["POWER"] == "ON"
    assert ear.of("tele/plug-printer-1/LWT")[0] == b"Online"


def test_a_device_that_loses_its_broker_comes_back_and_says_so():
    with mosquitto_server(accounts=ACCOUNTS) as server:

        async def scenario(lab):
            await asyncio.to_thread(server.kill)
            await until(lambda: not lab.devices["door-fablab"].link.connected)
            await asyncio.to_thread(server.start)
            await until(lambda: lab.devices["door-fablab"].link.connected)
            with ear_at(server) as ear:
                await until(lambda: ("fablab/v1/door-fablab/status", b"online", True) in ear.messages)

        live(plan(server, DOOR), scenario)


def test_a_wrong_password_is_tried_again_slowly_and_logged(server, ear, caplog):
    async def scenario():
        lab = Lab(plan(server, Account("door-fablab", "door-fablab", "wrong", "door-reader")), Options())
        began = time.monotonic()
        keeping = asyncio.create_task(lab.devices["door-fablab"].link.keep())
        await until(lambda: len(caplog.messages) == 3)
        keeping.cancel()
        return lab.devices["door-fablab"].link.connected, time.monotonic() - began

    connected, seconds = asyncio.run(scenario())
    assert not connected
    assert seconds > FIRST_WAIT / 2 + FIRST_WAIT  # the least of two waits, the second of them doubled
    assert caplog.messages[0].startswith("door-fablab: the broker refuses the connection")


def test_a_uhf_gate_tells_the_tags_in_its_field_as_a_zebra_reader_does(server, ear):
    async def scenario(_lab):
        await until(lambda: len(ear.of("gate-rfid/tevents")) > 1)

    live(plan(server, GATE), scenario)
    reads = [read for payload in ear.of("gate-rfid/tevents") for read in heard("gate-rfid/tevents", payload)]

    assert {(read.device, read.epc) for read in reads if read.antenna == 1} == {
        ("gate-rfid", f"3074257BF7194E4000001A8{last}") for last in "567"
    }
    assert all(-65 < read.rssi < -40 for read in reads)
    assert ear.of("gate-rfid/mevents") == []
