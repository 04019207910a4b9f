"""Our own devices, from topic and bytes to events."""

import pytest

from firmware_bridge.profiles import find
from firmware_bridge.profiles.base import Lesson, Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded


def test_readings_take_the_devices_time_when_it_can_be_true():
    payload = b'[{"at":1795400000.25,"power":132.5,"state":"busy"},{"at":3,"power":1}]'

    assert decoded("fablab/v1/laser-1/readings", payload) == [
        Reading("laser-1", "power", 132.5, "W", 1_795_400_000_250_000_000, True),
        Reading("laser-1", "state", "busy", "", 1_795_400_000_250_000_000, True),
        Reading("laser-1", "power", 1.0, "W", AT.ns, False),
    ]


def test_hello_and_status():
    assert decoded("fablab/v1/door-1/hello", b'{"profile":"door-reader","firmware":"2"}') == [
        Seen("door-1", "door-reader", "2")
    ]
    assert decoded("fablab/v1/door-1/status", b"offline") == [Status("door-1", online=False)]


def test_power_and_energy_have_our_units_before_anybody_told_one():
    told = decoded("fablab/v1/m-1/readings", b'{"power":2,"energy":3,"rssi":-50,"co2":4,"state":"busy"}')

    assert {each.channel: each.unit for each in told} == {
        "power": "W",
        "energy": "Wh",
        "rssi": "dBm",
        "co2": "",
        "state": "",
    }


def test_what_a_device_counts_in_is_ours_when_it_is_read():
    memory = Memory()
    hello = b'{"channels":[{"key":"energy","unit":"kWh"},{"key":"power","unit":"kW"},{"key":"t","unit":"F"}]}'
    seen, lesson = decoded("fablab/v1/m-1/hello", hello, memory=memory)
    told = decoded("fablab/v1/m-1/readings", b'{"energy":1.5,"power":0.25,"t":68}', memory=memory)
    again = decoded("fablab/v1/m-1/hello", b'{"channels":[{"key":"energy","unit":"Wh"}]}', memory=memory)
    plain = decoded("fablab/v1/m-1/readings", b'{"energy":1.5}', memory=memory)

    assert seen.channels == (("energy", "Wh"), ("power", "W"), ("t", "°C"))
    assert [(each.value, each.unit) for each in told] == [(1500.0, "Wh"), (250.0, "W"), (20.0, "°C")]
    assert (lesson, again[1:]) == (Lesson(), [Lesson(kept=False)])
    assert [(each.value, each.unit) for each in plain] == [(1.5, "Wh")]


@pytest.mark.parametrize(
    "topic",
    [
        "fablab/v1/Bad_Name/readings",
        "fablab/v1//readings",
        "fablab/v1/a/nonsense",
        "fablab/v1/a",
        "fablab/v1/a/b/c",
    ],
)
def test_a_topic_below_ours_that_means_nothing_is_bad(topic):
    profile, _ = find(topic, b"{}", Memory())

    assert profile.name == "native"
    with pytest.raises(BadPayload):
        decoded(topic, b'{"a":1}')
