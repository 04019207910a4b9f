"""What devices can be ordered to do, in the words of their vendors' documents."""

import json

import pytest

from firmware_bridge.profiles.base import Ask, Deed
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.profiles.names import Names
from firmware_bridge.profiles.orders import controls, encode
from tests.firmware_bridge.profiles.decoding import decoded
from tests.firmware_bridge.profiles.test_tasmota import CONFIG

PLUG = b'{"id":0,"source":"init","output":false,"apower":0.0}'
OWNER = {"device": {"identifiers": ["0x1"], "name": "Lamp"}}
LAMP = OWNER | {
    "command_topic": "shed/lamp/do",
    "state_topic": "shed/lamp",
    "payload_on": "1",
    "payload_off": "0",
}
OWN_PREFIXES = CONFIG % (b"lab/%topic%/%prefix%/", b'do","says","measures')
FAN = {
    "homie": "5.0",
    "version": 1,
    "nodes": {
        "air": {
            "properties": {
                "fan": {"datatype": "boolean", "settable": True},
                "window": {"datatype": "boolean"},
            }
        }
    },
}
TOLD = {
    "tasmota": [("stat/plug/RESULT", b'{"POWER":"ON"}')],
    "tasmota with a FullTopic": [("home/plug/stat/RESULT", b'{"POWER":"ON"}')],
    "tasmota of two relays": [("stat/strip/RESULT", b'{"POWER2":"ON"}')],
    "tasmota with prefixes of its own": [
        ("tasmota/discovery/AABBCC001234/config", OWN_PREFIXES),
        ("lab/tasmota_001234/says/POWER", b"ON"),
    ],
    "shelly1": [("shellies/shelly1pm-B9E24E/relay/0", b"on")],
    "shelly2": [("shellyplus1pm-a8/status/switch:0", PLUG)],
    "shelly2 of four": [("shellypro4pm-a8/status/switch:3", PLUG)],
    "zigbee2mqtt": [("zigbee2mqtt/shop/my plug", b'{"state":"ON"}')],
    "zigbee2mqtt of two": [("zigbee2mqtt/twin", b'{"state_l1":"ON"}')],
    "esphome": [("bench/switch/garden-light/state", b"ON"), ("bench/binary_sensor/door/state", b"ON")],
    "homeassistant": [("homeassistant/switch/lamp/config", json.dumps(LAMP).encode()), ("shed/lamp", b"1")],
    "homie5": [
        ("homie/5/vent/$description", json.dumps(FAN).encode()),
        ("homie/5/vent/air/fan", b"true"),
        ("homie/5/vent/air/window", b"true"),
    ],
    "native": [("fablab/v1/relay-box/readings", b'{"relay":1}')],
}  # fmt: skip
RPC = '{"id": 7, "src": "etabli", "method": "Switch.Set", "params": {"id": %s, "on": true}}'
SWITCHED = ["relay", "restart"]
# (what was told, device, its controls, what is ordered, the message)
ORDERED = [
    ("tasmota", "plug", SWITCHED, Deed("relay"), ("cmnd/plug/POWER1", "ON")),
    ("tasmota", "plug", SWITCHED, Deed("relay", on=False), ("cmnd/plug/POWER1", "OFF")),
    ("tasmota", "plug", SWITCHED, Deed("restart"), ("cmnd/plug/Restart", "1")),
    ("tasmota with a FullTopic", "plug", SWITCHED, Deed("relay"), ("home/plug/cmnd/POWER1", "ON")),
    ("tasmota of two relays", "strip", ["relay_2", "restart"], Deed("relay_2"), ("cmnd/strip/POWER2", "ON")),
    (
        "tasmota with prefixes of its own", "tasmota-001234", SWITCHED,
        Deed("relay"), ("lab/tasmota_001234/do/POWER1", "ON"),
    ),
    (
        "shelly1", "shelly1pm-b9e24e", ["relay"],
        Deed("relay", on=False), ("shellies/shelly1pm-B9E24E/relay/0/command", "off"),
    ),
    ("shelly2", "shellyplus1pm-a8", SWITCHED, Deed("relay", number=7), ("shellyplus1pm-a8/rpc", RPC % 0)),
    (
        "shelly2", "shellyplus1pm-a8", SWITCHED, Deed("restart", number=7),
        ("shellyplus1pm-a8/rpc", '{"id": 7, "src": "etabli", "method": "Shelly.Reboot"}'),
    ),
    (
        "shelly2 of four", "shellypro4pm-a8", ["relay_3", "restart"],
        Deed("relay_3", number=7), ("shellypro4pm-a8/rpc", RPC % 3),
    ),
    (
        "zigbee2mqtt", "shop-my-plug", ["relay"],
        Deed("relay"), ("zigbee2mqtt/shop/my plug/set", '{"state": "ON"}'),
    ),
    (
        "zigbee2mqtt of two", "twin", ["relay_l1"],
        Deed("relay_l1", on=False), ("zigbee2mqtt/twin/set", '{"state_l1": "OFF"}'),
    ),
    ("esphome", "bench", ["garden_light"], Deed("garden_light"), ("bench/switch/garden-light/command", "ON")),
    ("homeassistant", "0x1", ["relay"], Deed("relay", on=False), ("shed/lamp/do", "0")),
    ("homie5", "vent", ["air_fan"], Deed("air_fan"), ("homie/5/vent/air/fan/set", "true")),
    (
        "native", "relay-box", SWITCHED, Deed("relay", number=7, expires=1.5),
        (
            "fablab/v1/relay-box/command",
            '{"id": "order-7", "do": "relay", "on": true, "lease": 43200, "expires": 1.5}',
        ),
    ),
    (
        "native", "relay-box", SWITCHED, Deed("restart", number=7, expires=1.5),
        ("fablab/v1/relay-box/command", '{"id": "order-7", "do": "restart", "expires": 1.5}'),
    ),
]  # fmt: skip


