"""A resource in Home Assistant: what it discovers and reads; our own bridge discovers nothing of it."""

import json

import pytest

from booking.rules.home_assistant import Shown, config, config_topic, is_ours, state, state_topic
from firmware_bridge.profiles.base import Reading, Seen, Status, Unread
from firmware_bridge.profiles.memory import Memory
from tests.firmware_bridge.profiles.decoding import decoded

LASER = Shown(
    slug="laser-1",
    name="Laser 1",
    kind="machine",
    zone="Fablab",
    metered=True,
    states=("free", "in_use"),
    words={"busy": "Busy", "state": "State", "free": "Free units", "next": "Next booking", "power": "Power"},
    site="https://lab.example.org",
)
SNAPSHOT = {"state": "in_use", "units_free": 0, "next": 1_795_400_000.0, "private": {"user": "Alice Martin"}}

# https://www.home-assistant.io/integrations/mqtt/: what each kind of value needs, and what it may have
PLATFORMS = {
    "binary_sensor": {"device_class", "name", "platform", "unique_id", "value_template"},
    "sensor": {
        *("device_class", "name", "options", "platform", "state_class", "unique_id"),
        *("unit_of_measurement", "value_template"),
    },
}
DEVICE = {"configuration_url", "identifiers", "manufacturer", "model", "name", "suggested_area"}


def test_what_is_discovered_has_the_published_form():
    told = config(LASER)

    assert config_topic("laser-1") == "homeassistant/device/etabli_laser-1/config"
    assert told.keys() == {"availability", "components", "device", "origin", "state_topic"}
    assert told["device"].keys() == DEVICE
    assert told["origin"] == {"name": "Établi", "support_url": "https://lab.example.org"}
    parts = told["components"]
    assert list(parts) == ["busy", "state", "free", "next", "power"]
    assert len({part["unique_id"] for part in parts.values()}) == len(parts)
    assert all(part.keys() <= PLATFORMS[part["platform"]] for part in parts.values())
    # An enumeration has neither unit nor state class, a time no unit: Home Assistant refuses those.
    assert parts["state"].keys() & {"state_class", "unit_of_measurement"} == set()
    assert parts["next"].keys() & {"state_class", "unit_of_measurement", "options"} == set()


def test_without_a_meter_there_is_no_power():
    unmetered = config(Shown(**{name: getattr(LASER, name) for name in LASER.__slots__} | {"metered": False}))

    assert "power" not in unmetered["components"]


@pytest.mark.parametrize(
    ("snapshot", "busy"),
    [
        ({"state": "free"}, "OFF"),
        ({"state": "reserved"}, "ON"),
        ({"state": "idle"}, "ON"),
        ({"state": "closed"}, "OFF"),
        ({"state": "out_of_order"}, "OFF"),
    ],
)
def test_busy_is_what_somebody_uses_or_waits_for(snapshot, busy):
    assert state(SNAPSHOT | snapshot, None)["busy"] == busy


def test_the_state_names_nobody():
    assert state(SNAPSHOT, 132.5) == {
        "state": "in_use",
        "busy": "ON",
        "free": 0,
        "next": "2026-11-23T02:13:20+00:00",
        "power": 132.5,
    }
    assert state(SNAPSHOT | {"next": None}, None)["next"] is None


def test_our_own_bridge_discovers_nothing_of_it():
    memory = Memory()

    events = decoded(config_topic("laser-1"), json.dumps(config(LASER)).encode(), memory=memory)

    assert not [event for event in events if isinstance(event, Seen | Unread | Reading)]
    assert decoded(state_topic("laser-1"), json.dumps(state(SNAPSHOT, 1.0)).encode(), memory=memory) is None


def test_a_reader_of_the_same_protocol_understands_every_value():
    """Ours, told of another root: a lab leaves only its own alone."""
    memory = Memory()
    elsewhere = json.dumps(config(LASER)).replace("etabli/", "other/").encode()

    found = decoded(config_topic("laser-1"), elsewhere, memory=memory)
    told = decoded("other/home/laser-1", json.dumps(state(SNAPSHOT, 132.5)).encode(), memory=memory)
    gone = decoded("other/live/system/telemetry", b'{"up":false}', memory=memory)

    assert [event.channels for event in found if isinstance(event, Seen)] == [
        (("busy", ""), ("state", ""), ("free", ""), ("next", ""), ("power", "W"))
    ]
    assert {event.channel: event.value for event in told} == {
        "busy": 1.0,
        "state": "in_use",
        "free": 0.0,
        "next": "2026-11-23T02:13:20+00:00",
        "power": 132.5,
    }
    assert gone == [Status("etabli-laser-1", online=False)]


@pytest.mark.parametrize(
    ("topic", "ours"),
    [
        ("homeassistant/device/etabli_laser-1/config", True),
        ("etabli/home/laser-1", True),
        ("homeassistant/device/0AFFD2/config", False),
        ("homeassistant/sensor/etabli_laser-1/config", False),
        ("etabli/live/resource/laser-1", False),
    ],
)
def test_only_what_is_ours_is_ever_taken_away(topic, ours):
    assert is_ours(topic) is ours
