"""RDM6300 frames: published ones, their variants, and whatever else a line can bring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.rdm6300 import LONGEST, Rdm6300
from tests.firmware_bridge.ports import rdm6300
from tests.firmware_bridge.streams import SIZES, in_pieces, survives_anything

PUBLISHED = bytes.fromhex("0236324533303836434544303803")
WRONG_SUM = bytes.fromhex("0231303030323646343434323603")


@pytest.mark.parametrize("size", SIZES)
def test_frames_survive_any_cut_of_the_stream(size):
    stream = PUBLISHED * 2 + rdm6300("0102030405")

    heard = in_pieces(Rdm6300(), stream, size)

    assert [card.uid for card in heard] == ["62E3086CED", "62E3086CED", "0102030405"]


@pytest.mark.parametrize(
    ("stream", "uid"),
    [
        (rdm6300("E3086CED"), "E3086CED"),
        (b"\x0262E3086CED08\r\n\x03", "62E3086CED"),
        (b"\x0262e3086ced08\x03\r\n", "62E3086CED"),
        (b"\0\0" + PUBLISHED + b"\0", "62E3086CED"),
    ],
    ids=["8 characters", "ID-12", "small letters", "a line at rest"],
)
def test_variants_are_the_same_card(stream, uid):
    assert Rdm6300().feed(stream) == [Card(uid)]


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (WRONG_SUM, "the sum is wrong"),
        (b"\x02\x03", "not 8 or 10 characters of hex and their sum"),
        (b"\x0262E3086CEX08\x03", "not 8 or 10 characters of hex and their sum"),
        (b"\x0262E3086C08\x03", "the sum is wrong"),
        (b"\x0262E308" + PUBLISHED, "a frame that was cut"),
        (b"\x02" + b"0" * 40 + PUBLISHED, "a frame without an end"),
        (b"hello" + PUBLISHED, "bytes outside a frame"),
    ],
)
def test_what_is_no_card_says_why(stream, reason):
    found = Rdm6300().feed(stream)

    assert (type(found[0]), found[0].reason) == (Garbage, reason)


def test_a_broken_frame_does_not_cost_the_next_one():
    heard = Rdm6300().feed(WRONG_SUM + b"\x02noise" + PUBLISHED)

    assert [each for each in heard if isinstance(each, Card)] == [Card("62E3086CED")]


@given(
    card=st.binary(min_size=5, max_size=5), at=st.integers(1, 12), other=st.sampled_from(b"0123456789ABCDEF")
)
def test_one_wrong_character_is_never_another_card(card, at, other):
    sent = rdm6300(card.hex().upper())
    broken = sent[:at] + bytes([other]) + sent[at + 1 :]

    assert type(Rdm6300().feed(broken)[0]) is (Card if broken == sent else Garbage)


def test_a_card_shows_its_uid_in_no_representation():
    assert "62E3" not in repr(Rdm6300().feed(PUBLISHED))
    assert "3130" not in repr(Rdm6300().feed(WRONG_SUM))


test_anything_else_is_borne = survives_anything(Rdm6300, most=2 * LONGEST)
