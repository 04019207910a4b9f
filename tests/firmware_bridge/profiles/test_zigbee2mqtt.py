"""Zigbee2MQTT: payloads of its pages and of devices."""

import json

import pytest

from firmware_bridge.profiles.base import Lesson, Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

PLUG = (
    b'{"consumption":12.05,"current":0.43,"energy":12.05,"linkquality":120,"power":98.6,'
    b'"state":"ON","temperature":31,"voltage":229.5,"update":{"state":"idle","installed_version":41},"update_available":false}'
)
RECORDED = [
    ("my_plug", PLUG, [
        ("consumption", 12.05, ""), ("current", 0.43, "A"),
        ("energy", 12050.0, "Wh"), ("linkquality", 120.0, ""),
        ("power", 98.6, "W"), ("relay", 1.0, ""), ("temperature", 31.0, "°C"), ("voltage", 229.5, "V"),
    ]),
    ("WSDCGQ01LM", b'{"temperature": 27.34,"humidity": 44.72}', [
        ("temperature", 27.34, "°C"), ("humidity", 44.72, "%"),
    ]),
    ("WXKG01LM", b'{"action": "single"}', [("action", "single", "")]),
    ("WXKG01LM", b'{"action": ""}', []),
    ("RTCGQ01LM", b'{"occupancy": true}', [("occupancy", 1.0, "")]),
    ("LED1545G12", b'{"state": "ON","brightness": 215,"color_temp": 325,"color":{"x":0.4,"y":0.3}}', [
        ("relay", 1.0, ""), ("brightness", 215.0, ""), ("color_temp", 325.0, ""),
    ]),
    ("door", b'{"battery":100,"voltage":3015,"contact":false,"device_temperature":null}', [
        ("battery", 100.0, "%"), ("voltage", 3.015, "V"), ("contact", 0.0, ""),
    ]),
    ("duo", b'{"state_left":"OFF","state_right":"ON","power_left":3,"energy_l2":0.5}', [
        ("relay_left", 0.0, ""), ("relay_right", 1.0, ""),
        ("power_left", 3.0, "W"), ("energy_l2", 500.0, "Wh"),
    ]),
    ("meter", b'{"power":5,"power_phase_b":6,"power_phase_c":7,"voltage_phase_c":231,"energy":1.5}', [
        ("power_a", 5.0, "W"), ("power_b", 6.0, "W"), ("power_c", 7.0, "W"), ("voltage_c", 231.0, "V"),
        ("energy", 1500.0, "Wh"),
    ]),
    ("tuya", b'{"power":18,"power_phase_a":5,"power_phase_b":6,"current_phase_a":0.1,"energy_today":0.25}', [
        ("power", 18.0, "W"), ("power_a", 5.0, "W"), ("power_b", 6.0, "W"), ("current_a", 0.1, "A"),
        ("energy_today", 250.0, "Wh"),
    ]),
    ("clamp", b'{"power_a":12,"energy_a":2,"energy_produced_a":3,"power_factor":0.91}', [
        ("power_a", 12.0, "W"), ("energy_a", 2000.0, "Wh"), ("energy_produced_a", 3000.0, "Wh"),
        ("power_factor", 0.91, ""),
    ]),
    ("trv", b'{"local_temperature":21.5,"occupied_heating_setpoint":20,"pi_heating_demand":7,"error":null}', [
        ("local_temperature", 21.5, "°C"), ("occupied_heating_setpoint", 20.0, "°C"),
        ("pi_heating_demand", 7.0, "%"),
    ]),
    ("lock", b'{"state":"UNLOCK","lock_state":"unlocked"}', [
        ("state", "UNLOCK", ""), ("lock_state", "unlocked", ""),
    ]),
    ("blind", b'{"position":40,"state":"OPEN"}', [("position", 40.0, "%"), ("state", "OPEN", "")]),
]  # fmt: skip
DEVICES = [
    {
        "ieee_address": "0x00124b00120144ae",
        "type": "Coordinator",
        "network_address": 0,
        "supported": False,
        "friendly_name": "Coordinator",
        "definition": None,
    },
    {
        "ieee_address": "0x00158d00018255df",
        "type": "Router",
        "network_address": 29159,
        "supported": True,
        "friendly_name": "kitchen/my_plug",
        "software_build_id": "1.3.009",
        "definition": {
            "model": "ZNCZ02LM",
            "vendor": "Xiaomi",
            "exposes": [
                {
                    "type": "switch",
                    "features": [{"type": "binary", "name": "state", "property": "state", "access": 7}],
                },
                {"type": "numeric", "name": "energy", "property": "energy", "unit": "Wh", "access": 1},
                {"type": "numeric", "name": "voltage", "property": "voltage", "unit": "mV", "access": 1},
                {"type": "enum", "name": "effect", "property": "effect", "access": 2},
            ],
        },
    },
    {"ieee_address": "0x1", "type": "EndDevice", "friendly_name": "my_sensor", "definition": None},
]


