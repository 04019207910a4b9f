"""A manager's mapping: which topics it takes, what it reads, and that no payload breaks it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.profiles import OWNED, find
from firmware_bridge.profiles.base import Reading, Unread
from firmware_bridge.profiles.mapping import BadMapping, compiled, units
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

OVEN = {
    "topic": "atelier/{device}/etat",
    "at": "ts",
    "channels": [
        {"key": "temperature", "path": "temp.f", "unit": "°F"},
        {"key": "energy", "path": "kwh", "unit": "kWh"},
        {"key": "state", "path": "etat", "states": {"CHAUFFE": "busy", "REPOS": "idle"}},
        {"key": "door", "path": "porte", "states": {"open": 1, "*": 0}},
        {"key": "note", "path": '["a note"]'},
    ],
}
SECONDS = AT.ns / 1e9


def memory(*specs):
    made = Memory()
    made.mappings = tuple(compiled(spec, owned=OWNED) for spec in specs)
    return made


def one(path="v", **facts):
    return {"topic": "x/{device}", "channels": [{"key": "v", "path": path, **facts}]}


def read(spec, payload, topic="x/box"):
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return decoded(topic, raw, memory=memory(spec))


def test_a_message_is_read_by_its_paths_in_our_units():
    said = {
        "ts": SECONDS - 5,
        "temp": {"f": 212},
        "kwh": "1.5",
        "etat": "CHAUFFE",
        "porte": "shut",
        "a note": "é",
    }
    at = (AT.ns - 5 * 10**9, True)

    assert read(OVEN, said, "atelier/Four 1/etat") == [
        Reading("four-1", "temperature", 100.0, "°C", *at),
        Reading("four-1", "energy", 1500.0, "Wh", *at),
        Reading("four-1", "state", "busy", "", *at),
        Reading("four-1", "door", 0.0, "", *at),
        Reading("four-1", "note", "é", "", *at),
    ]


def test_of_a_partial_message_only_what_it_tells_counts():
    assert read(OVEN, {"etat": "REPOS", "kwh": None}, "atelier/four/etat") == [
        Reading("four", "state", "idle", "", AT.ns, False)
    ]


def test_a_part_that_is_beyond_it_is_told_while_the_rest_counts():
    events = read(OVEN, {"etat": "??", "kwh": 1}, "atelier/four/etat")

    assert [type(event) for event in events] == [Reading, Unread]
    assert events[1].reason == "state has a state that the mapping does not know: '??'"


@pytest.mark.parametrize(
    ("spec", "payload", "value"),
    [
        (one("$"), b"21.5", 21.5),
        (one("$", states={"ON": 1, "OFF": 0}), b"ON", 1.0),
        (one("$", states={"1": "busy"}), b"1", "busy"),
        (one("$", states={"true": "busy"}), b"true", "busy"),
        (one("v", states={"ON": "1"}), {"v": "ON"}, 1.0),
        (one("v"), {"v": True}, 1.0),
        (one("v[1]"), {"v": [1, 2]}, 2.0),
        (one("v"), {"v": 5}, 5.0),
        (one("v"), {"v": "12"}, "12"),
        (one("v", unit="mW"), {"v": "12"}, 0.012),
    ],
)
def test_values_are_numbers_states_or_text(spec, payload, value):
    assert [(event.value, type(event.value)) for event in read(spec, payload)] == [(value, type(value))]


@pytest.mark.parametrize(
    ("told", "by_device"),
    [
        (SECONDS, True),
        (SECONDS * 1e3, True),
        (SECONDS * 1e6, True),
        (AT.ns, True),
        (str(SECONDS), True),
        ("2026-11-23T03:13:20+01:00", True),
        (12.5, False),
        (1e300, False),
        ("soon", False),
        ({}, False),
        (None, False),
    ],
)
def test_a_time_is_taken_in_whatever_step_it_comes_if_it_can_be_true(told, by_device):
    (event,) = read(one() | {"at": "t"}, {"v": 1, "t": told})

    assert (event.by_device, abs(event.at - AT.ns) < 10**6) == (by_device, True)


@pytest.mark.parametrize(
    ("spec", "payload", "reason"),
    [
        (one(), b"{", "not JSON"),
        (one("$"), b"\xff", "not UTF-8"),
        (one(), {"w": 1}, "none of the mapping's paths is in the message"),
        (one(), b"[" * 100_000, "nested too deeply"),
        (one(), b" " * 10_000_000, "larger than 524288 bytes"),
    ],
)
def test_what_can_not_be_read_is_one_reason(spec, payload, reason):
    with pytest.raises(BadPayload) as bad:
        read(spec, payload)
    assert bad.value.reason == reason


@pytest.mark.parametrize("value", [b"1e400", b"1" + b"0" * 400, b"NaN", b"[1]", b'"\\u0000"'])
def test_a_value_that_is_none_is_no_reading(value):
    try:
        events = read(one(), b'{"v":' + value + b"}")
    except BadPayload:
        return
    assert [type(event) for event in events] == [Unread]


@pytest.mark.parametrize(
    ("topic", "device"),
    [
        ("x/box", "box"),
        ("x/Bôx ☕", "box"),
        ("x/", "mapping-00000000"),
        ("x", None),
        ("x/box/y", None),
        ("y/box", None),
    ],
)
def test_a_topic_fits_the_pattern_and_names_the_device(topic, device):
    found = find(topic, b'{"v":1}', memory(one()))

    assert (found and found[1].device) == device


@pytest.mark.parametrize(
    ("pattern", "topic", "fits"),
    [
        ("a/+/{device}", "a/b/c", True),
        ("a/{device}/#", "a/b", True),
        ("a/{device}/#", "a/b/c/d", True),
        ("a/{device}/#", "a", False),
        ("+/{device}", "a/b", True),
        ("+/{device}", "fablab/b", False),
        ("+/+/{device}/SENSOR", "tele/x/y/SENSOR", False),
    ],
)
def test_plus_and_hash_are_wildcards_but_never_into_a_family_s_tree(pattern, topic, fits):
    found = find(topic, b"{}", memory(one() | {"topic": pattern}))

    assert (found is not None and found[0].name == "mapping") == fits


def test_the_first_mapping_that_fits_is_the_one():
    specs = [one() | {"topic": "x/box", "device": "oven"}, one() | {"topic": "x/{device}"}]

    assert [event.device for event in decoded("x/box", b'{"v":1}', memory=memory(*specs))] == ["oven"]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"topic": ""}, "topic", "pattern"),
        ({"topic": "#"}, "topic", "pattern"),
        ({"topic": "a/#/b"}, "topic", "pattern"),
        ({"topic": "a+/{device}"}, "topic", "pattern"),
        ({"topic": "{device}/{device}"}, "topic", "pattern"),
        ({"topic": "fablab/v1/{device}/x"}, "topic", "owned"),
        ({"topic": "tele/{device}/x"}, "topic", "owned"),
        ({"topic": "$SYS/{device}"}, "topic", "owned"),
        ({"topic": "x/y"}, "device", "needed"),
        ({"device": "box"}, "device", "twice"),
        ({"topic": "x/y", "device": "Box!"}, "device", "name"),
        ({"at": "a..b"}, "at", "path"),
        ({"channels": []}, "channels", "none"),
        ({"channels": [{"key": "v", "path": "a"}] * 2}, "channels.1.key", "twice"),
        ({"channels": [{"key": "V!", "path": "a"}]}, "channels.0.key", "key"),
        ({"channels": [{"key": "v", "path": "a b"}]}, "channels.0.path", "path"),
        ({"channels": [{"key": "v", "path": "a", "unit": "u" * 17}]}, "channels.0.unit", "unit"),
    ],
)
def test_a_mapping_that_can_not_be_used_is_refused_by_its_field(changed, field, code):
    with pytest.raises(BadMapping) as bad:
        compiled(one() | changed, owned=OWNED)
    assert (bad.value.field, bad.value.code) == (field, code)


def test_units_are_told_as_they_are_kept():
    assert units(compiled(OVEN)) == ["°C", "Wh", "", "", ""]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["CHAUFFE", "nan"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["temp", "f", "kwh", "etat", "porte", "ts", "a note", "v"]), inner)
    ),
    max_leaves=10,
)


@given(
    payload=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
    name=st.text(max_size=8),
)
def test_any_payload_under_any_name_gives_readings_or_one_reason(payload, name):
    for spec in (OVEN, one("$", unit="kW"), one("$", states={"*": "?"}) | {"at": "ts"}):
        topic = "atelier/x/etat" if spec is OVEN else f"x/{name.replace('/', '')}"
        try:
            events = read(spec, payload, topic)
        except BadPayload:
            continue
        for event in events or ():
            assert isinstance(event, Unread) or isinstance(event.value, float | str)
