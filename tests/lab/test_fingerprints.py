"""A UID leaves no trace but its keyed fingerprint."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.fingerprints import fingerprint, opened_print, sealed_print

PEPPER = b"sixteen bytes or more"


@given(st.binary(min_size=4, max_size=16))
def test_a_fingerprint_is_the_hmac_of_the_bytes_however_they_are_written(uid):
    expected = hmac.new(PEPPER, uid, hashlib.sha256).hexdigest()
    ways = [uid.hex(), uid.hex().upper(), uid.hex(":"), uid.hex("-").upper()]

    assert [fingerprint(way, pepper=PEPPER) for way in ways] == [expected] * 4


def test_another_pepper_gives_another_fingerprint():
    assert fingerprint("04A1B2C3", pepper=b"one") != fingerprint("04A1B2C3", pepper=b"two")


@pytest.mark.parametrize(
    "uid", ["", "04A1B2", "04A1B2C", "nonsense", "04A1B2C3" * 5, "٠٤٠٤٠٤٠٤", "04A1B2C3\n"]
)
def test_what_is_no_uid_is_refused(uid):
    with pytest.raises(ValueError, match="UID"):
        fingerprint(uid, pepper=PEPPER)


@given(st.binary(min_size=4, max_size=16))
def test_what_readers_know_a_badge_by_is_kept_sealed_and_opens_with_the_pepper(uid):
    known_by = hmac.new(b"site", uid, hashlib.sha256).digest()
    mark = fingerprint(uid.hex(), pepper=PEPPER)
    sealed = sealed_print(uid.hex(), site_key=b"site", pepper=PEPPER)

    assert opened_print(sealed, fingerprint=mark, pepper=PEPPER) == known_by
    assert opened_print(sealed, fingerprint=mark, pepper=b"another pepper") != known_by
    assert known_by.hex() != sealed
