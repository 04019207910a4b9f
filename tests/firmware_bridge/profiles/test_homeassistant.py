"""Home Assistant discovery: the configurations of its MQTT page, and those of makers."""

import json

import pytest

from firmware_bridge.profiles.base import Lesson, Reading, Seen, Status, Unread
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

BEDROOM = {
    "device_class": "temperature",
    "state_topic": "homeassistant/sensor/sensorBedroom/state",
    "unit_of_measurement": "°C",
    "value_template": "{{ value_json.temperature}}",
    "unique_id": "temp01ae",
    "device": {
        "identifiers": ["bedroom01ae"],
        "name": "Bedroom",
        "manufacturer": "Example sensors Ltd.",
        "model": "Example Sensor",
        "sw_version": "2024.1.0",
    },
}
HUMIDITY = BEDROOM | {
    "device_class": "humidity",
    "unit_of_measurement": "%",
    "value_template": "{{ value_json.humidity}}",
}
GARDEN = {
    "name": None,
    "device_class": "motion",
    "state_topic": "homeassistant/binary_sensor/garden/state",
    "unique_id": "motion01ad",
    "device": {"identifiers": ["01ad"], "name": "Garden"},
}
KITCHEN = {
    "~": "homeassistant/light/kitchen",
    "name": "Kitchen",
    "uniq_id": "kitchen_light",
    "cmd_t": "~/set",
    "stat_t": "~/state",
    "schema": "json",
    "brightness": True,
}
WHOLE = {
    "dev": {"ids": "ea334450945afc", "name": "Kitchen", "mf": "Bla electronics", "sw": "1.0"},
    "o": {"name": "bla2mqtt", "sw": "2.1", "url": "https://bla2mqtt.example.com/support"},
    "cmps": {
        "some_unique_component_id1": {
            "p": "sensor",
            "device_class": "temperature",
            "unit_of_measurement": "°F",
            "value_template": "{{ value_json.temperature}}",
        },
        "some_unique_id2": {
            "p": "sensor",
            "device_class": "energy",
            "unit_of_measurement": "kWh",
            "value_template": '{{ value_json["energy"] | float }}',
        },
        "gone": {"p": "sensor"},
    },
    "state_topic": "sensorBedroom/state",
    "qos": 2,
}
ESPHOME = {
    "dev_cla": "power",
    "unit_of_meas": "kW",
    "stat_cla": "measurement",
    "name": "Power",
    "stat_t": "bench/sensor/power/state",
    "avty_t": "bench/status",
    "uniq_id": "ESPsensorpower",
    "dev": {"ids": "a4cf12ab34cd", "name": "bench", "sw": "esphome v2023.12.5", "mf": "espressif"},
}

BOTH = [{"t": "d/lwt"}, {"t": "gw"}]


def told(memory, topic, config):
    return decoded(topic, config if isinstance(config, bytes) else json.dumps(config).encode(), memory=memory)


def reading(device, channel, value, unit=""):
    return Reading(device, channel, value, unit, AT.ns, False)


def test_a_configuration_explains_a_topic():
    memory = Memory()
    unknown = told(memory, BEDROOM["state_topic"], b"{}")

    assert told(memory, "homeassistant/sensor/sensorBedroomT/config", BEDROOM) == [
        Lesson(),
        Seen("bedroom01ae", "homeassistant", "2024.1.0", (("sensorbedroomt", "°C"),)),
    ]
    told(memory, "homeassistant/sensor/sensorBedroomH/config", HUMIDITY)

    assert unknown is None
    assert told(memory, BEDROOM["state_topic"], {"temperature": 23.20, "humidity": 43.70}) == [
        reading("bedroom01ae", "sensorbedroomt", 23.2, "°C"),
        reading("bedroom01ae", "sensorbedroomh", 43.7, "%"),
    ]
    assert told(memory, BEDROOM["state_topic"], {"humidity": 44}) == [
        reading("bedroom01ae", "sensorbedroomh", 44.0, "%")
    ]


def test_the_same_configuration_again_changes_nothing():
    memory = Memory()
    for _ in range(3):
        told(memory, "homeassistant/sensor/sensorBedroomT/config", BEDROOM)

    assert told(memory, BEDROOM["state_topic"], {"temperature": 1}) == [
        reading("bedroom01ae", "sensorbedroomt", 1.0, "°C")
    ]


