"""SUN of the NTAG 424 DNA: what NXP published is read so, and whatever is not genuine proves nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.sun import Mirrored, mac_of, opened, proven, session_key

ZEROS = bytes(16)  # the keys of NXP's examples, and of a card as it leaves the factory
PICC, MAC = bytes.fromhex("EF963FF7828658A599F3041510671E88"), bytes.fromhex("94EED9EE65337086")
TOLD = Mirrored(bytes.fromhex("04DE5F1EACC040"), 61)


def read(picc=PICC, mac=MAC, *, key=ZEROS, meta=ZEROS):
    return proven(picc, mac, meta_key=meta, file_key=lambda _uid: key)


@pytest.mark.parametrize(
    ("picc", "told"),
    [
        (PICC, TOLD),  # AN12196, table 2
        (bytes.fromhex("FDE4AFA99B5C820A2C1BB0F1C792D0EB"), Mirrored(bytes.fromhex("04958CAA5C5E80"), 1)),
    ],
)
def test_what_a_card_says_is_opened_as_published(picc, told):
    assert opened(picc, key=ZEROS) == told


@pytest.mark.parametrize(
    ("told", "key", "session"),
    [
        (  # AN12196, table 1
            Mirrored(bytes.fromhex("04C767F2066180"), 1),
            "5ACE7E50AB65D5D51FD5BF5A16B8205B",
            "3A3E8110E05311F7A3FCF0D969BF2B48",
        ),
        (TOLD, ZEROS.hex(), "3FB5F6E3A807A03D5E3570ACE393776F"),  # table 4
    ],
)
def test_session_keys_are_derived_as_published(told, key, session):
    assert session_key(told, key=bytes.fromhex(key)).hex().upper() == session


def test_the_published_signature_is_genuine():
    assert mac_of(TOLD, key=ZEROS) == MAC
    assert read() == TOLD


@pytest.mark.parametrize("bit", range(len(PICC + MAC) * 8))
def test_any_flipped_bit_is_refused(bit):
    said = bytearray(PICC + MAC)
    said[bit // 8] ^= 1 << bit % 8

    assert read(bytes(said[:16]), bytes(said[16:])) is None


def test_another_card_s_key_or_another_lab_s_proves_nothing():
    assert read(key=bytes(15) + b"\1") is None
    assert read(meta=bytes(15) + b"\1") is None


@given(st.binary(max_size=70), st.binary(max_size=70))
def test_nothing_that_anybody_makes_up_proves_anything(picc, mac):
    assert read(picc, mac, key=b"a key of the lab") is None


@pytest.mark.parametrize("mac", [b"", MAC[:7], MAC + b"\0", b"\0" * 8])
def test_a_signature_of_another_length_is_none(mac):
    assert read(mac=mac) is None


def test_no_uid_is_shown():
    assert "04" not in repr(TOLD)
