"""Wiegand cards as adapters tell them: one card, one UID, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.wiegand import FORMATS, LONGEST, Wiegand, decode, read
from tests.firmware_bridge.streams import SIZES, in_pieces, survives_anything

PUBLISHED = "00101101000000001010001000"  # H10301, facility 90, card 324


def bits(facility: int, card: int, *, width: int) -> str:
    data = f"{facility << 16 | card:0{width - 2}b}"
    half = len(data) // 2
    even = str(data[:half].count("1") % 2)
    odd = str(1 - data[half:].count("1") % 2)
    return even + data + odd


@pytest.mark.parametrize(
    "line",
    [PUBLISHED, "0B40288", "5A0144", "005A0144", "0x5A0144", "90,324", "090,00324", "0005898564"],
)
def test_one_card_has_one_uid_however_it_is_told(line):
    assert read(line) == Card("005A0144")


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("bits", PUBLISHED),
        ("hex", "05A0144"[1:]),
        ("decimal", "5898564"),
        ("facility", "09000324"),
        ("facility", "90:324"),
        ("facility", "090-00324"),
    ],
)
def test_a_form_that_could_be_another_is_told_apart_by_the_setting(form, line):
    assert read(line, form) == Card("005A0144")


@given(
    facility=st.integers(0, 65_535),
    card=st.integers(0, 65_535),
    form=st.sampled_from(["bits", "hex", "decimal"]),
)
def test_34_bits_are_facility_and_card(facility, card, form):
    whole = bits(facility, card, width=34)
    line = {"bits": whole, "hex": f"{int(whole, 2):09X}", "decimal": f"{facility << 16 | card:010d}"}[form]

    assert read(line) == Card(f"{facility:04X}{card:04X}")


@given(facility=st.integers(0, 255), card=st.integers(0, 65_535), at=st.integers(0, 25))
def test_one_wrong_bit_is_refused(facility, card, at):
    whole = bits(facility, card, width=26)
    flipped = whole[:at] + "10"[int(whole[at])] + whole[at + 1 :]

    assert decode(whole) == Card(f"{facility:04X}{card:04X}")
    with pytest.raises(BadPayload, match="parity"):
        decode(flipped)


@pytest.mark.parametrize("line", ["0" * 26, "1" * 26, "0" * 34, "1" * 34])
def test_a_line_that_hangs_is_no_card(line):
    with pytest.raises(BadPayload, match="parity"):
        read(line)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"hello\n", "not a card in bits, hex or decimal"),
        (b"\xff\xfe\n", "not text"),
        (b"4294967296\n", "not a decimal number of 32 bits"),
        (b"70000,1\n", "a facility or a card number of more than 16 bits"),
        (b"90,\n", "not a facility and a card number"),
        (b"5\n", "not a card in bits, hex or decimal"),
        (b"0" * 65 + b"\n", "a line of more than 64 bytes"),
        (b"0B40289\n", "the parity is wrong"),
        (b"FFFFFFF\n", "not 26 or 34 bits"),
    ],
)
def test_what_is_no_card_says_why(line, reason):
    assert [each.reason for each in Wiegand().feed(line)] == [reason]


@pytest.mark.parametrize("size", SIZES)
def test_lines_survive_any_cut_and_any_ending(size):
    stream = f"{PUBLISHED}\r\n0005898564\n\x025A0144\x03\r\r\n".encode()

    assert in_pieces(Wiegand(), stream, size) == [Card("005A0144")] * 3


def test_a_line_that_is_too_long_costs_only_itself():
    found = Wiegand().feed(b"0" * 10_000 + b"\n" + PUBLISHED.encode() + b"\n")

    assert [type(each) for each in found] == [Garbage, Card]


test_anything_else_is_borne = survives_anything(Wiegand, most=LONGEST)


@given(line=st.text(max_size=40), form=st.sampled_from(FORMATS))
def test_any_text_is_a_card_or_a_refusal(line, form):
    try:
        card = read(line, form)
    except BadPayload:
        return
    assert len(card.uid) == 8
