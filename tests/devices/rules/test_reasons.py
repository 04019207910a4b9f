"""A reason is one of a few codes, whatever words of the sender stand in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rules.reasons import CODES, code_of


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("no family reads this topic", "unknown"),
        ("no family reads this topic (retained)", "unknown"),
        ("larger than 65536 bytes", "large"),
        ("not JSON", "json"),
        ("nested too deeply", "json"),
        ("not UTF-8", "encoding"),
        ("ENERGY Power is not a number", "number"),
        ("a number is out of range", "number"),
        ("a\nname is out of range", "number"),
        ("power is not one value", "value"),
        ("too many new devices", "newcomers"),
        ("a device has at most 256 channels", "channels"),
        ("phase has more than 16 values", "channels"),
        ("value_template is more than we read: {{ a if b else c }}", "template"),
        ("the decoder failed: KeyError", "failed"),
        ("not a protobuf: wire type 7", "binary"),
    ],
)
def test_a_reason_has_its_code(reason, code):
    assert code_of(reason) == code


@given(st.text())
def test_every_reason_has_one_of_the_codes(reason):
    assert code_of(reason) in CODES
