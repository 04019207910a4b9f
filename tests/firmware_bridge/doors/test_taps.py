"""A tap gets its one command, and everything unexpected is a refusal."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import AccessEvent, Presence
from devices.models import Device
from firmware_bridge.doors.taps import Taps
from firmware_bridge.wire.payload import BadPayload
from tests import factories
from tests.firmware_bridge.cards import MARKS
from tests.firmware_bridge.messages import message

pytestmark = pytest.mark.django_db
UID = "04A1B2C3D4E5F6"
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


class Reader:
    """Taps at a door, and the commands that come back."""

    def __init__(self):
        self.commands = []
        self.met = []
        self.taps = Taps(send=self._send, marks=MARKS, meet=self.met.append)

    def _send(self, topic, payload):
        assert topic == "fablab/v1/door-1/command"
        self.commands.append(json.loads(payload))
        return True

    def tap(self, payload=None, *, now=NOW, **options):
        facts = {"uid": UID, "nonce": "n-1", "at": NOW.timestamp()} if payload is None else payload
        self.taps.on_tap("door-1", message("fablab/v1/door-1/tap", facts, **options), now=now)
        return self.answers()

    def answers(self):
        return [(command["do"], command["nonce"], command["reason"]) for command in self.commands]


@pytest.fixture
def reader(db):
    factories.device("door-1", door=factories.door(unlock_seconds=7))
    factories.badge(factories.member("alice"), UID)
    return Reader()


def test_a_known_badge_opens_the_door(reader):
    reader.tap()

    [command] = reader.commands
    assert len(command.pop("id")) == 16
    assert command.pop("text")
    assert command == {
        "nonce": "n-1",
        "do": "unlock",
        "seconds": 7,
        "reason": "welcome",
        "expires": NOW.timestamp() + 10,
    }


def test_the_event_is_committed_when_the_command_leaves(reader):
    reader.tap()

    assert AccessEvent.objects.values_list("nonce", "reason", "granted").get() == ("n-1", "welcome", True)
    assert Presence.objects.filter(until=None).count() == 1


def test_the_same_tap_again_gets_no_second_command(reader):
    reader.tap()
    reader.tap()

    assert reader.answers() == [("unlock", "n-1", "welcome")]


def test_a_machine_gets_a_relay_with_a_lease(db):
    factories.device("door-1", resource=factories.resource(zone=factories.zone("atelier")))
    factories.badge(factories.member("alice"), UID)
    reader = Reader()

    reader.tap()

    [command] = reader.commands
    assert (command["do"], command["on"], command["nonce"]) == ("relay", True, "n-1")
    assert command["lease"] > 0


@pytest.mark.parametrize(
    "late",
    [
        {"retain": True},
        {"now": NOW + timedelta(seconds=11)},
        {"payload": {"uid": UID, "nonce": "n-1", "at": 12.5}},
        {"payload": {"uid": UID, "nonce": "n-1", "at": -1e300}},
        {"payload": {"uid": UID, "nonce": "n-1", "at": 1e300}},
        {"payload": {"uid": UID, "nonce": "n-1"}, "waited": True},
    ],
)
def test_a_tap_that_may_be_old_opens_nothing(reader, late):
    assert reader.tap(**late) == [("refuse", "n-1", "stale_tap")]


def test_a_reader_without_a_clock_is_believed_when_it_is_heard_at_once(reader):
    assert reader.tap({"uid": UID, "nonce": "n-1"}) == [("unlock", "n-1", "welcome")]


def test_only_badges_that_are_known_are_met(reader):
    reader.tap()
    reader.tap({"uid": "04A1B2C3D4E5F7", "nonce": "n-2", "at": NOW.timestamp()})

    assert reader.met == [MARKS.card(UID)]


@pytest.mark.parametrize("uid", ["ZZ", "04", "04A1B2C3D4E5F7", "not hex at all"])
def test_a_uid_that_nobody_has_is_an_unknown_badge(reader, uid):
    assert reader.tap({"uid": uid, "nonce": "n-1", "at": NOW.timestamp()}) == [
        ("refuse", "n-1", "unknown_badge")
    ]


def test_a_reader_that_nobody_adopted_is_told_so(db):
    reader = Reader()

    assert reader.tap() == [("refuse", "n-1", "device_unclaimed")]
    assert Device.objects.values_list("name", "claimed_at").get() == ("door-1", None)


@pytest.mark.parametrize(
    "broken",
    [
        {"uid": 5, "nonce": "n-1"},
        {"nonce": "n-1"},
        {"uid": UID, "nonce": "n-1", "at": "now"},
        {"uid": UID, "nonce": "n-1", "sun": 1},
    ],
)
def test_a_broken_tap_with_a_nonce_is_refused_once(reader, broken):
    for _ in range(2):
        with pytest.raises(BadPayload):
            reader.tap(broken)

    assert reader.answers() == [("refuse", "n-1", "internal_error")]
    assert not AccessEvent.objects.exists()


@pytest.mark.parametrize(
    "garbage", [b"", b"garbage", b"\xff\xfe", b'{"uid":"04A1B2C3"}', b"[1]", b"1" * 70_000]
)
def test_garbage_moves_nothing_and_answers_nobody(reader, garbage):
    with pytest.raises(BadPayload):
        reader.tap(garbage)

    assert reader.answers() == []


@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_is_a_refusal_and_the_next_tap_is_decided(reader):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE booking_accessevent RENAME TO gone")
    try:
        assert reader.tap() == [("refuse", "n-1", "internal_error")]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gone RENAME TO booking_accessevent")

    assert reader.tap() == [("refuse", "n-1", "internal_error")]
    now = {"uid": UID, "nonce": "n-2", "at": NOW.timestamp()}
    assert reader.tap(now)[1:] == [("unlock", "n-2", "welcome")]


def test_a_uid_stands_in_no_log(reader, caplog):
    with pytest.raises(BadPayload):
        reader.tap({"uid": UID, "nonce": 5})
    reader.tap()

    assert UID not in caplog.text


def test_deciding_takes_milliseconds(reader):
    def deciding(turn):
        began = time.perf_counter()
        for number in range(20):
            reader.tap({"uid": UID, "nonce": f"n-{turn}-{number}", "at": NOW.timestamp()})
        return (time.perf_counter() - began) / 20

    assert any(deciding(turn) < 0.1 for turn in range(20))  # a busy machine has a calm moment


def test_a_tap_that_is_turned_away_is_refused_once_and_never_after_its_answer(reader):
    crowd = message("fablab/v1/door-1/tap", {"uid": UID, "nonce": "n-2"})
    reader.tap()

    for again in (message("fablab/v1/door-1/tap", {"uid": UID, "nonce": "n-1"}), crowd, crowd):
        reader.taps.turn_away("door-1", again, now=NOW)
    reader.tap({"uid": UID, "nonce": "n-2", "at": NOW.timestamp()})

    assert reader.answers() == [("unlock", "n-1", "welcome"), ("refuse", "n-2", "internal_error")]


def test_a_tap_without_a_time_is_as_old_as_its_arrival(reader):
    heard = int((NOW - timedelta(seconds=11)).timestamp() * 1e9)

    assert reader.tap({"uid": UID, "nonce": "n-1"}, arrived=heard) == [("refuse", "n-1", "stale_tap")]


ODD = st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.just({}) | st.just(NOW.timestamp())
HEX = st.text("0123456789ABCDEFabcdef", max_size=34).filter(lambda told: told.upper() != UID)
SUN = st.fixed_dictionaries({}, optional={"picc": HEX | ODD, "cmac": HEX | ODD})
MADE_UP = st.fixed_dictionaries(
    {"nonce": st.text(max_size=70)}, optional={"uid": HEX | ODD, "at": ODD, "sun": SUN | ODD, "do": ODD}
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(payload=MADE_UP.map(json.dumps).map(str.encode) | st.binary(max_size=60))
def test_nothing_that_is_made_up_opens_the_door(reader, payload):
    """One refusal for each nonce, whatever else the tap says."""
    with suppress(BadPayload):
        reader.tap(payload)

    assert {command["do"] for command in reader.commands} <= {"refuse"}
    assert len(reader.commands) == len({command["nonce"] for command in reader.commands})
    assert not AccessEvent.objects.filter(granted=True).exists()
