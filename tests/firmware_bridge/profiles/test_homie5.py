"""Homie 5 (and 4): the convention's own examples."""

import json

import pytest

from firmware_bridge.profiles.base import Lesson, Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

CAR = {
    "homie": "5.0",
    "name": "Supercar",
    "version": 7,
    "nodes": {
        "engine": {
            "name": "Car engine",
            "properties": {
                "speed": {"name": "Engine speed", "datatype": "integer", "unit": "rpm"},
                "temperature": {"datatype": "float", "unit": "°C", "format": "-20:120"},
                "oil": {"datatype": "float", "unit": "°F"},
                "energy": {"datatype": "float", "unit": "kWh"},
                "on": {"datatype": "boolean"},
                "direction": {"datatype": "enum", "format": "forward,backward"},
                "running": {"datatype": "duration"},
                "extra": {"datatype": "json"},
            },
        },
        "lights": {"properties": {"colour": {"datatype": "color", "format": "rgb"}}},
    },
}
BASE = "homie/5/super-car"


@pytest.fixture
def memory():
    memory = Memory()
    decoded(f"{BASE}/$description", json.dumps(CAR).encode(), memory=memory)
    return memory


def reading(channel, value, unit="", device="super-car"):
    return Reading(device, channel, value, unit, AT.ns, False)


def test_a_description_tells_channels_and_units():
    assert decoded(f"{BASE}/$description", json.dumps(CAR).encode()) == [
        Seen(
            "super-car",
            "homie5",
            "",
            (
                ("engine_speed", "rpm"),
                ("engine_temperature", "°C"),
                ("engine_oil", "°C"),
                ("engine_energy", "Wh"),
                ("engine_on", ""),
                ("engine_direction", ""),
                ("engine_running", "s"),
                ("lights_colour", ""),
            ),
        ),
        Lesson(),
    ]


@pytest.mark.parametrize(
    ("where", "payload", "meant"),
    [
        ("engine/temperature", b"21.5", ("engine_temperature", 21.5, "°C")),
        ("engine/oil", b"212", ("engine_oil", 100.0, "°C")),
        ("engine/energy", b"0.1", ("engine_energy", 100.0, "Wh")),
        ("engine/speed", b"-3000", ("engine_speed", -3000.0, "rpm")),
        ("engine/on", b"true", ("engine_on", 1.0)),
        ("engine/direction", b"forward", ("engine_direction", "forward")),
        ("engine/running", b"PT12H5M46S", ("engine_running", 43546.0, "s")),
        ("engine/running", b"PT5M", ("engine_running", 300.0, "s")),
        ("lights/colour", b"rgb,100,100,100", ("lights_colour", "rgb,100,100,100")),
    ],
)
def test_values_are_read_as_described(memory, where, payload, meant):
    assert decoded(f"{BASE}/{where}", payload, memory=memory) == [reading(*meant)]


@pytest.mark.parametrize(
    ("state", "online"),
    [
        ("init", True),
        ("ready", True),
        ("sleeping", True),
        ("disconnected", False),
        ("lost", False),
        ("", False),
    ],
)
def test_the_life_of_a_device(state, online):
    assert decoded(f"{BASE}/$state", state.encode()) == [Status("super-car", online=online)]


def test_who_hangs_on_a_lost_bridge_is_lost_too():
    memory = Memory()
    for own, root in (("bridge", None), ("light1", "bridge"), ("light2", "bridge"), ("other", None)):
        about = {"homie": "5.0", "version": 1, "name": own} | ({"root": root} if root else {})
        decoded(f"homie/5/{own}/$description", json.dumps(about).encode(), memory=memory)

    assert decoded("homie/5/bridge/$state", b"lost", memory=memory) == [
        Status("bridge", online=False),
        Status("light1", online=False),
        Status("light2", online=False),
    ]


def test_a_description_that_is_taken_away_is_forgotten(memory):
    assert decoded(f"{BASE}/$description", b"", memory=memory) == [Lesson(kept=False)]
    with pytest.raises(BadPayload, match="not described yet"):
        decoded(f"{BASE}/engine/temperature", b"21.5", memory=memory)


