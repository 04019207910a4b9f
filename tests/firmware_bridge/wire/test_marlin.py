"""What Marlin says, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.marlin import Said, said
from firmware_bridge.wire.payload import BadPayload


def test_the_published_temperatures():
    assert said("ok T:209.5 /210.0 B:65.0 /65.0 B@:127 @:127") == Said(
        ok=True, heat={"tool0": (209.5, 210), "bed": (65, 65)}
    )


@pytest.mark.parametrize(
    ("line", "heat"),
    [
        (" T:93.2 /0.0 B:22.9 /0.0 @:0 B@:0", {"tool0": (93.2, 0), "bed": (22.9, 0)}),
        ("T:20.1 /0 T0:20.1 /0 T1:21 /5 @:0", {"tool0": (20.1, 0), "tool1": (21, 5)}),
        ("ok T:19.5 B:-14.0", {"tool0": (19.5, None), "bed": (-14, None)}),
        ("ok T:19.5 /0.0 C:31 /40", {"tool0": (19.5, 0), "chamber": (31, 40)}),
    ],
)
def test_heaters_have_names(line, heat):
    assert said(line).heat == heat


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("SD printing byte 2827407/4963577", Said(printing=True, progress=57.0)),
        ("SD printing byte 0/0", Said(printing=True)),
        ("Not SD printing", Said(printing=False)),
        ("ok Not SD printing", Said(ok=True, printing=False)),
        ("ok", Said(ok=True)),
        ("ok P15 B3", Said(ok=True)),
        ("echo:busy: processing", Said(busy="busy")),
        ("echo:busy: paused for user", Said(busy="paused")),
        ("Error:Printer halted. kill() called!", Said(failed=True)),
        ("Error:Thermal Runaway, system stopped! Heater_ID: 0", Said(failed=True)),
        ("Error:checksum mismatch, Last Line: 0", Said()),
        ("start", Said(started=True)),
        ("echo:Unknown command: \"X\"", Said()),
        ("wait", Said()),
    ],
)  # fmt: skip
def test_a_line_tells_what_matters(line, told):
    assert said(line) == told


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ok T:nan /210.0", "temperatures that are not numbers"),
        ("T:", "temperatures that are not numbers"),
        ("SD printing byte 9/4", "the progress of a print is not two numbers"),
        ("SD printing byte x/4", "the progress of a print is not two numbers"),
    ],
)
def test_a_broken_line_says_why(line, reason):
    with pytest.raises(BadPayload, match=reason):
        said(line)


@given(st.text("okTBC0123:/.- @SDprintgbyNoErhald", max_size=60))
def test_any_line_is_read_or_refused(line):
    try:
        found = said(line)
    except BadPayload:
        return
    assert found.progress is None or 0 <= found.progress <= 100
