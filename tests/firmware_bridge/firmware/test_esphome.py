"""ESPHome's reader speaks our protocol; `esphome config` checks the rest where ESPHome is at home."""

import re

import pytest
import yaml

from devices.broker.accounts import Account
from devices.broker.acl import may
from firmware_bridge.wire.topics import ROOT, TO_DEVICES, TO_DOORS, TO_TELEMETRY
from tests.firmware_bridge.firmware.readers import FIRMWARE

FOLDER = FIRMWARE / "esphome"
TEXT = (FOLDER / "online-reader.yaml").read_text()


class Loader(yaml.SafeLoader):
    """YAML with ESPHome's tags."""


Loader.add_constructor("!secret", lambda loader, node: f"secret {loader.construct_scalar(node)}")
Loader.add_constructor("!lambda", lambda loader, node: loader.construct_scalar(node))
CONFIG = yaml.load(TEXT, Loader)
SECRETS = yaml.safe_load((FOLDER / "secrets.example.yaml").read_text())
TOPICS = re.findall(r"(?<!_)topic: (\S+)", TEXT)


def test_every_topic_is_one_of_ours_and_below_the_device_s_own_name():
    own = Account(CONFIG["substitutions"]["name"], "")
    told = [topic.replace("${name}", own.name) for topic in TOPICS]

    assert all(may(own, topic) for topic in told)
    assert {topic.removeprefix(f"{ROOT}{own.name}/") for topic in told} == {
        "ack",
        "command",
        "hello",
        "readings",
        "status",
        "tap",
    }
    assert {topic.rpartition("/")[2] for topic in told} <= {*TO_DOORS, *TO_TELEMETRY, *TO_DEVICES}


def test_it_says_when_it_is_there_and_the_broker_says_when_it_is_not():
    mqtt = CONFIG["mqtt"]

    assert mqtt["birth_message"] == {
        "topic": "fablab/v1/${name}/status",
        "payload": "online",
        "qos": 1,
        "retain": True,
    }
    assert mqtt["will_message"] == {**mqtt["birth_message"], "payload": "offline"}


def test_the_broker_is_the_one_that_the_lab_s_authority_vouches_for():
    mqtt = CONFIG["mqtt"]

    assert (mqtt["port"], mqtt["certificate_authority"]) == (8883, "secret mqtt_ca")
    assert (mqtt["username"], mqtt["password"]) == ("${name}", "secret mqtt_password")


def test_every_secret_is_named_in_the_example():
    assert set(re.findall(r"!secret (\w+)", TEXT)) == set(SECRETS)


@pytest.mark.parametrize("what", ["unlock", "relay", "refuse"])
def test_every_command_is_obeyed(what):
    [rule] = CONFIG["mqtt"]["on_json_message"]

    assert f'what == "{what}"' in rule["then"][0]["lambda"]


def test_every_part_that_is_named_is_there():
    listed = [
        *CONFIG["script"],
        *CONFIG["switch"],
        *CONFIG["globals"],
        *CONFIG["output"],
        *CONFIG["binary_sensor"],
    ]
    known = {part["id"] for part in listed}
    named = set(re.findall(r"\bid\((\w+)\)", TEXT))
    named |= set(re.findall(r"(?:turn_on|turn_off|is_off|script\.execute): (\w+)", TEXT))

    assert named == known
