"""A badge meets a reader: the decision, and what is written down with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from booking import phrases
from booking.checkin import Decision, check_in
from booking.models import AccessEvent, Presence, UsageSession
from booking.rules.taps import Reason
from devices.models import Device
from lab.fingerprints import fingerprint
from tests import factories
from tests.factories import NOW, PEPPER, at, span

pytestmark = pytest.mark.django_db
UID = "04A1B2C3D4E5F6"
SECOND = timedelta(seconds=1)


def tap(device: str, nonce: str = "n-1", *, uid: str = UID, now=NOW, **more) -> Decision | None:
    return check_in(
        device=device,
        badge_fingerprint=fingerprint(uid, pepper=PEPPER),
        nonce=nonce,
        now=now,
        **{"tapped_at": now - SECOND, **more},
    )


@pytest.fixture
def alice():
    who = factories.member("alice")
    factories.badge(who, UID)
    return who


@pytest.fixture
def bob():
    who = factories.member("bob")
    factories.badge(who, "04B0B0B0")
    return who


@pytest.fixture
def reader():
    """The one reader of the lab's door, for both ways."""
    return factories.device("door-reader", door=factories.door(unlock_seconds=7))


@pytest.fixture
def laser():
    """A laser in a zone without doors, with a reader of its own."""
    made = factories.resource(zone=factories.zone("atelier"))
    factories.device("laser-reader", resource=made)
    return made


def enter(who, zone) -> Presence:
    return Presence.objects.create(member=who, zone=zone, since=NOW - timedelta(hours=1))


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


@pytest.mark.parametrize("uid", ["04DEADBEEF", "04B0B0B0"])
def test_a_badge_that_nobody_carries_is_unknown(reader, uid):
    factories.badge(None, "04B0B0B0")

    assert tap("door-reader", uid=uid).reason == Reason.UNKNOWN_BADGE
    assert AccessEvent.objects.get().member is None


def test_a_tap_without_a_readable_uid_is_unknown(reader):
    decision = check_in(device="door-reader", badge_fingerprint=None, nonce="1", tapped_at=NOW, now=NOW)

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
    assert tap("door-reader", "2", uid="04B0B0B0", now=at(21)).reason == Reason.WELCOME
    assert tap("door-reader", "3", now=at(19.9)).reason == Reason.WELCOME
    assert tap("door-reader", "4", now=at(21)).reason == Reason.GOODBYE


def test_a_full_zone_lets_the_next_one_in_when_somebody_left(alice, bob):
    factories.device("door-reader", door=factories.door(zone=factories.zone(capacity=1)))

    heard = [tap("door-reader", f"{n}", uid=uid) for n, uid in enumerate([UID, "04B0B0B0", UID, "04B0B0B0"])]

    assert [answer.reason for answer in heard] == ["welcome", "zone_full", "goodbye", "welcome"]


def test_a_machine_gets_a_relay_for_a_lease_and_a_session_opens(alice, laser):
    decision = tap("laser-reader")

    assert (decision.do, decision.reason, decision.on) == ("relay", Reason.WELCOME, True)
    assert (decision.lease, decision.resource) == (12 * 3600, laser)
    session = UsageSession.objects.get()
    assert (session.resource, session.member, session.booking) == (laser, alice, None)
    assert (session.device.name, session.badge) == ("laser-reader", alice.badges.get())
    assert (session.started_at, session.ended_at) == (NOW, None)
    assert session.lease_until == NOW + timedelta(hours=12)


def test_the_next_tap_switches_the_machine_off(alice, laser):
    tap("laser-reader", "1")
    later = NOW + timedelta(minutes=30)

    decision = tap("laser-reader", "2", now=later)

    assert (decision.do, decision.reason) == ("relay", Reason.GOODBYE)
    assert (decision.on, decision.lease) == (False, 0)
    assert UsageSession.objects.get().ended_at == later


def test_a_running_laser_is_not_switched_off(alice, laser):
    tap("laser-reader", "1")
    UsageSession.objects.update(busy_since=NOW)

    decision = tap("laser-reader", "2")

    assert (decision.do, decision.reason) == ("refuse", Reason.MACHINE_BUSY)
    assert UsageSession.objects.get().ended_at is None


def test_somebody_elses_session_is_busy(alice, bob, laser):
    tap("laser-reader", "1")

    assert tap("laser-reader", "2", uid="04B0B0B0").reason == Reason.MACHINE_BUSY


