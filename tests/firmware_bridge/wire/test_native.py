"""Our own protocol: the contract's examples decode, everything else is one exception with a reason."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire import alone, native
from firmware_bridge.wire.native import Ack, Hello, Sun, Tap
from firmware_bridge.wire.payload import LARGEST, BadPayload

PARSERS = {
    "hello": native.hello,
    "status": native.status,
    "readings": lambda payload: list(native.readings(payload)),
    "tap": native.tap,
    "ack": native.ack,
    "log": alone.log,
}


def test_hello_declares_channels():
    payload = (
        b'{"profile":"door-reader","firmware":"1.4.0","channels":[{"key":"power","unit":"W"}],"new":[1]}'
    )

    assert native.hello(payload) == Hello("door-reader", "1.4.0", (("power", "W"),))


def test_a_hello_may_be_short():
    assert native.hello(b"{}") == Hello("native", "", ())


@pytest.mark.parametrize(("payload", "online"), [(b"online", True), (b"offline", False)])
def test_status_is_one_of_two_words(payload, online):
    assert native.status(payload) is online


def test_every_key_but_at_is_a_channel():
    payload = b'{"at":1795400000.25,"power":132.5,"state":"busy","pieces":3,"relay":true,"tilt":null}'

    assert list(native.readings(payload)) == [
        (1795400000.25, [("power", 132.5), ("state", "busy"), ("pieces", 3.0), ("relay", 1.0)])
    ]


def test_an_array_holds_several_readings():
    assert list(native.readings(b'[{"at":1,"a":1},{"a":2}]')) == [(1.0, [("a", 1.0)]), (None, [("a", 2.0)])]


def test_a_tap_of_a_secure_card_carries_its_message():
    payload = (
        b'{"uid":"04A1B2C3D4E5F6","nonce":"b7-000123","at":1.5,"sun":{"picc":"00112233","cmac":"aabbccdd"}}'
    )

    assert native.tap(payload) == Tap(
        "04A1B2C3D4E5F6", "b7-000123", 1.5, Sun(bytes.fromhex("00112233"), bytes.fromhex("aabbccdd"))
    )


def test_a_tap_never_shows_its_uid():
    assert "04A1" not in repr(native.tap(b'{"uid":"04A1B2C3","nonce":"n"}'))


def test_the_nonce_of_a_broken_tap_is_found_for_its_refusal():
    assert native.nonce_of(b'{"uid":7,"nonce":"b7-1"}') == "b7-1"
    assert native.nonce_of(b'{"uid":7}') is None
    assert native.nonce_of(b"\x00") is None


def test_an_ack_says_what_became_of_a_command():
    assert native.ack(b'{"id":"c1","ok":true,"state":"unlocked"}') == Ack("c1", True, "unlocked")


def test_a_reader_s_ack_tells_of_its_list():
    told = b'{"id":"allowlist-12","ok":true,"state":"held","list":12,"pending":3,"at":1795400000.5}'

    assert native.ack(told) == Ack("allowlist-12", True, "held", at=1_795_400_000.5, list=12, pending=3)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b'{"power":NaN}', "not JSON"),
        (b'{"power":Infinity}', "not JSON"),
        (b'{"power":1e400}', "a number is out of range"),
        (b'{"power":1' + b"0" * 400 + b"}", "power is out of range"),
        (b'{"power":1}{"power":2}', "not JSON"),
        (b'{"power":{"w":1}}', "power is not one value"),
        (b'{"power":[1]}', "power is not one value"),
        (b'{"":1}', "a channel's key is empty, too long or can't be shown"),
        (b'{"a\\u0000":1}', "a channel's key is empty, too long or can't be shown"),
        (b'{"state":"a\\u0000"}', "state has characters that can't be shown"),
        (b'{"at":true,"a":1}', "at is not a number"),
        (b'{"at":"now","a":1}', "at is not a number"),
        (b'{"at":1}', "a reading without a channel"),
        (b"{}", "a reading without a channel"),
        (b"7", "a reading is not an object"),
        (b"[7]", "a reading is not an object"),
        (b'"\xff\xfe"', "not UTF-8"),
        (b"[" * 40_000, "nested too deeply"),
        (b" " * (LARGEST + 1), "larger than 65536 bytes"),
        (json.dumps({str(n): n for n in range(300)}).encode(), "more than 256 channels"),
    ],
)
def test_a_bad_reading_says_why(payload, reason):
    with pytest.raises(BadPayload) as refused:
        list(native.readings(payload))

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("what", "payload"),
    [
        ("hello", b'{"profile":"Door Reader"}'),
        ("hello", b'{"profile":7}'),
        ("hello", b'{"channels":{"key":"power"}}'),
        ("hello", b'{"channels":[{"unit":"W"}]}'),
        ("status", b"Online"),
        ("status", b'"online"'),
        ("tap", b'{"nonce":"n"}'),
        ("tap", b'{"uid":"04A1B2C3"}'),
        ("tap", b'{"uid":"04A1B2C3","nonce":""}'),
        ("tap", b'{"uid":"04A1B2C3","nonce":5}'),
        ("tap", b'{"uid":"04A1B2C3","nonce":"n","sun":"yes"}'),
        ("tap", b'{"uid":"04A1B2C3","nonce":"n","sun":{"picc":"xy","cmac":"aabbccdd"}}'),
        ("ack", b'{"id":"c1","ok":"yes"}'),
        ("ack", b'{"ok":true}'),
        ("log", b'{"events":{}}'),
        ("log", b'{"id":7,"events":[]}'),
        ("log", b'{"now":"noon","events":[]}'),
        ("ack", b'{"id":"c1","ok":true,"list":-1}'),
        ("ack", b'{"id":"c1","ok":true,"pending":1e12}'),
    ],
)
def test_what_the_contract_does_not_allow_is_bad(what, payload):
    with pytest.raises(BadPayload):
        PARSERS[what](payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["uid", "nonce", "at", "sun", "picc", "cmac", "id", "ok", "state", "events", "profile", "channels", "key"]
)


@pytest.mark.parametrize("what", PARSERS)
@given(
    payload=st.binary(max_size=200)
    | (JSON | st.dictionaries(KEYS, JSON)).map(lambda v: json.dumps(v).encode())
)
def test_no_payload_raises_anything_else(what, payload):
    with suppress(BadPayload):
        PARSERS[what](payload)


@given(
    values=st.dictionaries(
        st.text("abcdefgh_", min_size=1, max_size=9),
        st.floats(allow_nan=False, allow_infinity=False),
        min_size=1,
    )
)
def test_numbers_arrive_as_they_left(values):
    payload = json.dumps(values).encode()

    assert list(native.readings(payload)) == [(None, list(values.items()))]