def test_another_root_is_known_by_what_only_homie_says():
    memory = Memory()
    before = decoded("lab/5/fan/hood/speed", b"1", memory=memory)
    about = {"homie": "5.0", "nodes": {"hood": {"properties": {"speed": {"datatype": "integer"}}}}}

    described = decoded("lab/5/fan/$description", json.dumps(about).encode(), memory=memory)

    assert before is None
    assert described == [Seen("fan", "homie5", "", (("hood_speed", ""),)), Lesson()]
    assert decoded("lab/5/fan/hood/speed", b"1", memory=memory) == [reading("hood_speed", 1.0, device="fan")]
    assert decoded("lab/5/other/$state", b"ready", memory=memory) == [Status("other", online=True)]
    assert decoded("lab/5/other/$state", b"fine", memory=memory) is None


def test_homie_4_tells_one_attribute_at_a_time():
    memory = Memory()

    decoded("homie/car/engine/temperature/$unit", "°F".encode(), memory=memory)
    taught = decoded("homie/car/engine/temperature/$datatype", b"float", memory=memory)

    assert taught == [Lesson()]
    assert decoded("homie/car/$state", b"ready", memory=memory) == [Status("car", online=True)]
    assert decoded("homie/car/$name", b"Super car", memory=memory) == []
    assert decoded("homie/car/engine/temperature", b"212", memory=memory) == [
        reading("engine_temperature", 100.0, "°C", device="car")
    ]


@pytest.mark.parametrize(
    "topic",
    [
        f"{BASE}/engine/temperature/set",
        f"{BASE}/engine/temperature/$target",
        f"{BASE}/$log/warn",
        "homie/5/$broadcast/alert",
        f"{BASE}/engine/extra",
    ],
)
def test_what_is_heard_in_silence(memory, topic):
    assert decoded(topic, b"[1]", memory=memory) == []


@pytest.mark.parametrize(
    ("where", "payload"),
    [
        ("engine/temperature", b"NaN"),
        ("engine/temperature", b"1e400"),
        ("engine/temperature", b"hot"),
        ("engine/speed", b"1.5"),
        ("engine/on", b"TRUE"),
        ("engine/running", b"5 minutes"),
        ("engine/unheard", b"1"),
        ("engine/direction", b"\xff"),
        ("$state", b"tired"),
        ("$description", b"5"),
        ("$description", b'{"nodes":5}'),
        ("$description", b'{"nodes":{"a":{"properties":{"b":{}}}}}'),
    ],
)
def test_a_broken_message_is_bad(memory, where, payload):
    with pytest.raises(BadPayload):
        decoded(f"{BASE}/{where}", payload, memory=memory)


def test_an_alert_stands_until_it_is_taken_away():
    told = b"Battery is low, at 8%"

    assert decoded(f"{BASE}/$alert/battery", told) == [reading("alert_battery", "Battery is low, at 8%")]
    assert decoded(f"{BASE}/$alert/battery", b"") == [reading("alert_battery", "cleared")]


def test_a_count_has_no_unit_and_an_empty_string_no_characters():
    memory = Memory()
    properties = {
        "pulses": {"datatype": "integer", "unit": "#"},
        "load": {"datatype": "float", "unit": "kW"},
        "note": {"datatype": "string"},
    }
    described = {"homie": "5.0", "version": 1, "nodes": {"meter": {"properties": properties}}}

    [seen, _] = decoded(f"{BASE}/$description", json.dumps(described).encode(), memory=memory)

    assert seen.channels == (("meter_pulses", ""), ("meter_load", "W"), ("meter_note", ""))
    assert decoded(f"{BASE}/meter/pulses", b"12", memory=memory) == [reading("meter_pulses", 12.0)]
    assert decoded(f"{BASE}/meter/load", b"1.5", memory=memory) == [reading("meter_load", 1500.0, "W")]
    assert decoded(f"{BASE}/meter/note", b"\0", memory=memory) == [reading("meter_note", "")]


def test_homie_4_counts_in_percent_and_homie_3_tells_its_firmware():
    memory = Memory()
    decoded("homie/kitchen/light/dim/$datatype", b"percent", memory=memory)

    assert decoded("homie/kitchen/light/dim", b"55", memory=memory) == [
        reading("light_dim", 55.0, "%", device="kitchen")
    ]
    assert decoded("homie/kitchen/$fw/version", b"1.2.0") == [Seen("kitchen", "homie5", "1.2.0")]
    assert decoded("homie/kitchen/$online", b"false") == [Status("kitchen", online=False)]
