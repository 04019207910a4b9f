"""A badge meets a door's reader: the decision, and what is written down with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from booking import phrases
from booking.checkin import check_in
from booking.models import AccessEvent, Presence
from booking.rules.cards import Card
from booking.rules.taps import Reason
from devices.models import Device
from tests import factories
from tests.booking.taps import ALICES, BOBS, SECOND, tap
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    """The one reader of the lab's door, for both ways."""
    return factories.device("door-reader", door=factories.door(unlock_seconds=7))


def test_a_door_unlocks_and_writes_it_down_first(alice, reader):
    decision = tap("door-reader")

    assert (decision.do, decision.reason, decision.seconds) == ("unlock", Reason.WELCOME, 7)
    assert decision.zone == reader.door.zone
    event = AccessEvent.objects.get()
    assert (event.device, event.nonce, event.member, event.door) == (reader, "n-1", alice, reader.door)
    assert (event.granted, event.reason, event.zone) == (True, "welcome", reader.door.zone)
    assert (event.tapped_at, event.decided_at) == (NOW - SECOND, NOW)
    assert event.badge == alice.badges.get()


def test_one_reader_for_both_ways_welcomes_and_says_goodbye_in_turn(alice, reader):
    later = [NOW + n * timedelta(minutes=5) for n in range(4)]

    answers = [tap("door-reader", f"n-{n}", now=now) for n, now in enumerate(later)]

    assert [(answer.do, answer.reason) for answer in answers] == [
        ("unlock", Reason.WELCOME),
        ("unlock", Reason.GOODBYE),
    ] * 2
    assert list(Presence.objects.values_list("since", "until")) == [
        (later[0], later[1]),
        (later[2], later[3]),
    ]


def test_the_same_tap_again_is_answered_by_silence(alice, reader):
    assert tap("door-reader") is not None
    assert tap("door-reader") is None
    assert tap("door-reader", now=NOW + timedelta(days=1)) is None
    assert AccessEvent.objects.count() == 1
    assert Presence.objects.get().until is None


def test_another_reader_may_use_the_same_nonce(alice, reader):
    factories.device("other-reader", door=factories.door("door-2", zone=factories.zone("rfid")))

    assert tap("door-reader").reason == tap("other-reader").reason == Reason.WELCOME


@pytest.mark.parametrize(
    "when", [{"retained": True}, {"tapped_at": NOW - 11 * SECOND}, {"tapped_at": NOW + 11 * SECOND}]
)
def test_a_tap_from_another_time_never_unlocks(alice, reader, when):
    decision = tap("door-reader", **when)

    assert (decision.do, decision.reason) == ("refuse", Reason.STALE_TAP)
    assert not AccessEvent.objects.get().granted
    assert not Presence.objects.exists()


@pytest.mark.parametrize("uid", ["04DEADBEEF", BOBS])
def test_a_badge_that_nobody_carries_is_unknown(reader, uid):
    factories.badge(None, BOBS)

    assert tap("door-reader", uid=uid).reason == Reason.UNKNOWN_BADGE
    assert AccessEvent.objects.get().member is None


def test_a_tap_without_a_readable_uid_is_unknown(reader):
    decision = check_in(device="door-reader", card=Card(None), nonce="1", tapped_at=NOW, now=NOW)

    assert decision.reason == Reason.UNKNOWN_BADGE


def test_an_account_that_was_closed_is_unknown(alice, reader):
    alice.is_active = False
    alice.save()

    assert tap("door-reader").reason == Reason.UNKNOWN_BADGE


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"lost_at": NOW}, Reason.BADGE_LOST),
        ({"valid_until": NOW}, Reason.BADGE_EXPIRED),
        ({"valid_from": NOW + SECOND}, Reason.BADGE_EXPIRED),
        ({"valid_from": NOW, "valid_until": NOW + SECOND}, Reason.WELCOME),
    ],
)
def test_a_badge_has_its_time(alice, reader, fields, reason):
    alice.badges.update(**fields)

    assert tap("door-reader").reason == reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"suspended": True}, Reason.MEMBER_SUSPENDED),
        ({"member_until": NOW.date() - timedelta(days=1)}, Reason.MEMBERSHIP_EXPIRED),
        ({"member_until": NOW.date()}, Reason.WELCOME),
    ],
)
def test_a_member_has_their_time(alice, reader, fields, reason):
    for name, value in fields.items():
        setattr(alice, name, value)
    alice.save()

    assert tap("door-reader").reason == reason


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ({"claimed": False}, Reason.DEVICE_UNCLAIMED),
        ({"revoked": True}, Reason.DEVICE_UNCLAIMED),
        ({"claimed": True}, Reason.WELCOME),
    ],
)
def test_only_an_adopted_reader_opens(alice, setting, reason):
    factories.device("new-reader", door=factories.door(), **setting)

    assert tap("new-reader").reason == reason


def test_a_reader_never_heard_of_is_noted_and_refused(alice):
    decision = tap("stranger")

    assert (decision.do, decision.reason) == ("refuse", Reason.DEVICE_UNCLAIMED)
    assert not Device.objects.get(name="stranger").claimed
    assert AccessEvent.objects.get().member == alice


def test_a_closed_zone_opens_to_those_who_pass_at_any_hour(alice, bob):
    factories.device("door-reader", door=factories.door(zone=factories.zone(hours=(9, 20))))
    bob.any_hour = True
    bob.save()

    assert tap("door-reader", "1", now=at(21)).reason == Reason.LAB_CLOSED
    assert tap("door-reader", "2", uid=BOBS, now=at(21)).reason == Reason.WELCOME
    assert tap("door-reader", "3", now=at(19.9)).reason == Reason.WELCOME
    assert tap("door-reader", "4", now=at(21)).reason == Reason.GOODBYE


def test_a_full_zone_lets_the_next_one_in_when_somebody_left(alice, bob):
    factories.device("door-reader", door=factories.door(zone=factories.zone(capacity=1)))

    heard = [tap("door-reader", f"{n}", uid=uid) for n, uid in enumerate([ALICES, BOBS, ALICES, BOBS])]

    assert [answer.reason for answer in heard] == ["welcome", "zone_full", "goodbye", "welcome"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_reader_speaks_the_members_language(alice, reader, language):
    alice.language = language
    alice.save()

    with translation.override("en" if language == "fr" else "fr"):
        text = tap("door-reader").text

    with translation.override(language):
        assert text == phrases.reader_text(Reason.WELCOME)


def test_to_a_stranger_the_reader_speaks_the_labs_language(reader, settings):
    with translation.override(None):
        text = tap("door-reader", card=Card(None)).text

    with translation.override(settings.LANGUAGE_CODE):
        assert text == phrases.reader_text(Reason.UNKNOWN_BADGE)


def test_a_tap_that_another_process_decides_in_this_moment_is_silent(alice, reader):
    """The rival's line comes between the look and the write, as it does in a race."""
    came = []

    def rival(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not came:
            came.append(True)
            AccessEvent.objects.create(
                device=reader, nonce="n-1", reason="welcome", granted=True, tapped_at=NOW, decided_at=NOW
            )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(rival):
        assert tap("door-reader") is None
    assert AccessEvent.objects.count() == 1