def test_a_configuration_that_is_taken_away_is_forgotten():
    memory = Memory()
    told(memory, "homeassistant/sensor/sensorBedroomT/config", BEDROOM)

    assert told(memory, "homeassistant/sensor/sensorBedroomT/config", b"") == [Lesson(kept=False)]
    assert told(memory, BEDROOM["state_topic"], {"temperature": 1}) is None


def test_switches_have_words_for_on_and_off():
    memory = Memory()
    told(memory, "homeassistant/binary_sensor/garden/config", GARDEN)
    told(memory, "x/switch/pump/config", {"stat_t": "p", "pl_on": 1, "pl_off": 0, "dev": {"ids": "pump"}})

    assert told(memory, GARDEN["state_topic"], b"ON") == [reading("01ad", "motion", 1.0)]
    assert told(memory, "p", b"0") == [reading("pump", "relay", 0.0)]
    with pytest.raises(BadPayload, match="neither on nor off"):
        told(memory, GARDEN["state_topic"], b"maybe")


def test_a_base_topic_and_a_light():
    memory = Memory()
    told(memory, "homeassistant/light/kitchen/config", KITCHEN)

    assert told(memory, "homeassistant/light/kitchen/state", {"state": "ON", "brightness": 255}) == [
        reading("kitchen", "state", 1.0),
        reading("kitchen", "state_brightness", 255.0),
    ]


def test_a_device_with_its_components():
    memory = Memory()

    assert told(memory, "homeassistant/device/0AFFD2/config", WHOLE) == [
        Lesson(),
        Seen(
            "ea334450945afc",
            "homeassistant",
            "1.0",
            (("some_unique_component_id1", "°C"), ("some_unique_id2", "Wh")),
        ),
    ]
    assert told(memory, "sensorBedroom/state", {"temperature": 212, "energy": "1.5"}) == [
        reading("ea334450945afc", "some_unique_component_id1", 100.0, "°C"),
        reading("ea334450945afc", "some_unique_id2", 1500.0, "Wh"),
    ]


def test_a_channel_is_named_without_its_device():
    memory = Memory()
    config = {"stat_t": "plug/p", "unit_of_meas": "W", "dev": {"ids": ["x1"], "name": "Kitchen plug"}}
    told(memory, "homeassistant/sensor/kitchen_plug_power/config", config)

    assert told(memory, "plug/p", b"12.5") == [reading("x1", "power", 12.5, "W")]


@pytest.mark.parametrize(
    ("config", "said", "online"),
    [
        ({"avty_t": "d/lwt"}, [("d/lwt", b"online")], True),
        ({"avty_t": "d/lwt", "pl_avail": "1", "pl_not_avail": "0"}, [("d/lwt", b"0")], False),
        ({"avty_t": "d/lwt", "avty_tpl": "{{ value_json.state }}"}, [("d/lwt", b'{"state":"online"}')], True),
        ({"avty": BOTH}, [("d/lwt", b"offline"), ("gw", b"online")], True),
        ({"avty": BOTH, "avty_mode": "all"}, [("gw", b"offline"), ("d/lwt", b"online")], False),
        ({"avty": BOTH, "avty_mode": "any"}, [("gw", b"online"), ("d/lwt", b"offline")], True),
        ({"~": "d", "avty": [{"topic": "~/lwt"}]}, [("d/lwt", b"offline")], False),
    ],
)  # fmt: skip
def test_availability(config, said, online):
    memory = Memory()
    told(memory, "homeassistant/sensor/d/config", {"stat_t": "d/s", "dev": {"ids": "d"}} | config)

    for topic, payload in said:
        events = told(memory, topic, payload)

    assert events == [Status("d", online=online)]


