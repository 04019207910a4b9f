"""Our own devices, from topic and bytes to events."""

import pytest

from firmware_bridge.profiles import find
from firmware_bridge.profiles.base import Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded


def test_readings_take_the_devices_time_when_it_can_be_true():
    payload = b'[{"at":1795400000.25,"power":132.5,"state":"busy"},{"at":3,"power":1}]'

    assert decoded("fablab/v1/laser-1/readings", payload) == [
        Reading("laser-1", "power", 132.5, "", 1_795_400_000_250_000_000, True),
        Reading("laser-1", "state", "busy", "", 1_795_400_000_250_000_000, True),
        Reading("laser-1", "power", 1.0, "", AT.ns, False),
    ]


def test_hello_and_status():
    assert decoded("fablab/v1/door-1/hello", b'{"profile":"door-reader","firmware":"2"}') == [
        Seen("door-1", "door-reader", "2")
    ]
    assert decoded("fablab/v1/door-1/status", b"offline") == [Status("door-1", online=False)]


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
