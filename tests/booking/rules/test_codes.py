"""Codes that a reader shows: typed as people type, and known to nobody who lacks the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.codes import LENGTH, SIGNS, code_for, digest_of, shown, typed

KEY = b"a pepper of the tests"


@given(st.text(max_size=80))
def test_what_is_shown_can_be_typed(about):
    code = code_for(about, key=KEY)

    assert len(code) == LENGTH
    assert set(code) <= set(SIGNS)
    assert {typed(shown(code)), typed(code.lower()), typed(f" {code[:2]}-{code[2:]} ")} == {code}


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_code_or_none(text):
    assert typed(text) is None or set(typed(text)) <= set(SIGNS)


@pytest.mark.parametrize("text", ["", "K7PQM", "K7PQMXX", "K7PQM0", "K7P QMI", "ABCDEF"])
def test_what_can_t_be_a_code_is_none(text):
    assert typed(text) is None


def test_no_sign_can_be_taken_for_another():
    assert not set(SIGNS) & set("0O1IL2Z5S8BAEU")


def test_another_key_knows_neither_the_code_nor_its_digest():
    assert code_for("card", key=KEY) != code_for("card", key=b"another key")
    assert digest_of("K7PQMX", key=KEY) != digest_of("K7PQMX", key=b"another key")
