"""A reader's log: each event stands for itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.alone import Log, LogEvent, log
from firmware_bridge.wire.payload import BadPayload

EVENT = {"uid": "04A1B2C3", "nonce": "n1", "at": 5, "verdict": "granted", "reason": "welcome", "list": 12}
KEPT = LogEvent("04A1B2C3", "n1", 5.0, True, "welcome", 12)
SPOILT = [7, {"nonce": "n"}, {**EVENT, "verdict": "maybe"}, {**EVENT, "nonce": ""}, {**EVENT, "at": "noon"}]


def told(*events, **more):
    return json.dumps({"events": events, **more}).encode()


def test_a_log_holds_decisions_and_the_clock_that_tells_them():
    assert log(told(EVENT, id="b7-3", now=9.5)) == Log("b7-3", 9.5, (KEPT,))


def test_a_log_needs_no_more_than_events():
    assert log(told(EVENT)) == Log("", None, (KEPT,))


def test_a_machine_s_lease_and_a_lost_clock_are_told():
    [event] = log(told({**EVENT, "lease": 3600, "clock": "lost"})).events

    assert (event.lease, event.sure) == (3600.0, False)


@pytest.mark.parametrize("bad", SPOILT)
def test_a_spoilt_event_is_set_aside_and_the_others_are_kept(bad):
    found = log(told(EVENT, bad, EVENT))

    assert found.events == (KEPT, KEPT)
    [(payload, reason)] = found.spoilt
    assert json.loads(payload) == {"events": [bad]}
    assert reason


def test_an_event_never_shows_its_uid():
    assert "04A1" not in repr(log(told(EVENT)))


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*EVENT, "lease", "clock", "x"]), inner, max_size=7)
    ),
    max_leaves=9,
)


@given(st.lists(ODD | st.just(EVENT), max_size=6))
def test_every_event_is_kept_or_set_aside(events):
    raw = told(*events)
    try:
        found = log(raw)
    except BadPayload:  # NaN, a lone surrogate: no JSON at all
        return
    assert len(found.events) + len(found.spoilt) == len(events)
    assert sum(event == KEPT for event in found.events) >= events.count(EVENT)
