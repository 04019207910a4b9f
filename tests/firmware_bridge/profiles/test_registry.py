"""All families together: each message is one family's, none breaks one, every event can be stored."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.profiles import PROFILES, find
from firmware_bridge.profiles.base import Heard
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import assert_fit, decoded
from tests.firmware_bridge.profiles.recorded import RECORDED

WORDS = """fablab v1 plug-1 readings hello status tele stat cmnd SENSOR STATE LWT INFO1 RESULT POWER
STATUS10 octoPrint temperature tool0 progress printing event PrintDone mqtt é ☕ shellies relay 0 emeter
online announce events rpc switch:0 em:0 sensor light x state debug zigbee2mqtt bridge devices
availability klipper moonraker homie 5 $state $description node homeassistant config spBv1.0 NBIRTH NDATA"""
MEMBERS = """Time ENERGY POWER Wifi actual _timestamp at data idHex eventNum params method status value nodes
tagInventoryEvent epc state_topic device availability"""
LEVELS = st.sampled_from([*WORDS.split(), ""])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=5), SCALARS, max_size=3)
KEYS = st.sampled_from(MEMBERS.split())
PAYLOADS = (
    st.binary(max_size=40)
    | st.sampled_from([b"ON", b"online", b"true", b"nan", b"1e400", b"-1", b"1" * 500, b"ready"])
    | st.dictionaries(KEYS | st.text(max_size=4), VALUES).map(lambda facts: json.dumps(facts).encode())
)
TOPICS = st.lists(LEVELS, min_size=1, max_size=6).map("/".join)


@pytest.mark.parametrize(("family", "topic", "payload", "before"), RECORDED)
def test_what_was_recorded_is_its_own_family_s_and_no_other_s(family, topic, payload, before):
    memory = Memory()
    for earlier in before:
        decoded(*earlier, memory=memory)

    claimed = [
        profile.name for profile in PROFILES if profile.place(Heard(topic, payload), memory) is not None
    ]

    assert claimed == [family]


def test_every_family_has_recorded_something():
    assert {row[0] for row in RECORDED} == {profile.name for profile in PROFILES}


@pytest.mark.parametrize("topic", ["fablab/v1/a/readings", "fablab/v1/a/b/SENSOR", "fablab/v1/x"])
@pytest.mark.parametrize("payload", [row[2] for row in RECORDED[2::7]])
def test_our_own_topics_are_never_a_foreign_family_s(topic, payload):
    profile, _ = find(topic, payload, Memory())

    assert profile.name == "native"


@given(topic=TOPICS, payload=PAYLOADS)
def test_any_message_gives_events_or_one_reason(topic, payload):
    try:
        events = decoded(topic, payload)
    except BadPayload:
        return
    assert_fit(events)


@given(messages=st.lists(st.tuples(TOPICS, PAYLOADS), max_size=12))
def test_what_was_heard_before_breaks_nothing(messages):
    memory = Memory()
    for topic, payload in messages:
        try:
            events = decoded(topic, payload, memory=memory)
        except BadPayload:
            continue
        assert_fit(events)


@given(
    row=st.sampled_from(RECORDED),
    cut=st.integers(0, 3000),
    insert=st.binary(max_size=4),
    drop=st.integers(0, 6),
)
def test_a_recorded_payload_that_was_damaged_gives_events_or_one_reason(row, cut, insert, drop):
    _, topic, payload, before = row
    memory = Memory()
    for earlier in before:
        decoded(*earlier, memory=memory)
    at = cut % (len(payload) + 1)

    try:
        events = decoded(topic, payload[:at] + insert + payload[at + drop :], memory=memory)
    except BadPayload:
        return
    assert_fit(events)


@given(row=st.sampled_from([row for row in RECORDED if row[2].startswith(b"{")]), data=st.data())
def test_a_recorded_object_with_a_wrong_value_gives_events_or_one_reason(row, data):
    _, topic, payload, before = row
    memory = Memory()
    for earlier in before:
        decoded(*earlier, memory=memory)
    try:
        facts = json.loads(payload)
    except ValueError:
        return
    spoil(facts, data)

    try:
        events = decoded(topic, json.dumps(facts).encode(), memory=memory)
    except BadPayload:
        return
    assert_fit(events)


def spoil(facts, data):
    """Replace something somewhere in the object."""
    while isinstance(facts, dict) and facts:
        name = data.draw(st.sampled_from(sorted(facts)))
        if not isinstance(facts[name], dict) or data.draw(st.booleans()):
            facts[name] = data.draw(VALUES)
            return
        facts = facts[name]


@pytest.mark.parametrize(("topic", "before"), [(row[1], row[3]) for row in RECORDED[::5]])
def test_ten_megabytes_are_nobody_s_or_bad(topic, before):
    memory = Memory()
    for earlier in before:
        decoded(*earlier, memory=memory)
    payload = b'{"idHex" "eventNum" "tagInventoryEvent"' + b" " * 10_000_000

    try:
        events = decoded(topic, payload, memory=memory)
    except BadPayload:
        return
    assert not events


def test_families_have_names_of_their_own():
    names = [profile.name for profile in PROFILES]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("topic", ["x/y", "", "/", "$SYS/uptime", "a" * 1000])
def test_a_family_that_we_do_not_know_is_none(topic):
    assert find(topic, b"{}", Memory()) is None
