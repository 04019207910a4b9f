"""What the embedded broker tells of a message that it did not pass on."""

import base64

import pytest

from devices.broker import embedded, packets
from firmware_bridge.wire.large import HEAD, TOO_LARGE, Large, read_large
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.messages import message

TOLD = {"topic": "é/x", "size": 10_000_000, "retain": True, "head": base64.b64encode(b"\x00{").decode()}


def told(**other):
    return message("etabli/broker/large", TOLD | other).payload


def test_it_is_read_as_it_was_written():
    assert read_large(told()) == Large("é/x", 10_000_000, True, b"\x00{")


def test_the_beginning_has_an_end():
    assert len(read_large(told(head=base64.b64encode(b"x" * 2 * HEAD).decode()[: HEAD * 2])).head) == HEAD


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": ""},
        {"topic": 7},
        {"size": -1},
        {"size": 10**400},
        {"size": None},
        {"retain": "yes"},
        {"head": "?"},
        {"head": None},
        {"head": "A" * (2 * HEAD + 4)},
    ],
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(BadPayload):
        read_large(told(**wrong))


def test_telemetry_reads_what_our_own_broker_tells():
    facts = ("fablab/v1/é/readings", 10_000_000, True, b"\x00{" * (packets.HEAD // 2))

    assert (embedded.TOO_LARGE, packets.HEAD) == (TOO_LARGE, HEAD)
    assert read_large(packets.Large(*facts).told()) == Large(*facts)