def test_other_topics_of_a_component():
    memory = Memory()
    config = {
        "curr_temp_t": "h/now",
        "temp_stat_t": "h/set",
        "temp_unit": "F",
        "mode_stat_t": "h/mode",
        "mode_cmd_t": "h/mode/set",
        "json_attr_t": "h/attributes",
        "dev": {"ids": "heater"},
    }
    told(memory, "homeassistant/climate/heater/main/config", config)

    assert told(memory, "h/now", b"68") == [reading("heater", "main_current_temperature", 20.0, "°C")]
    assert told(memory, "h/set", b"212") == [reading("heater", "main_temperature", 100.0, "°C")]
    assert told(memory, "h/mode", b"heat") == [reading("heater", "main_mode", "heat")]
    assert told(memory, "h/mode/set", b"heat") is None
    assert told(memory, "h/attributes", b'{"x":1}') == []


@pytest.mark.parametrize(
    ("facts", "payload", "value"),
    [
        ({}, b"12", 12.0),
        ({}, b"twelve", "twelve"),
        ({"dev_cla": "enum"}, b"12", "12"),
        ({"unit_of_meas": "W"}, b"unavailable", None),
        ({"stat_cla": "measurement"}, b"None", None),
    ],
)
def test_a_sensor_says_a_number_when_it_is_one(facts, payload, value):
    memory = Memory()
    told(memory, "homeassistant/sensor/d/a/config", {"stat_t": "s", "dev": {"ids": "d"}} | facts)

    assert [event.value for event in told(memory, "s", payload)] == ([] if value is None else [value])


def test_a_template_beyond_us_is_told_and_the_rest_counts():
    memory = Memory()
    config = WHOLE | {"cmps": WHOLE["cmps"] | {"odd": {"p": "sensor", "val_tpl": "{{ x if y else z }}"}}}

    events = told(memory, "homeassistant/device/0AFFD2/config", config)

    assert events[0] == Unread("value_template is more than we read: {{ x if y else z }}")
    assert isinstance(events[-1], Seen)


def test_esphome_tells_its_units_here():
    memory = Memory()

    assert told(memory, "homeassistant/sensor/bench/power/config", ESPHOME) == [Lesson()]
    assert told(memory, "bench/sensor/power/state", b"1.5") == [reading("bench", "power", 1500.0, "W")]
    assert told(memory, "bench/status", b"offline") == [Status("bench", online=False)]


@pytest.mark.parametrize(
    ("component", "config", "payload", "meant"),
    [
        (
            "vacuum",
            {},
            b'{"state":"cleaning","battery_level":61,"fan_speed":"max"}',
            ("state", "cleaning", ""),
        ),
        ("valve", {"reports_position": True}, b"50", ("state", 50.0, "%")),
        ("siren", {}, b'{"state":"ON","tone":"ding"}', ("state", 1.0, "")),
        ("valve", {}, b"open", ("state", "open", "")),
        (
            "sensor",
            {"unit_of_meas": "W", "val_tpl": "{{value_json['w'] if value_json['w'] is defined else 0}}"},
            b'{"w":12.5}',
            ("state", 12.5, "W"),
        ),
        (
            "binary_sensor",
            {"dev_cla": "door", "val_tpl": "{{ 'ON' if value_json.open > 0 else 'OFF' }}"},
            b'{"open":1}',
            ("door", 1.0, ""),
        ),
    ],
)
def test_components_of_other_makers(component, config, payload, meant):
    memory = Memory()
    told(memory, f"homeassistant/{component}/x1/config", {"stat_t": "x1/s", "dev": {"ids": "x1"}} | config)

    assert told(memory, "x1/s", payload) == [reading("x1", *meant)]


@pytest.mark.parametrize(
    "version",
    ["2025.8.0 (config hash 0x1a2b3c4d)", "1.4 (ESPHome 2025.8.0)", "2024.6.1-dev (Jun 10 2024, 10:00)"],
)
def test_later_nodes_of_esphome_call_themselves_otherwise(version):
    memory = Memory()
    config = ESPHOME | {"dev": ESPHOME["dev"] | {"sw": version}}

    assert told(memory, "homeassistant/sensor/bench/power/config", config) == [Lesson()]
    assert told(memory, "bench/sensor/power/state", b"1.5") == [
        reading("bench", "power", 1500.0, "W"),
    ]


