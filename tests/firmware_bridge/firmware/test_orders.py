"""The server's commands at the reader: whatever comes, only an answer to a waiting tap opens anything."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader.guards import Door, Machine
from reader.orders import Orders

from tests.firmware_bridge.firmware.test_guards import Board

TAP = ("04A1B2C3", "b7-000001")
NOW = 1_795_400_000
ANSWER = {
    "id": "c1",
    "nonce": TAP[1],
    "do": "unlock",
    "seconds": 5,
    "text": "Bienvenue",
    "expires": NOW - 900,
}


class Clock:
    """A clock that is right."""

    trusted = True

    def now(self):
        return NOW


def orders(kind=Door):
    board = Board()
    return Orders(kind(board), Clock()), board


def told(command):
    return json.dumps(command).encode()


def test_the_answer_to_a_tap_is_obeyed_once_whatever_the_clock_says():
    reader, board = orders()

    assert reader.obey(told(ANSWER), TAP) == (
        {"id": "c1", "ok": True, "state": "unlocked"},
        True,
        "Bienvenue",
    )
    assert board.on
    assert reader.obey(told(ANSWER), TAP) is None


@pytest.mark.parametrize("asked", [None, ("04A1B2C3", "b7-000002")])
def test_an_answer_to_another_tap_comes_too_late(asked):
    reader, board = orders()

    assert reader.obey(told(ANSWER), asked)[0] == {"id": "c1", "ok": False, "state": "late"}
    assert not board.on


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ({"do": "unlock", "seconds": 5}, "unsupported"),
        ({"do": "relay", "on": True, "lease": 900}, "unsupported"),
        ({"do": "refuse"}, "refused"),
        ({"do": "dance"}, "unsupported"),
    ],
)
def test_no_door_opens_without_a_tap(command, state):
    reader, board = orders()

    assert reader.obey(told({"id": "c1", "expires": NOW + 10, **command}), None)[0]["state"] == state
    assert not board.on


def test_a_machine_is_started_by_a_tap_and_renewed_and_stopped_without():
    reader, board = orders(Machine)
    relay = {"do": "relay", "on": True, "lease": 900, "expires": NOW + 10}
    states = [
        reader.obey(told({"id": f"c{number}", **relay, **more}), TAP)[0]["state"]
        for number, more in enumerate(
            [{}, {"nonce": TAP[1]}, {}, {"expires": NOW - 60}, {"on": False}, {"on": False}, {}]
        )
    ]

    assert states == ["off", "on", "on", "expired", "off", "off", "off"]
    assert not board.on


def test_a_machine_at_work_says_that_it_is_busy_and_stops_afterwards():
    reader, board = orders(Machine)
    reader.obey(told({"id": "c1", "nonce": TAP[1], "do": "relay", "on": True, "lease": 900}), TAP)
    board.works = True

    off = told({"id": "c2", "do": "relay", "on": False, "expires": NOW + 10})
    assert reader.obey(off, None)[0] == {"id": "c2", "ok": False, "state": "busy"}
    assert board.on


def test_a_reader_beside_a_totem_says_yes_and_moves_nothing():
    reader, board = orders(Machine)
    counted = {"id": "c1", "nonce": TAP[1], "do": "relay", "on": False, "lease": 0, "text": "Bienvenue"}

    assert reader.obey(told(counted), TAP) == ({"id": "c1", "ok": True, "state": "off"}, True, "Bienvenue")
    assert not board.on


@pytest.mark.parametrize("seconds", ["1e999", "-1e999", '"5 minutes"', "[1]"])
def test_seconds_that_no_timer_can_count_are_no_command(seconds):
    reader, board = orders()

    assert (
        reader.obey(b'{"id":"c1","nonce":"b7-000001","do":"unlock","seconds":%s}' % seconds.encode(), TAP)
        is None
    )
    assert not board.on


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ANSWER, "on", "lease"]), inner, max_size=8)
    ),
    max_leaves=9,
)


@given(st.binary(max_size=60) | ODD.map(told), st.sampled_from([Door, Machine]))
def test_whatever_comes_opens_nothing_and_ends_nothing(payload, kind):
    reader, board = orders(kind)

    reader.obey(payload, TAP if b"b7-000001" not in payload else None)
    assert not board.on
