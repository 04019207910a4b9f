"""Every dialect on a real broker and the real telemetry process: a device, its readings, its reads."""

import json
import time

import pytest

from devices import history
from firmware_bridge.wire.sparkplug import report
from tests.firmware_bridge.bridges import PATIENCE
from tests.firmware_bridge.profiles import (
    test_homeassistant,
    test_homie5,
    test_moonraker,
    test_octoprint,
    test_shelly2,
    test_sparkplug,
    test_tasmota,
)
from tests.processes import eventually

READ = {
    "type": "SIMPLE",
    "data": {
        "antenna": 1,
        "eventNum": 1,
        "format": "epc",
        "idHex": "7EDA9038051002710002C0AE",
        "peakRssi": -52,
    },
}
EVENT = {"tagInventoryEvent": {"epc": "4oARkaUDAGXybMv_", "antennaPort": 2, "peakRssiCdbm": -7300}}
CAR = ("homie/5/super-car/$description", test_homie5.CAR)
BEDROOM = ("homeassistant/sensor/sensorBedroomT/config", test_homeassistant.BEDROOM)

# (family, device, what it says in order, one value that is then known)
PM1 = test_shelly2.PLUG
STATE = (BEDROOM[1]["state_topic"], {"temperature": 23.2})
SPOKEN = [
    ("tasmota", "plug-7", [("tele/plug-7/SENSOR", test_tasmota.SENSOR)], ("energy", 6294.0)),
    ("shelly1", "shelly1pm-b9e24e", [("shellies/shelly1pm-B9E24E/relay/0/energy", b"90")], ("energy", 1.5)),
    ("shelly2", PM1, [(f"{PM1}/status/switch:0", test_shelly2.SWITCH)], ("energy", 11.679)),
    ("esphome", "livingroom", [("livingroom/sensor/temperature/state", b"21.4")], ("temperature", 21.4)),
    ("zigbee2mqtt", "my-plug", [("zigbee2mqtt/my_plug", {"energy": 12.05})], ("energy", 12050.0)),
    ("octoprint", "octoprint", [("octoPrint/temperature/tool0", test_octoprint.HEAT)], ("tool0", 65.3)),
    ("moonraker", "voron", [("voron/klipper/status", test_moonraker.STATUS)], ("progress", 23.7)),
    ("homie5", "super-car", [CAR, ("homie/5/super-car/engine/oil", b"212")], ("engine_oil", 100.0)),
    ("sparkplug", "edge-1", [("spBv1.0/Lab/NBIRTH/Edge_1", test_sparkplug.NBIRTH)], ("power", 1500.0)),
    ("homeassistant", "bedroom01ae", [BEDROOM, STATE], ("sensorbedroomt", 23.2)),
]  # fmt: skip
DEVICES = "SELECT name, profile, claimed_at FROM devices_device WHERE name != 'door-1' ORDER BY name"


def test_every_dialect_is_heard_and_discovered_once(quick_lab):
    with quick_lab.bridge("telemetry"), quick_lab.client() as client:
        for _, _, said, _ in SPOKEN:
            for topic, payload in said:
                client.say(topic, payload)
        client.say("zebra/gate/tevents", json.dumps(READ).encode() * 2)
        client.say("impinj/r700", EVENT)

        expected = [(device, family, None) for family, device, _, _ in SPOKEN]
        expected += [("gate", "zebra", None), ("r700", "impinj", None)]
        eventually(lambda: len(quick_lab.rows(DEVICES)) == len(expected), PATIENCE)
        assert quick_lab.rows(DEVICES) == sorted(expected)
        for _, device, _, (channel, value) in SPOKEN:
            assert eventually(lambda device=device: quick_lab.last(device), PATIENCE)[channel] == value
        assert quick_lab.letters() == []
        windows = eventually(lambda: history.reads(quick_lab.store, device="gate"), PATIENCE)
        assert [(each.epc, each.antenna, each.count, each.rssi) for each in windows] == [
            ("7EDA9038051002710002C0AE", 1, 2, -52.0)
        ]
        assert [each.epc for each in history.reads(quick_lab.store, device="r700")] == [
            "E2801191A5030065F26CCBFF"
        ]


def test_a_node_whose_birth_we_missed_is_asked_to_be_born_again(quick_lab):
    with quick_lab.client("spBv1.0/Lab/NCMD/#") as client, quick_lab.bridge("telemetry"):
        client.say("spBv1.0/Lab/NDATA/Edge_1", test_sparkplug.NDATA)
        topic, payload, _ = client.heard.get(timeout=PATIENCE)

        assert topic == "spBv1.0/Lab/NCMD/Edge_1"
        assert [metric.name for metric in report(payload).metrics] == ["Node Control/Rebirth"]
        client.say("spBv1.0/Lab/NBIRTH/Edge_1", test_sparkplug.NBIRTH)
        client.say("spBv1.0/Lab/NDATA/Edge_1", test_sparkplug.NDATA)
        eventually(lambda: quick_lab.last("edge-1").get("power") == 2250.0, PATIENCE)


def test_what_was_learnt_is_known_after_a_restart(quick_lab):
    """Readings that waited in the broker come before the retained messages that explain them."""
    with quick_lab.client() as client:
        with quick_lab.bridge("telemetry"):
            for topic, payload in (CAR, BEDROOM):
                client.say(topic, payload, retain=True)
            eventually(lambda: len(quick_lab.rows(DEVICES)) == 2, PATIENCE)
            time.sleep(0.2)
        client.say("homie/5/super-car/engine/oil", b"212")
        client.say(BEDROOM[1]["state_topic"], {"temperature": 23.2})
        with quick_lab.bridge("telemetry"):
            eventually(lambda: quick_lab.last("super-car") == {"engine_oil": 100.0}, PATIENCE)
            eventually(lambda: quick_lab.last("bedroom01ae") == {"sensorbedroomt": 23.2}, PATIENCE)
            assert quick_lab.letters() == []


@pytest.mark.parametrize("garbage", [b"\xff\x00", b"{", b"1e400", b"[" * 50_000, b"x" * 300_000])
def test_garbage_under_every_dialects_topics_stops_nothing(quick_lab, garbage):
    with quick_lab.bridge("telemetry") as telemetry, quick_lab.client() as client:
        for _, _, said, _ in SPOKEN:
            client.say(said[-1][0], garbage)
        client.say("zebra/gate/tevents", garbage)
        client.say("fablab/v1/plug-1/readings", {"n": 1})

        eventually(lambda: quick_lab.kept("plug-1") == [1.0], PATIENCE)
        assert "Traceback" not in telemetry.text
        assert len(quick_lab.letters()) >= 8
