"""The UID in the bits that an OSDP reader tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.serial.osdp import LONGEST_UID, card
from firmware_bridge.wire.cards import Card, Garbage


@pytest.mark.parametrize(
    ("bits", "uid"),
    [
        ("00101101000000001010001000", "005A0144"),
        (f"{0x04A1B2C3:032b}", "04A1B2C3"),
        (f"{0x04A1B2C3D4E5F6:056b}", "04A1B2C3D4E5F6"),
        ("1" * 33, "01FFFFFFFF"),
        ("0" * 128, "0" * 32),
    ],
)
def test_bits_are_the_uid_of_whole_bytes(bits, uid):
    assert card(bits) == Card(uid)


@pytest.mark.parametrize("bits", ["", "1", "10101101000000001010001000", "1" * 31, "1" * 129])
def test_what_is_no_card_is_kept_for_the_dead_letters(bits):
    assert isinstance(card(bits), Garbage)


@given(st.text("01", max_size=200))
def test_any_bits_are_a_card_or_none(bits):
    found = card(bits)

    if isinstance(found, Card):
        assert len(found.uid) % 2 == 0
        assert 8 <= len(found.uid) <= LONGEST_UID // 4
    else:
        assert found.raw == bits.encode()
