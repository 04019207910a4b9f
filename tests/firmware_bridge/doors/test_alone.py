"""What readers tell of the time when they were alone is kept once, at the right time, and confirmed."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from booking.models import AccessEvent, Presence
from devices.models import AllowList
from firmware_bridge.doors.alone import Alone
from firmware_bridge.wire.payload import BadPayload
from tests import factories
from tests.firmware_bridge.cards import MARKS
from tests.firmware_bridge.messages import message

pytestmark = pytest.mark.django_db
UID = "04A1B2C3D4E5F6"
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
ARRIVED = int(NOW.timestamp() * 1e9)
HOUR = timedelta(hours=1)
LOG = "fablab/v1/door-1/log"
ACK = "fablab/v1/door-1/ack"


class Reader:
    """What door-1 says, and what it is told."""

    def __init__(self):
        self.told = []
        self.alone = Alone(send=self._send, marks=MARKS)

    def _send(self, topic, payload):
        self.told.append((topic, json.loads(payload)))
        return True

    def log(self, *events, options=None, **more):
        """The events that could not be read."""
        told = message(LOG, {"events": events, **more}, arrived=ARRIVED, **(options or {}))
        return [
            (json.loads(spoilt.payload), why) for spoilt, why in self.alone.on_log("door-1", told, now=NOW)
        ]

    def ack(self, **facts):
        told = {"id": "allowlist-12", "ok": True, "state": "held", **facts}
        self.alone.on_ack("door-1", message(ACK, told, arrived=ARRIVED), now=NOW)


@pytest.fixture
def reader(db):
    device = factories.device("door-1", door=factories.door())
    factories.badge(factories.member("alice"), UID)
    AllowList.objects.create(
        device=device, version=12, digest="d", issued_at=NOW, stale_at=NOW + HOUR, expires_at=NOW + 2 * HOUR
    )
    return Reader()


def event(nonce, at, **more):
    facts = {"uid": UID, "nonce": nonce, "verdict": "granted", "reason": "welcome", "list": 3, **more}
    return facts if at is None else {**facts, "at": at.timestamp()}


def lines():
    return list(
        AccessEvent.objects.order_by("nonce").values_list(
            "nonce", "reason", "granted", "offline", "tapped_at"
        )
    )


def test_events_are_written_down_once_however_often_they_come(reader):
    then = NOW - HOUR
    odd = {"uid": "?", "nonce": "o-2", "at": then.timestamp(), "verdict": "refused", "reason": "because"}
    for _ in range(2):
        assert reader.log(event("o-1", then), odd, event("o-1", then)) == []

    assert lines() == [
        ("o-1", "welcome", True, True, then),
        ("o-2", "internal_error", False, True, then),
    ]
    assert reader.told == []  # it gave no number to confirm


def test_a_log_with_a_number_is_confirmed_once_it_is_kept(reader):
    reader.log(event("o-1", NOW - HOUR), id="b7-3")

    assert reader.told == [("fablab/v1/door-1/noted", {"id": "b7-3", "kept": 1})]


def test_a_spoilt_event_comes_back_and_the_others_are_kept_and_confirmed(reader):
    [(spoilt, why)] = reader.log(event("o-1", NOW - HOUR), {"nonce": "o-2"}, id="b7-3")

    assert (spoilt, why) == ({"events": [{"nonce": "o-2"}]}, "verdict is not granted or refused")
    assert [line[0] for line in lines()] == ["o-1"]
    assert reader.told == [("fablab/v1/door-1/noted", {"id": "b7-3", "kept": 1})]


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(minutes=-7), timedelta(days=-9000)])
def test_a_clock_that_is_wrong_is_set_right_by_what_it_says_now(reader, ahead):
    reader.log(event("o-1", NOW - HOUR + ahead), now=(NOW + ahead).timestamp())

    assert lines() == [("o-1", "welcome", True, True, NOW - HOUR)]


@pytest.mark.parametrize("waited", [{"waited": True}, {"dup": True}, {"retain": True}])
def test_a_log_that_waited_on_its_way_tells_nothing_of_the_clock(reader, waited):
    reader.log(event("o-1", NOW - HOUR), now=(NOW - HOUR / 2).timestamp(), options=waited)

    assert lines() == [("o-1", "welcome", True, True, NOW - HOUR)]


def test_the_way_here_is_no_error_of_the_clock(reader):
    reader.log(event("o-1", NOW - HOUR), now=NOW.timestamp() - 0.9)

    assert lines() == [("o-1", "welcome", True, True, NOW - HOUR)]


@pytest.mark.parametrize("at", [None, datetime(1999, 1, 1, tzinfo=UTC), datetime(2399, 1, 1, tzinfo=UTC)])
def test_a_passage_of_no_known_time_is_kept_and_changes_nothing_else(reader, at):
    reader.log(event("o-1", at))

    assert lines() == [("o-1", "welcome", True, True, NOW)]
    assert not Presence.objects.exists()


def test_a_log_without_events_is_bad(reader):
    with pytest.raises(BadPayload):
        reader.log(events=None)


def test_a_reader_tells_which_list_it_holds(reader):
    reader.ack(list=11, pending=4, at=NOW.timestamp() + 2.5)

    known = AllowList.objects.get()
    assert (known.held, known.pending, known.clock_error, known.refusal, known.told_at) == (
        11,
        4,
        2.5,
        "",
        NOW,
    )
    assert reader.told == []


@pytest.mark.parametrize("at", [1e300, -1e300])
def test_a_clock_that_can_t_be_is_as_wrong_as_a_century(reader, at):
    reader.ack(list=11, pending=4, at=at)

    assert abs(AllowList.objects.get().clock_error) == 36_525 * 86_400
    reader.log(event("o-1", NOW), now=at)
    assert [event.nonce for event in AccessEvent.objects.all()] == ["o-1"]


def test_how_soon_a_reader_took_its_list_is_kept(reader):
    AllowList.objects.update(published_at=NOW - timedelta(seconds=0.3))
    reader.ack(list=11)
    assert AllowList.objects.get().taken_s is None

    for _ in range(2):
        reader.ack(list=12)
        AllowList.objects.update(published_at=NOW - HOUR)  # what it repeats later says nothing of that
    assert AllowList.objects.get().taken_s == 0.3


def test_a_reader_tells_why_it_did_not_take_a_list(reader):
    reader.ack(list=11, ok=False, state="bad signature")

    assert (AllowList.objects.get().held, AllowList.objects.get().refusal) == (11, "bad signature")


def test_a_reader_that_has_seen_newer_lists_than_we_remember_gets_one_that_is_newer_still(reader):
    reader.ack(list=40, ok=False, state="old version")

    known = AllowList.objects.get()
    assert (known.version, known.digest) == (40, "")


@pytest.mark.parametrize("wild", [2_000_000, (1 << 31) - 1])
def test_no_reader_runs_away_with_the_numbers(reader, wild):
    reader.ack(list=wild, ok=False, state="old version")

    assert AllowList.objects.get().version == 12


def test_an_ack_of_a_command_touches_no_list(reader):
    reader.ack(id="c1", ok=False, state="jammed")
    with pytest.raises(BadPayload):
        reader.ack(ok=1)

    assert AllowList.objects.get().told_at is None
