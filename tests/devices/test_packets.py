"""Large packets are let go by before amqtt sees them, wherever the stream is cut."""

import asyncio
import json

import pytest

from devices.broker.packets import HEAD, LARGEST, Large, Packets, Unbearable

PING = b"\xc0\x00"


def publish(payload, *, topic=b"a/b", qos=1, retain=0):
    body = len(topic).to_bytes(2, "big") + topic + (b"\x00\x07" if qos else b"") + payload
    length, left = b"", len(body)
    while True:
        left, digit = divmod(left, 128)
        length += bytes([digit | 0x80 if left else digit])
        if not left:
            return bytes([0x30 | qos << 1 | retain]) + length + body


def passed(stream, *, pieces=(1, 7, 65_536)):
    """(what amqtt is given, what is told, what is answered) of a stream that arrives in pieces."""

    async def run():
        reader, told, answered = asyncio.StreamReader(), [], []

        async def tell(large):
            told.append(large)

        packets = Packets(reader, patience=5, tell=tell, answer=answered.append)
        given, at, turn = b"", 0, 0
        while at < len(stream):
            size = pieces[turn % len(pieces)]
            reader.feed_data(stream[at : at + size])
            at, turn = at + size, turn + 1
        reader.feed_eof()
        try:
            while True:
                given += await packets.head()
                while not packets.between:
                    given += await packets.body(1000)
        except asyncio.IncompleteReadError:
            return given, told, answered

    return asyncio.run(run())


def test_what_is_not_large_goes_through_byte_for_byte():
    stream = publish(b"x") + PING + publish(b"y" * (LARGEST - 7), qos=1) + publish(b"z", qos=0)

    assert passed(stream) == (stream, [], [])


@pytest.mark.parametrize(("qos", "answer"), [(0, []), (1, [b"\x40\x02\x00\x07"])])
def test_of_a_large_message_the_beginning_is_told_and_the_sender_is_answered(qos, answer):
    large = publish(b"{" + b"x" * 999_999, topic="é/x".encode(), qos=qos, retain=1)

    told = [Large("é/x", 1_000_000, True, b"{" + b"x" * (HEAD - 1))]
    assert passed(PING + large + PING) == (PING + PING, told, answer)


def test_what_is_told_is_json():
    facts = json.loads(Large("é/x", 7, False, b"\xff").told())

    assert facts == {"topic": "é/x", "size": 7, "retain": False, "head": "/w=="}


@pytest.mark.parametrize(
    "stream", [b"\x10\xff\xff\xff\x7f", b"\x30\xff\xff\xff\xff\x01", publish(b"x" * 600_000, qos=2)]
)
def test_what_can_be_neither_passed_on_nor_told_ends_the_connection(stream):
    with pytest.raises(Unbearable):
        passed(stream)
