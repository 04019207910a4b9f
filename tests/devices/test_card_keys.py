"""The keys of secure cards: as NXP derives them, and each card's its own."""

import pytest

from devices.card_keys import app_key, diversified, file_key, meta_key

SECRET, OTHER = b"the secret of the cards", b"the secret of another lab"
UID = bytes.fromhex("04782E21801D80")


def test_keys_are_diversified_as_published():
    """AN10922, section 2.2.1."""
    master = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
    about = bytes.fromhex("04782E21801D803042F54E585020416275")

    assert diversified(master, about).hex().upper() == "A8DD63A3B89D54B37CA802473FDA9175"


@pytest.mark.parametrize("length", [0, 15, 32])
def test_what_would_be_padded_otherwise_is_not_taken(length):
    with pytest.raises(ValueError, match="16 to 31"):
        diversified(bytes(16), bytes(length))


def test_every_card_purpose_and_lab_has_keys_of_its_own():
    keys = [meta_key(SECRET), meta_key(OTHER), file_key(UID, SECRET), file_key(UID, OTHER)]
    keys += [file_key(UID[::-1], SECRET), app_key(UID, SECRET)]

    assert len({*keys}) == len(keys)
    assert {len(key) for key in keys} == {16}