def readings(device, meant, at=AT.ns, by_device=False):
    return [Reading(device, channel, value, unit, at, by_device) for channel, value, unit in meant]


@pytest.mark.parametrize(("name", "payload", "meant"), RECORDED)
def test_what_devices_say(name, payload, meant):
    assert decoded(f"zigbee2mqtt/{name}", payload) == readings(name.lower().replace("_", "-"), meant)


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("kitchen/floor_light", "kitchen-floor-light"),
        ("0x00158d00018255df", "0x00158d00018255df"),
        ("Lampe ☕", "lampe"),
        ("キッチン", "zigbee2mqtt-1e574eeb"),
    ],
)
def test_names_with_slashes_and_signs(name, device):
    assert decoded(f"zigbee2mqtt/{name}", b'{"battery":1}') == readings(device, [("battery", 1.0, "%")])


@pytest.mark.parametrize(
    ("last_seen", "at"),
    [
        ('"2026-11-23T02:13:19.500Z"', 1_795_399_999_500_000_000),
        ('"2026-11-23T03:13:19+01:00"', 1_795_399_999_000_000_000),
        ("1795399999500", 1_795_399_999_500_000_000),
    ],
)
def test_an_old_state_that_is_told_again_keeps_its_time(last_seen, at):
    payload = b'{"battery":97,"last_seen":%s}' % last_seen.encode()

    assert decoded("zigbee2mqtt/door", payload) == readings("door", [("battery", 97.0, "%")], at, True)


@pytest.mark.parametrize("payload", [b"online", b'{"state":"online"}'])
def test_availability_old_and_new(payload):
    assert decoded("zigbee2mqtt/a/b/availability", payload) == [Status("a-b", online=True)]
    assert decoded("zigbee2mqtt/a/availability", b"offline") == [Status("a", online=False)]


def test_attributes_may_come_one_by_one():
    assert decoded("zigbee2mqtt/my_plug/power", b"98.6") == readings("my-plug", [("power", 98.6, "W")])
    assert decoded("zigbee2mqtt/my_plug/state", b"OFF") == readings("my-plug", [("relay", 0.0, "")])


def test_the_bridge_lists_its_devices_and_their_units():
    memory = Memory()

    listed = decoded("zigbee2mqtt/bridge/devices", json.dumps(DEVICES).encode(), memory=memory)

    assert listed == [
        Lesson(),
        Seen(
            "kitchen-my-plug",
            "zigbee2mqtt",
            "1.3.009",
            (("relay", ""), ("energy", "Wh"), ("voltage", "V")),
        ),
        Seen("my-sensor", "zigbee2mqtt"),
    ]
    assert decoded("zigbee2mqtt/kitchen/my_plug", b'{"energy":5,"voltage":230000}', memory=memory) == (
        readings("kitchen-my-plug", [("energy", 5.0, "Wh"), ("voltage", 230.0, "V")])
    )


