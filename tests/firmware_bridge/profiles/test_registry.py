"""All families together: no message breaks one, and every event is fit to be stored."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.profiles import PROFILES, find
from firmware_bridge.profiles.base import Reading
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.topics import is_device
from tests.firmware_bridge.profiles.decoding import decoded

WORDS = """fablab v1 plug-1 readings hello status tele stat SENSOR STATE LWT INFO1 RESULT
octoPrint temperature tool0 progress printing event PrintDone mqtt é"""
LEVELS = st.sampled_from([*WORDS.split(), ""])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=5), SCALARS, max_size=3)
KEYS = st.sampled_from(
    ["Time", "ENERGY", "POWER", "Wifi", "Info1", "actual", "target", "_timestamp", "progress", "at"]
)
ENERGY = st.dictionaries(
    st.sampled_from(["Power", "Total", "Voltage"]), SCALARS | st.lists(SCALARS, max_size=3)
)
PAYLOADS = st.binary(max_size=40) | st.dictionaries(KEYS | st.text(max_size=4), VALUES | ENERGY).map(
    lambda facts: json.dumps(facts).encode()
)


@given(topic=st.lists(LEVELS, min_size=1, max_size=5).map("/".join), payload=PAYLOADS)
def test_any_message_gives_events_or_one_reason(topic, payload):
    try:
        events = decoded(topic, payload) or []
    except BadPayload:
        return
    for event in events:
        assert is_device(event.device)
        if isinstance(event, Reading):
            assert 0 < len(event.channel) <= 80
            assert isinstance(event.at, int)
            assert isinstance(event.value, float | str)


def test_families_have_names_of_their_own():
    names = [profile.name for profile in PROFILES]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("topic", ["x/y", "", "/", "$SYS/uptime", "a" * 1000])
def test_a_family_that_we_do_not_know_is_none(topic):
    assert find(topic, b"{}", Memory()) is None
