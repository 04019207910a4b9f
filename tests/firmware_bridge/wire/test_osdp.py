"""Which replies of an OSDP bus may pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.cards import Garbage
from firmware_bridge.wire.osdp import LONGEST, Replies, crc16
from tests.firmware_bridge.streams import SIZES, in_pieces, kept


def frame(body, *, address=0x81, control=0x04, block=b""):
    length = 5 + len(block) + len(body) + (2 if control & 4 else 1)
    head = bytes([0x53, address, length & 0xFF, length >> 8, control | (8 if block else 0)]) + block + body
    return head + (crc16(head).to_bytes(2, "little") if control & 4 else bytes([-sum(head) & 0xFF]))


NAK = frame(b"\x41\x05")
SESSION = frame(b"\x50" + bytes(16), block=b"\x02\x18")


def replies(**options):
    return Replies({1, 2}, **options)


def test_the_published_check_value():
    assert crc16(b"123456789") == 0xE5CC


@pytest.mark.parametrize("size", SIZES)
def test_frames_survive_any_cut_of_the_stream(size):
    summed = frame(b"\x41\x05", control=0)

    assert in_pieces(replies(), b"\xff" + NAK + b"\xff\xff" + SESSION + summed, size) == [
        NAK,
        SESSION,
        summed,
    ]


@pytest.mark.parametrize(
    "passing",
    [
        frame(b"\x40", block=b"\x02\x16"),
        frame(b"\x45" + bytes(12)),
        frame(b"\x46\x01\x01\x01"),
        frame(b"\x76" + bytes(32), block=b"\x03\x12\x01"),
        frame(b"\x78" + bytes(16), block=b"\x03\x14\x01"),
        frame(b"\x79", address=0x82),
    ],
)
def test_the_handshake_and_the_session_pass(passing):
    assert replies().feed(passing) == [passing]


@pytest.mark.parametrize(
    "forged",
    [
        frame(b"\x50\x00\x01\x1a\x00\x2d\x02\x82\x00"),
        frame(b"\x50\x00\x01\x1a\x00\x2d\x02\x82\x00", block=b"\x03\x12\x01"),
        frame(b"\x50\x00\x01\x1a\x00\x2d\x02\x82\x00", block=b"\x03\x14\x01"),
        frame(b"\x50\x00\x01\x1a\x00\x2d\x02\x82\x00", block=b"\x02\x14"),
        frame(b"\x50\x00\x01\x1a\x00\x2d\x02\x82\x00", block=b"\x02\x17"),
        frame(b"\x50\x00\x01\x1a\x00\x2d\x02\x82\x00", block=b"\x09\x18"),
        frame(b"\x40"),
        frame(b"\x4a\x01"),
        frame(b"\x78" + bytes(16), block=b"\x02\x18"),
    ],
)
def test_a_card_or_an_answer_outside_the_secure_channel_does_not(forged):
    assert [each.reason for each in replies().feed(forged)] == ["a reply outside the secure channel"]


def test_only_who_is_given_a_key_may_acknowledge_in_the_clear():
    assert replies(installing={1}).feed(frame(b"\x40")) == [frame(b"\x40")]
    assert replies(installing={2}).feed(frame(b"\x40")) != [frame(b"\x40")]


def test_what_we_say_ourselves_is_not_heard_and_strangers_are_told():
    assert replies().feed(frame(b"\x60", address=0x01)) == []
    assert [each.reason for each in replies().feed(frame(b"\x41\x05", address=0x83))] == [
        "a reply of an address that nobody has"
    ]


def test_a_broken_frame_costs_no_other():
    broken = NAK[:-1] + b"\0"

    heard = replies().feed(broken + SESSION)

    assert [heard[0].reason, heard[1:]] == ["the sum of a frame is wrong", [SESSION]]


def test_half_a_frame_is_forgotten_when_we_speak():
    one = replies()
    one.feed(SESSION[:9])
    one.forget()

    assert one.feed(NAK) == [NAK]


BITS = [NAK, SESSION, SESSION[:7], b"\x53\x81\xff\x00"]


@given(
    pieces=st.lists(st.binary(max_size=30) | st.sampled_from(BITS), max_size=12), size=st.sampled_from(SIZES)
)
def test_anything_else_is_borne(pieces, size):
    stream = b"".join(pieces)
    one, other = replies(), replies()

    whole = one.feed(stream)

    assert in_pieces(other, stream, size) == whole
    assert kept(one._held) < LONGEST
    assert all(isinstance(each, Garbage) or each[1] & 0x80 for each in whole)


@given(
    body=st.binary(min_size=1, max_size=60),
    block=st.sampled_from([b"", b"\x02\x16", b"\x03\x12\x01", b"\x03\x14\x01"]),
)
def test_a_card_passes_in_the_session_only(body, block):
    passed = replies().feed(frame(b"\x50" + body, block=block))

    assert isinstance(passed[0], bytes) is (block == b"\x02\x16")
