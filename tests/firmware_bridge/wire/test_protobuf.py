"""Fields of a protobuf: the encoding guide's examples, and anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.protobuf import fields, float32, float64, write
from firmware_bridge.wire.sparkplug import report


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ("089601", [(1, 0, 150)]),
        ("120774657374696e67", [(2, 2, b"testing")]),
        ("1a03089601", [(3, 2, b"\x08\x96\x01")]),
        ("08feffffffffffffffff01", [(1, 0, 2**64 - 2)]),
        ("0d0000c03f", [(1, 5, 0x3FC00000)]),
        ("09000000000000f03f", [(1, 1, 0x3FF0000000000000)]),
        ("", []),
    ],
)
def test_the_examples_of_the_guide(message, read):
    assert list(fields(bytes.fromhex(message))) == read


def test_floats():
    assert float32(0x3FC00000) == 1.5
    assert float64(0x3FF0000000000000) == 1.0


@pytest.mark.parametrize(
    "message",
    ["08", "1207746573", "0d0000", "0b", "0c", "00", "08ffffffffffffffffffff01", "12ffffffffffffffffff01"],
)
def test_what_is_cut_off_or_no_protobuf_is_bad(message):
    with pytest.raises(BadPayload):
        list(fields(bytes.fromhex(message)))


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 2**64 - 1) | st.binary(max_size=300))))
def test_what_was_written_is_read(told):
    message = b"".join(write(number, value) for number, value in told)

    assert [(number, value) for number, _, value in fields(message)] == told


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_bad(payload):
    try:
        told = report(payload)
    except BadPayload:
        return
    for metric in told.metrics:
        for datatype in range(40):
            try:
                assert metric.value(datatype) is None or isinstance(metric.value(datatype), float | str)
            except BadPayload:
                continue