@pytest.mark.parametrize(
    ("booked", "until"),
    [
        (span(10, 12), at(12)),  # now
        (span(10 + 1 / 6, 12), at(12)),  # ten minutes early
        (span(9, 10.01), at(10.01)),
    ],
)
def test_the_lease_of_a_booking_ends_with_it(alice, laser, booked, until):
    mine = factories.booking(alice, laser, booked)

    decision = tap("laser-reader")

    assert decision.lease == (until - NOW) // SECOND
    mine.refresh_from_db()
    session = UsageSession.objects.get()
    assert (mine.state, session.booking, session.lease_until) == ("checked_in", mine, until)


@pytest.mark.parametrize(
    ("setting", "until"),
    [
        ("next booking", at(11)),
        ("closing", at(20)),
        ("certification", at(10.5)),
        ("nothing", at(22)),
    ],
)
def test_a_lease_ends_with_the_first_thing_that_ends_it(alice, bob, setting, until):
    place = factories.zone("atelier", hours=(9, 20) if setting == "closing" else None)
    laser = factories.resource(zone=place, certification=factories.certification())
    factories.device("laser-reader", resource=laser)
    expires = until if setting == "certification" else None
    factories.award(alice, laser.certification, expires_at=expires)
    if setting == "next booking":
        factories.booking(bob, laser, span(11, 12))

    assert tap("laser-reader").lease == (until - NOW) // SECOND


def test_somebody_elses_hour_is_theirs_from_set_up_to_clean_up(alice, bob, laser):
    theirs = factories.booking(bob, laser, span(12, 13))
    theirs.claims.update(blocked_from=at(11.5), blocked_until=at(13.5))

    hours = (11, 11.75, 12.5, 13.25, 13.5)
    heard = [tap("laser-reader", f"a{hour}", now=at(hour)) for hour in hours]
    UsageSession.objects.update(ended_at=at(14))

    assert [answer.reason for answer in heard[:4]] == [
        "welcome",
        "goodbye",
        "booked_by_other",
        "booked_by_other",
    ]
    assert heard[0].lease == 1800


def test_a_free_unit_is_free_whoever_booked_the_other(alice, bob):
    desk = factories.resource("desk", zone=factories.zone("atelier"), units=2, walk_up=True)
    factories.device("desk-reader", resource=desk)
    factories.booking(bob, desk, span(9, 12), unit=1)

    assert tap("desk-reader").reason == Reason.WELCOME


@pytest.mark.parametrize(
    ("mine", "reason"),
    [(None, Reason.NOT_BOOKED), (span(12, 13), Reason.NOT_BOOKED), (span(9, 11), Reason.WELCOME)],
)
def test_a_machine_without_walk_up_wants_a_booking(alice, laser, mine, reason):
    laser.walk_up = False
    laser.save()
    if mine:
        factories.booking(alice, laser, mine)

    assert tap("laser-reader").reason == reason


@pytest.mark.parametrize(
    ("expires", "reason"),
    [
        ("never given", Reason.NOT_CERTIFIED),
        (at(9), Reason.CERTIFICATION_EXPIRED),
        (at(11), Reason.WELCOME),
        (None, Reason.WELCOME),
    ],
)
def test_a_machine_asks_for_its_certification(alice, laser, expires, reason):
    laser.certification = factories.certification()
    laser.save()
    if expires != "never given":
        factories.award(alice, laser.certification, expires_at=expires)

    assert tap("laser-reader").reason == reason


@pytest.mark.parametrize(("ends_at", "reason"), [(None, Reason.MACHINE_DOWN), (NOW, Reason.WELCOME)])
def test_a_machine_that_is_down_stays_off(alice, laser, ends_at, reason):
    laser.outages.create(starts_at=at(8), ends_at=ends_at)

    assert tap("laser-reader").reason == reason


def test_behind_a_door_one_taps_in_first(alice, laser):
    factories.door(zone=laser.zone)

    assert tap("laser-reader", "1").reason == Reason.NOT_CHECKED_IN
    enter(alice, laser.zone)
    assert tap("laser-reader", "2").reason == Reason.WELCOME


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
        text = tap("door-reader", uid="04DEADBEEF").text

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


def test_a_reader_waits_for_few_queries(alice, laser, django_assert_max_num_queries):
    factories.booking(alice, laser, span(9, 12))

    with django_assert_max_num_queries(28):
        tap("laser-reader")