# What the guide's page on exposes names: switches of words, a lock, a composite, a list.
LOCKABLE = [
    {"type": "lock", "features": [
        {"type": "binary", "property": "state", "access": 7, "value_on": "LOCK", "value_off": "UNLOCK"},
    ]},
    {"type": "binary", "property": "child_lock", "access": 7, "value_on": "LOCK", "value_off": "UNLOCK"},
    {"type": "binary", "property": "contact", "access": 1, "value_on": False, "value_off": True},
    {"type": "numeric", "property": "linkquality", "access": 1, "unit": "lqi"},
    {"type": "composite", "property": "warning", "access": 3, "features": [
        {"type": "numeric", "property": "duration", "access": 3, "unit": "s"},
    ]},
    {"type": "list", "property": "schedule", "access": 2, "item_type": {"type": "text"}},
]  # fmt: skip


def test_the_list_says_how_a_property_says_yes_and_no():
    memory = Memory()
    listed = [{"type": "Router", "friendly_name": "valve", "definition": {"exposes": LOCKABLE}}]

    [_, seen] = decoded("zigbee2mqtt/bridge/devices", json.dumps(listed).encode(), memory=memory)
    payload = (
        b'{"state":"LOCK","child_lock":"LOCK","contact":false,"linkquality":99,"warning":{"duration":10}}'
    )

    assert seen.channels == (
        ("state", ""),
        ("child_lock", ""),
        ("contact", ""),
        ("linkquality", ""),
        ("warning_duration", "s"),
    )
    assert decoded("zigbee2mqtt/valve", payload, memory=memory) == readings(
        "valve",
        [
            ("state", 1.0, ""),
            ("child_lock", 1.0, ""),
            ("contact", 0.0, ""),
            ("linkquality", 99.0, ""),
            ("warning_duration", 10.0, "s"),
        ],
    )


def test_another_base_topic_is_known_by_the_bridges_list():
    memory = Memory()
    before = decoded("lab/zigbee/lamp", b'{"battery":1}', memory=memory)

    decoded("lab/zigbee/bridge/devices", json.dumps(DEVICES).encode(), memory=memory)

    assert before is None
    assert decoded("lab/zigbee/lamp", b'{"battery":1}', memory=memory) == readings(
        "lamp", [("battery", 1.0, "%")]
    )


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("zigbee2mqtt/bridge/state", b'{"state":"online"}'),
        ("zigbee2mqtt/bridge/logging", b'{"level":"info","message":"x"}'),
        ("zigbee2mqtt/bridge/event", b'{"type":"device_joined","data":{}}'),
        ("zigbee2mqtt/bridge/response/device/rename", b"{}"),
        ("zigbee2mqtt/my_plug/set", b'{"state":"ON"}'),
        ("zigbee2mqtt/my_plug/set/state", b"ON"),
        ("zigbee2mqtt/my_plug/get", b'{"state":""}'),
        ("zigbee2mqtt/my_plug/power", b"null"),
    ],
)
def test_what_is_heard_in_silence(topic, payload):
    assert decoded(topic, payload) == []


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("zigbee2mqtt/x", b"{"),
        ("zigbee2mqtt/x", b"5"),
        ("zigbee2mqtt/x", b"[]"),
        ("zigbee2mqtt/x", b'{"power":"much"}'),
        ("zigbee2mqtt/x", b'{"power":1' + b"0" * 400 + b"}"),
        ("zigbee2mqtt/x/availability", b"perhaps"),
        ("zigbee2mqtt/bridge/devices", b"{}"),
        ("zigbee2mqtt/bridge/devices", b"[1]"),
    ],
)
def test_a_broken_message_is_bad(topic, payload):
    with pytest.raises(BadPayload):
        decoded(topic, payload)


@pytest.mark.parametrize("topic", ["zigbee2mqtt", "zigbee2mqtt/", "x/bridge/state", "bridge/devices"])
def test_look_alikes_are_not_ours(topic):
    assert decoded(topic, b'{"a":1}') is None
