"""MQTT 3.1.1 as the standard writes it, and as an independent client reads it."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader import packets
from reader.said import expired, said, said_log


class Stream:
    """Bytes that were received."""

    def __init__(self, raw):
        self.raw = raw

    async def readexactly(self, count):
        if len(self.raw) < count:
            raise EOFError
        some, self.raw = self.raw[:count], self.raw[count:]
        return some


def read(raw):
    return asyncio.run(packets.read(Stream(raw)))


def test_connect_is_what_the_standard_says():
    raw = packets.connect("door-1", "door-1", "secret", 20, ("d/status", "offline"))

    assert raw == (
        b"\x10\x35\x00\x04MQTT\x04\xee\x00\x14\x00\x06door-1\x00\x08d/status\x00\x07offline"
        b"\x00\x06door-1\x00\x06secret"
    )


def test_subscribe_asks_for_qos_1():
    assert packets.subscribe(["a", "b/c"], 7) == b"\x82\x0c\x00\x07\x00\x01a\x01\x00\x03b/c\x01"


@given(st.text(min_size=1, max_size=40), st.binary(max_size=70_000), st.integers(0, 65_535), st.booleans())
def test_a_publication_comes_out_as_it_went_in(topic, payload, mid, retain):
    raw = packets.publish(topic, payload, mid, retain)
    kind, flags, body = read(raw)

    assert kind == packets.PUBLISH
    assert packets.published(flags, body) == (topic, payload, mid, retain)


@pytest.mark.parametrize(("length", "head"), [(0, 2), (125, 2), (126, 3), (16_381, 3), (16_382, 4)])
def test_lengths_take_one_to_four_bytes(length, head):
    raw = packets.publish("", b"x" * length, 0)

    assert len(raw) == head + 2 + length
    assert len(read(raw)[2]) == length + 2


@pytest.mark.parametrize(
    "raw", [b"", b"\x30", b"\x30\x05ab", b"\x30\xff\xff\xff\xff\x01", b"\x30\xff\xff\x7f"]
)
def test_what_is_no_packet_ends_the_connection(raw):
    with pytest.raises(OSError, match=r"MQTT|hung up|large"):
        read(raw)


def test_times_keep_their_digits():
    assert said({"uid": "04A1"}, 1_795_400_000_007) == b'{"uid": "04A1", "at": 1795400000.007}'
    assert said({}, 1_795_400_000_250) == b'{"at": 1795400000.250}'
    assert said({"list": 3}) == b'{"list": 3}'
    assert said_log("b7-2", [({"nonce": "n"}, 1_500)], 2_000) == (
        b'{"id":"b7-2","now":2.000,"events":[{"nonce": "n", "at": 1.500}]}'
    )


@pytest.mark.parametrize(
    ("command", "over"),
    [
        (b'{"do":"relay","expires":1795400010.5}', False),
        (b'{"do":"relay","expires": 1795400000}', False),
        (b'{"do":"relay","expires":1795399000}', True),
        (b'{"do":"relay"}', True),
        (b'{"do":"relay","expires":null}', True),
    ],
)
def test_a_command_s_time_is_over_when_it_says_so(command, over):
    assert expired(command, 1_795_400_020) is over