def hear(said) -> tuple[Memory, set[str]]:
    """What a family remembers after these messages, and the channels that they told."""
    memory, channels = Memory(), set()
    for topic, payload in said:
        channels |= {
            event.channel for event in decoded(topic, payload, memory=memory) if hasattr(event, "channel")
        }
    return memory, channels


@pytest.mark.parametrize(("told", "device", "offered", "deed", "message"), ORDERED)
def test_a_device_is_ordered_in_its_own_words(told, device, offered, deed, message):
    memory, channels = hear(TOLD[told])

    assert [key for key, _ in controls(device, sorted(channels), memory)] == offered
    assert encode(device, deed, memory) == Ask(message[0], message[1].encode())


@pytest.mark.parametrize("told", TOLD)
def test_what_we_say_ourselves_is_no_news_and_no_dead_letter(told):
    memory, channels = hear(TOLD[told])
    device = next(row[1] for row in ORDERED if row[0] == told)

    for key, _ in controls(device, channels, memory):
        said = encode(device, Deed(key), memory)
        if not said.topic.startswith("fablab/"):  # the telemetry process passes over commands of ours
            assert decoded(said.topic, said.payload, memory=memory) == []


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("tasmota", "power"),
        ("shelly1", "restart"),
        ("esphome", "door"),
        ("homie5", "air_window"),
        ("native", "lease"),
    ],
)
def test_what_a_device_only_tells_is_no_order(told, key):
    memory, channels = hear(TOLD[told])
    device = next(row[1] for row in ORDERED if row[0] == told)

    assert key not in [each for each, _ in controls(device, channels | {key}, memory)]
    assert encode(device, Deed(key), memory) is None


def test_a_configuration_that_is_taken_back_takes_its_words_along():
    memory, _ = hear(TOLD["homeassistant"])
    decoded("homeassistant/switch/lamp/config", b"", memory=memory)

    assert encode("0x1", Deed("relay"), memory) is None


@pytest.mark.parametrize(
    "topic",
    [
        "fablab/v1/door-1/command",
        "fablab/v1/door-1/allowlist",
        "etabli/live/zone/fablab",
        "$SYS/x",
        "a/+/b",
        "a/#",
    ],
)
def test_no_device_speaks_through_us_to_another(topic):
    """The server's account may publish everywhere; whoever describes itself only below its own name."""
    evil = LAMP | {
        "command_topic": topic,
        "payload_on": '{"id":"x","do":"unlock","nonce":"n-1"}',
        "state_on": "1",
    }
    memory, channels = hear(
        [("homeassistant/switch/lamp/config", json.dumps(evil).encode()), ("shed/lamp", b"1")]
    )

    assert channels == {"relay"}
    assert list(controls("0x1", channels, memory)) == []
    assert encode("0x1", Deed("relay"), memory) is None


@pytest.mark.parametrize("where", ["cmnd/plug/POWER1", "zigbee2mqtt/lamp/set", "homie/5/vent/air/fan/set"])
def test_no_configuration_leads_us_into_another_familys_tree(where):
    memory, _ = hear([(TOLD["homeassistant"][0][0], json.dumps(LAMP | {"command_topic": where}).encode())])

    assert list(controls("0x1", ["relay"], memory)) == []
    assert encode("0x1", Deed("relay"), memory) is None


@pytest.mark.parametrize("told", ["shelly2", "esphome"])
def test_no_configuration_switches_another_device(told):
    """Interlocks are looked up for the device whose switch it is, so nobody else's may be behind it."""
    memory, _ = hear(TOLD[told])
    device = {"shelly2": "shellyplus1pm-a8", "esphome": "bench"}[told]
    for where, words in ((f"{device}/rpc", RPC % 0), (f"{device}/switch/garden-light/command", "ON")):
        evil = LAMP | {"command_topic": where, "payload_on": words}
        decoded("homeassistant/switch/lamp/config", json.dumps(evil).encode(), memory=memory)

        assert list(controls("0x1", ["relay"], memory)) == []
        assert encode("0x1", Deed("relay"), memory) is None


def test_a_device_is_switched_below_the_account_that_described_it():
    memory = Memory(Names(taken=lambda name, _family: name == "lamp"))
    told = LAMP | {"command_topic": "lamp/set"}
    decoded("homeassistant/switch/lamp/relay/config", json.dumps(told).encode(), memory=memory)

    assert encode("0x1", Deed("relay"), memory) == Ask("lamp/set", b"1")
