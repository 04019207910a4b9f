"""Device passwords are stored as mosquitto's own tool stores them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.credentials import hash_password, verify

# `mosquitto_passwd -U` (2.0.11) on the line `u:pw`
BY_MOSQUITTO = (
    "$7$101$qktX5cJe4A3WH8IZ$"
    "jNTgssq1knqhE6PiYXFcJf/d+jaIdySVyNDQeW0+HPqC79f31LjlYLqk/25ah5oh4L7yaxYWiqfYzInwykogLg=="
)


def test_mosquitto_s_own_hash_is_verified():
    assert verify("pw", BY_MOSQUITTO)
    assert not verify("PW", BY_MOSQUITTO)


def test_the_same_salt_and_iterations_give_mosquitto_s_own_hash():
    salt = bytes.fromhex("aa4b57e5c25ee00dd61fc219")

    assert hash_password("pw", salt=salt, iterations=101) == BY_MOSQUITTO


@given(st.text(), st.text())
def test_only_the_password_itself_is_verified(password, other):
    hashed = hash_password(password, iterations=1)

    assert verify(password, hashed)
    assert verify(other, hashed) == (password == other)


@pytest.mark.parametrize(
    "hashed", ["", "$", "pw", "$7$101$$", "$7$x$aaaa$aaaa", "$7$-1$aaaa$aaaa", "$6$aaaa$aaaa", "$7$101$é$é"]
)
def test_what_is_no_hash_verifies_nothing(hashed):
    assert not verify("pw", hashed)


@given(st.text())
def test_any_text_can_be_asked(hashed):
    assert not verify("pw", hashed)
