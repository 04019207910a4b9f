"""Objects alone, in arrays, in lines and glued; numbers as text; bounds."""

import json
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.payload import BadPayload, is_number, parse, parse_objects, plain, text, told_number
from firmware_bridge.wire.tags import epc_of_base64, epc_of_hex

OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(-9, 9)), min_size=1)


@given(OBJECTS, st.sampled_from(["", "\n", "\r\n", " ", ",", ", \n"]))
def test_objects_side_by_side(objects, between):
    glued = between.join(json.dumps(each, ensure_ascii=False) for each in objects).encode()

    assert parse_objects(glued) == objects
    assert parse_objects(json.dumps(objects).encode()) == objects
    assert parse_objects(json.dumps(objects).encode() + between.encode() + glued) == objects * 2


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"1",
        b"[1]",
        b'{"a":1}x',
        b'x{"a":1}',
        b'{"a":1}}',
        b'{"a":1',
        b'{"a":"',
        b"{}{1}",
        b'{"a":NaN}{}',
        b"[{}],[1]",
    ],
)
def test_what_is_not_made_of_objects_is_bad(payload):
    with pytest.raises(BadPayload):
        parse_objects(payload)


def test_a_hundred_thousand_brackets_are_bad_at_once():
    with pytest.raises(BadPayload):
        parse_objects(b"[" * 100_000)


@pytest.mark.parametrize("told", ["1", "-1", "+2.5", ".5", "5.", "1e3", "0"])
def test_numbers_as_text(told):
    assert is_number(told)
    assert told_number(told, "it") == float(told)


@pytest.mark.parametrize(
    "told", ["", "nan", "inf", "0x1", "1,5", "1_000", "٣", "1e400", "1" * 999, "--1", "1 2"]
)
def test_what_is_no_number(told):
    with pytest.raises(BadPayload):
        told_number(told, "it")


def test_limits():
    with pytest.raises(BadPayload, match="larger than 65536"):
        parse(b" " * 70_000)
    assert parse(b"1" + b" " * 70_000, most=80_000) == 1
    with pytest.raises(BadPayload):
        plain(b"x" * 1_001)
    with pytest.raises(BadPayload):
        plain(b"a\nb")
    assert plain(" é ".encode()) == "é"


@pytest.mark.parametrize("told", ["4sRRo6UBH6APNUaT", "4sRRo6UBH6APNUaT="])
def test_epcs_in_base64(told):
    assert (
        epc_of_base64("4oARkaUDAGXybMv_") == epc_of_base64("4oARkaUDAGXybMv/") == "E2801191A5030065F26CCBFF"
    )
    assert epc_of_base64(told.rstrip("=")) == "E2C451A3A5011FA00F354693"


@pytest.mark.parametrize("told", [None, "", "0", "0G", "00" * 63, 5])
def test_an_epc_that_is_no_hex_is_bad(told):
    with pytest.raises(BadPayload):
        epc_of_hex(told)


@pytest.mark.parametrize(
    ("told", "bad"), [("14\u00a0h\u202f!", False), ("a\nb", True), ("a\0", True), ("\u2060", True)]
)
def test_text_that_can_be_shown(told, bad):
    with pytest.raises(BadPayload) if bad else nullcontext():
        assert text(told, "text", most=20) == told
