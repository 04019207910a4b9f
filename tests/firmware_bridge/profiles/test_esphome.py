"""ESPHome: topics and payloads of its MQTT page and of nodes."""

import pytest

from firmware_bridge.profiles.base import Lesson, Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

RECORDED = [
    ("livingroom/sensor/temperature/state", b"21.4", ("temperature", 21.4)),
    ("livingroom/sensor/wifi_signal/state", b"-62", ("wifi_signal", -62.0)),
    ("livingroom/binary_sensor/motion/state", b"OFF", ("motion", 0.0)),
    ("livingroom/switch/relay/state", b"ON", ("relay", 1.0)),
    ("livingroom/text_sensor/version/state", b"2024.12.2", ("version", "2024.12.2")),
    ("livingroom/number/threshold/state", b"12.50", ("threshold", 12.5)),
    ("livingroom/select/mode/state", b"Eco", ("mode", "Eco")),
    ("livingroom/cover/blind/state", b"opening", ("blind", "opening")),
    ("livingroom/lock/door/state", b"LOCKED", ("door", "LOCKED")),
    ("livingroom/fan/hood/state", b"ON", ("hood", 1.0)),
    ("livingroom/fan/hood/speed_level/state", b"2", ("hood_speed_level", 2.0)),
    ("livingroom/climate/heater/mode/state", b"heat", ("heater_mode", "heat")),
    ("livingroom/climate/heater/action/state", b"heating", ("heater_action", "heating")),
    ("livingroom/fan/hood/direction/state", b"forward", ("hood_direction", "forward")),
    ("livingroom/valve/water/state", b"closed", ("water", "closed")),
    ("livingroom/event/doorbell/state", b'{"event_type":"press"}', ("doorbell", "press")),
    ("livingroom/date/since/state", b'{"year":2026,"month":3,"day":9}', ("since", "2026-03-09")),
    ("livingroom/time/wake/state", b'{"hour":6,"minute":30,"second":0}', ("wake", "06:30:00")),
    (
        "livingroom/datetime/next/state",
        b'{"year":2026,"month":3,"day":9,"hour":6,"minute":30,"second":5}',
        ("next", "2026-03-09T06:30:05"),
    ),
    (
        "livingroom/update/firmware/state",
        b'{"installed_version":"1.0.2","latest_version":"1.1.0","title":"node"}',
        ("firmware", "1.0.2"),
    ),
    ("livingroom/alarm_control_panel/house/state", b"armed_away", ("house", "armed_away")),
]


def reading(channel, value, unit="", device="livingroom"):
    return Reading(device, channel, value, unit, AT.ns, False)


@pytest.mark.parametrize(("topic", "payload", "meant"), RECORDED)
def test_what_nodes_say(topic, payload, meant):
    assert decoded(topic, payload) == [reading(*meant), Lesson()]


def test_parts_of_a_component_have_units():
    assert decoded("livingroom/climate/heater/current_temperature/state", b"19.5")[:1] == [
        reading("heater_current_temperature", 19.5, "°C")
    ]
    assert decoded("livingroom/cover/blind/position/state", b"40")[:1] == [
        reading("blind_position", 40.0, "%")
    ]


def test_a_light_tells_an_object():
    light = b'{"color_mode":"brightness","state":"ON","brightness":204,"color":{}}'

    assert decoded("livingroom/light/lamp/state", light)[:2] == [
        reading("lamp", 1.0),
        reading("lamp_brightness", 80.0, "%"),
    ]


def test_a_prefix_of_several_levels_is_named_by_its_last():
    assert decoded("home/floor_1/kitchen/sensor/t/state", b"1")[:1] == [reading("t", 1.0, device="kitchen")]


@pytest.mark.parametrize("told", [b"nan", b"NaN", b"None", b"unknown", b""])
def test_a_sensor_without_a_value_says_nothing(told):
    assert decoded("livingroom/sensor/temperature/state", told) == [Lesson()]


def test_status_and_debug_are_known_by_the_prefix():
    memory = Memory()
    before = decoded("livingroom/status", b"online", memory=memory)

    decoded("livingroom/sensor/temperature/state", b"21.4", memory=memory)

    assert before is None
    assert decoded("livingroom/status", b"offline", memory=memory) == [Status("livingroom", online=False)]
    assert decoded("livingroom/debug", b"\x1b[0;36m[D][sensor:093]\x1b[0m", memory=memory) == []
    assert decoded("livingroom/switch/relay/command", b"ON", memory=memory) == []
    assert decoded("livingroom/sensor/temperature/state", b"21.5", memory=memory) == [
        reading("temperature", 21.5)
    ]


def test_a_node_that_answers_to_discover_tells_its_version():
    memory = Memory()
    told = b'{"ip":"192.168.1.5","name":"livingroom","port":6053,"version":"2024.12.2","platform":"ESP32"}'
    before = decoded("esphome/discover/livingroom", told, memory=memory)

    decoded("livingroom/sensor/temperature/state", b"21.4", memory=memory)

    assert before == []
    assert decoded("esphome/discover/livingroom", told, memory=memory) == [
        Seen("livingroom", "esphome", "2024.12.2")
    ]


def test_a_known_node_that_talks_nonsense_is_bad():
    memory = Memory()
    decoded("livingroom/sensor/temperature/state", b"21.4", memory=memory)

    for topic, payload in (
        ("livingroom/sensor/temperature/state", b"warm"),
        ("livingroom/switch/relay/state", b"1"),
        ("livingroom/status", b"here"),
        ("livingroom/light/lamp/state", b"{"),
        ("livingroom/text_sensor/version/state", b"\xff"),
    ):
        with pytest.raises(BadPayload):
            decoded(topic, payload, memory=memory)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("livingroom/sensor/temperature/state", b"warm"),
        ("livingroom/switch/relay/state", b"1"),
        ("livingroom/toaster/x/state", b"1"),
        ("sensor/x/state", b"1"),
        ("wled/abc/status", b"online"),
        ("a/sensor//state", b"1"),
    ],
)
def test_look_alikes_are_not_ours(topic, payload):
    assert decoded(topic, payload) is None
