"""Recorded Tasmota payloads and what they mean."""

import pytest

from firmware_bridge.profiles.base import Reading, Seen, Status
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

SENSOR = (
    b'{"Time":"2018-02-15T17:37:10","ENERGY":{"Total":6.294,"Yesterday":5.340,"Today":0.954,"Power":2635,'
    b'"Factor":0.99,"Voltage":227,"Current":11.661}}'
)
MEANT = [
    ("power", 2635.0, "W"),
    ("energy", 6294.0, "Wh"),
    ("energy_today", 954.0, "Wh"),
    ("energy_yesterday", 5340.0, "Wh"),
    ("factor", 0.99, ""),
    ("voltage", 227.0, "V"),
    ("current", 11.661, "A"),
]


def readings(device, meant):
    return [Reading(device, key, value, unit, AT.ns, False) for key, value, unit in meant]


@pytest.mark.parametrize(
    "topic",
    [
        "tele/plug-7/SENSOR",
        "plug-7/tele/SENSOR",
        "tasmota/plug-7/tele/SENSOR",
        "home/tele/plug-7/SENSOR",
        "atelier/plug-7/SENSOR",
        "tele/Plug_7/SENSOR",
    ],
)
def test_kilowatt_hours_become_watt_hours_wherever_the_topic_hides(topic):
    assert decoded(topic, SENSOR) == readings("plug-7", MEANT)


def test_a_plug_of_several_phases_has_a_channel_each():
    payload = b'{"Time":"2026-01-01T00:00:00","ENERGY":{"Total":[1.5,2.25],"Power":[10,null],"Voltage":230}}'

    assert decoded("tele/em/SENSOR", payload) == readings(
        "em",
        [
            ("power_1", 10.0, "W"),
            ("energy_1", 1500.0, "Wh"),
            ("energy_2", 2250.0, "Wh"),
            ("voltage", 230.0, "V"),
        ],
    )


def test_climate_is_told_in_celsius():
    payload = b'{"Time":"x","AM2301":{"Temperature":212.0,"Humidity":48.5},"TempUnit":"F"}'

    assert decoded("tele/room/SENSOR", payload) == readings(
        "room", [("am2301_temperature", 100.0, "°C"), ("am2301_humidity", 48.5, "%")]
    )


@pytest.mark.parametrize(
    ("topic", "payload", "meant"),
    [
        ("stat/plug-7/RESULT", b'{"POWER":"ON"}', [("relay", 1.0, "")]),
        ("stat/plug-7/RESULT", b'{"POWER2":"OFF"}', [("relay_2", 0.0, "")]),
        (
            "tele/plug-7/STATE",
            b'{"Time":"2026-01-01T00:00:00","POWER":"OFF","Wifi":{"RSSI":90,"Signal":-55}}',
            [("relay", 0.0, ""), ("rssi", -55.0, "dBm")],
        ),
        ("stat/plug-7/POWER", b"ON", []),
        ("stat/plug-7/STATUS10", b"whatever", []),
        ("cmnd/plug-7/POWER", b"TOGGLE", []),
    ],
)
def test_relays(topic, payload, meant):
    assert decoded(topic, payload) == readings("plug-7", meant)


def test_the_last_will():
    assert decoded("tele/plug-7/LWT", b"Online") == [Status("plug-7", online=True)]
    assert decoded("tele/plug-7/LWT", b"Offline") == [Status("plug-7", online=False)]


def test_the_firmware():
    assert decoded("tele/plug-7/INFO1", b'{"Info1":{"Module":"Nous A1T","Version":"14.2.0(tasmota)"}}') == [
        Seen("plug-7", "tasmota", "14.2.0(tasmota)")
    ]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("tele/plug-7/SENSOR", b"oops"),
        ("tele/plug-7/SENSOR", b'{"ENERGY":{"Power":"many"}}'),
        ("tele/plug-7/SENSOR", b'{"ENERGY":{"Power":true}}'),
        ("tele/plug-7/SENSOR", b'{"ENERGY":{"Total":1e306}}'),
        ("tele/plug-7/LWT", b"Perhaps"),
    ],
)
def test_a_broken_message_is_bad(topic, payload):
    with pytest.raises(BadPayload):
        decoded(topic, payload)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("a/b/SENSOR", b'{"x":1}'),
        ("a/SENSOR", b"1"),
        ("SENSOR", SENSOR),
        ("tele/###/SENSOR", SENSOR),
        ("a/LWT", b"on"),
    ],
)
def test_what_is_in_doubt_is_not_ours(topic, payload):
    assert decoded(topic, payload) is None
