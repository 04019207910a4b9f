"""GRBL's status reports, in every state and order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.grbl import STATES, Report, report, version
from firmware_bridge.wire.payload import BadPayload


def test_the_published_report():
    assert report("<Idle|MPos:0.000,0.000,0.000|FS:0.0,0>") == Report(
        "idle", "Idle", machine=(0, 0, 0), feed=0, speed=0
    )


def test_fields_may_come_in_any_order_and_be_left_out():
    assert report(
        "<Run|FS:500,8000|Ov:100,100,100|WPos:1.5,-2,3.25,90|WCO:0,0,1,0|Pn:XZ|Bf:15,128>"
    ) == Report("busy", "Run", work=(1.5, -2, 3.25, 90), offset=(0, 0, 1, 0), feed=500, speed=8000)
    assert report("<Jog|F:800>") == Report("busy", "Jog", feed=800)
    assert report("<Alarm>") == Report("failed", "Alarm")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Idle", "idle"), ("Run", "busy"), ("Hold:0", "paused"), ("Hold:1", "paused"), ("Jog", "busy"),
        ("Alarm", "failed"), ("Door:0", "paused"), ("Door:3", "paused"), ("Check", "idle"),
        ("Home", "busy"), ("Sleep", "idle"), ("Tool", "paused"),
    ],
)  # fmt: skip
def test_every_state_is_a_word_of_the_house(said, state):
    found = report(f"<{said}|MPos:0,0,0>")

    assert (found.state, found.said) == (state, said)


@pytest.mark.parametrize("line", ["ok", "error:20", "ALARM:1", "[MSG:Caution]", "$0=10", "?", "Grbl 1.1h"])
def test_other_lines_are_no_reports(line):
    assert report(line) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("<Idle|MPos:0,0,0", "a report without an end"),
        ("<>", "a state that GRBL does not have"),
        ("<Melting|MPos:0,0,0>", "a state that GRBL does not have"),
        ("<Hold:x>", "a state that GRBL does not have"),
        ("<Run|MPos:a,b,c>", "MPos is not numbers"),
        ("<Run|MPos:>", "MPos is not numbers"),
        ("<Run|MPos:1,2,3,4,5,6,7>", "MPos is not numbers"),
        ("<Run|FS:1e9,0>", "FS is not numbers"),
        ("<Run|WCO:nan,0,0>", "WCO is not numbers"),
    ],
)
def test_a_broken_report_says_why(line, reason):
    with pytest.raises(BadPayload, match=reason):
        report(line)


def test_the_greeting_tells_the_version():
    assert version("Grbl 1.1h ['$' for help]") == "1.1h"
    assert version("GrblHAL 1.1f ['$' or '$HELP' for help]") == "1.1f"
    assert version("ok") == ""


@given(st.text("<>|:,.-0123456789AIRabdelnoPosFSWC", max_size=60))
def test_any_line_is_a_report_or_none_or_a_refusal(line):
    try:
        found = report(line)
    except BadPayload:
        return
    assert found is None or found.state in STATES.values()