def test_a_gateway_may_tell_its_tags_topics_as_patterns():
    memory = Memory()
    tag = {
        "stat_t": "+/+/BTtoMQTT/A4C138E5B2C1",
        "val_tpl": "{{ value_json.tempc | is_defined }}",
        "unit_of_meas": "°C",
        "dev": {"ids": ["A4C138E5B2C1"], "name": "LYWSD03MMC-E5B2C1"},
    }
    heard = b'{"id":"A4:C1:38:E5:B2:C1","rssi":-70,"tempc":21.4,"hum":44}'
    told(memory, "homeassistant/sensor/A4C138E5B2C1-tempc/config", tag)

    assert told(memory, "home/gateway/BTtoMQTT/A4C138E5B2C1", heard) == [
        reading("a4c138e5b2c1", "tempc", 21.4, "°C")
    ]
    assert told(memory, "home/gateway/1/BTtoMQTT/A4C138E5B2C1", heard) is None
    told(memory, "homeassistant/sensor/A4C138E5B2C1-tempc/config", b"")
    assert told(memory, "home/gateway/BTtoMQTT/A4C138E5B2C1", heard) is None


def test_a_node_of_esphome_may_tell_one_value_anywhere():
    memory = Memory()
    told(memory, "homeassistant/sensor/bench/power/config", ESPHOME | {"stat_t": "workshop/saw/power"})

    assert told(memory, "workshop/saw/power", b"1.5") == [reading("bench", "power", 1500.0, "W")]
    assert told(memory, "bench/status", b"online") == [Status("bench", online=True)]


def test_a_device_of_esphomes_shape_that_is_none_is_left_to_its_maker():
    memory = Memory()
    config = {"stat_t": "box/sensor/t/state", "unit_of_meas": "°C", "dev": {"ids": "box-1"}}
    told(memory, "homeassistant/sensor/box/t/config", config)

    assert told(memory, "box/sensor/t/state", b"1") == [reading("box-1", "t", 1.0, "°C")]


@pytest.mark.parametrize(
    "topic",
    [
        "zigbee2mqtt/lamp",
        "tele/plug/SENSOR",
        "etabli/live/x",
        "fablab/v1/a/readings",
        "home/plug/tele/STATE",
        "lab/p/status/switch:0",
    ],
)
def test_what_other_families_read_is_left_to_them(topic):
    assert told(Memory(), "homeassistant/sensor/x/config", BEDROOM | {"state_topic": topic}) == [Lesson()]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("homeassistant/status", b"online"),
        ("homeassistant/sensor/x/config", b'{"migrate_discovery":true}'),
    ],
)
def test_what_is_heard_in_silence(topic, payload):
    assert decoded(topic, payload) == []


@pytest.mark.parametrize(
    "payload",
    [b"[]", b"{", b'{"state_topic":5}', b'{"availability_topic":[1]}', b'{"stat_t":"' + b"x" * 2000 + b'"}'],
)
def test_a_broken_configuration_is_bad(payload):
    with pytest.raises(BadPayload):
        decoded("homeassistant/sensor/x/config", payload)


@pytest.mark.parametrize("payload", [b"warm", b"true", b"[1]", b'{"a":1}', b"1e999", b"\xff"])
def test_a_broken_value_is_bad(payload):
    memory = Memory()
    told(memory, "homeassistant/sensor/d/a/config", {"stat_t": "s", "unit_of_meas": "W", "dev": {"ids": "d"}})

    with pytest.raises(BadPayload):
        told(memory, "s", payload)


def test_what_one_can_not_read_spoils_nothing_of_another():
    memory = Memory()
    told(memory, "homeassistant/sensor/d/a/config", {"stat_t": "s", "unit_of_meas": "W", "dev": {"ids": "d"}})
    told(memory, "homeassistant/sensor/e/a/config", {"avty_t": "s", "stat_t": "t", "dev": {"ids": "e"}})
    told(memory, "homeassistant/switch/f/a/config", {"stat_t": "s", "dev": {"ids": "f"}})

    assert told(memory, "s", b"12") == [
        reading("d", "a", 12.0, "W"),
        Unread("availability is neither the one nor the other"),
    ]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("homeassistant/sensor/x/state", b"12"),
        ("lab/sensor/x/config", b'{"interval":5}'),
        ("lab/toaster/x/config", b'{"stat_t":"a","dev":{}}'),
        ("x/config", b"{}"),
    ],
)
def test_look_alikes_are_not_ours(topic, payload):
    assert decoded(topic, payload) is None
