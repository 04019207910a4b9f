"""A reader beside a totem: who taps there is counted in or out, and nothing moves."""

from datetime import timedelta

import pytest

from booking.models import AccessEvent, Booking, Presence
from booking.queries.presences import muster
from booking.rules.taps import Reason
from booking.why import place_of, why
from tests import factories
from tests.booking.taps import ALICES, BOBS, tap
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def carrefour():
    return factories.zone("carrefour", hours=(8, 22), capacity=2)


@pytest.fixture
def reader(carrefour):
    return factories.device("badge-carrefour", zone=carrefour, profile="presence-reader")


def told(decision):
    return decision.do, decision.reason, decision.on, decision.lease, decision.seconds


def test_coming_and_going_in_turn_is_written_down_and_switches_nothing_on(alice, reader, carrefour):
    came = tap("badge-carrefour")
    went = tap("badge-carrefour", "n-2", now=LATER)

    assert [told(came), told(went)] == [
        ("relay", Reason.WELCOME, False, 0, None),
        ("relay", Reason.GOODBYE, False, 0, None),
    ]
    assert came.zone == carrefour
    assert list(Presence.objects.values_list("member", "zone", "since", "until")) == [
        (alice.pk, carrefour.pk, NOW, LATER)
    ]
    assert (
        list(AccessEvent.objects.values_list("zone", "door", "resource", "granted"))
        == [(carrefour.pk, None, None, True)] * 2
    )


@pytest.mark.parametrize(
    ("uid", "now", "reason"),
    [
        (BOBS, NOW, Reason.UNKNOWN_BADGE),
        (ALICES, NOW + timedelta(hours=13), Reason.LAB_CLOSED),
    ],
)
def test_the_rules_of_a_door_hold_here(alice, reader, uid, now, reason):
    decision = tap("badge-carrefour", uid=uid, now=now)

    assert (decision.do, decision.reason) == ("refuse", reason)
    assert not Presence.objects.exists()


def test_a_full_zone_takes_nobody_more_and_lets_everybody_go(alice, reader, carrefour):
    for name in ("bob", "carol"):
        Presence.objects.create(member=factories.member(name), zone=carrefour, since=NOW)
    full = tap("badge-carrefour")
    Presence.objects.filter(member__username="bob").update(until=NOW)

    came = tap("badge-carrefour", "n-2", now=LATER)

    assert (full.do, full.reason, came.reason) == ("refuse", Reason.ZONE_FULL, Reason.WELCOME)
    assert Presence.objects.filter(until=None).count() == 2


def test_a_reader_that_nobody_adopted_counts_nobody(alice, carrefour):
    factories.device("badge-carrefour", zone=carrefour, claimed=False)

    assert tap("badge-carrefour").reason is Reason.DEVICE_UNCLAIMED


def test_beside_a_door_that_a_badge_passes_once_nobody_goes_out(alice, reader, carrefour):
    factories.door("door-carrefour", zone=carrefour, hard_passback=True)

    answers = [tap("badge-carrefour", f"n-{n}", now=NOW + n * timedelta(minutes=2)) for n in range(3)]

    assert [answer.reason for answer in answers] == [Reason.WELCOME] * 3
    assert Presence.objects.get().until is None


def test_badging_in_begins_what_is_booked_here_and_has_no_reader_of_its_own(alice, reader, carrefour):
    desk = factories.resource("desk", zone=carrefour, kind="desk")
    laser = factories.resource("laser-1", zone=carrefour)
    factories.device("reader-laser-1", resource=laser, profile="machine-reader")
    away = factories.resource("bench", zone=factories.zone("rfid-centre"))
    made = {
        "soon": factories.booking(alice, desk, span(10.2, 11)),
        "later": factories.booking(alice, desk, span(12, 13)),
        "machine": factories.booking(alice, laser, span(10, 11)),
        "elsewhere": factories.booking(alice, away, span(10, 11)),
        "bob's": factories.booking(factories.member("bob"), desk, span(9.5, 10.1)),
    }

    tap("badge-carrefour")

    begun = set(Booking.objects.filter(state=Booking.State.CHECKED_IN).values_list("pk", flat=True))
    assert begun == {made["soon"].pk}
    assert made["soon"].changes.get().what == "arrived"


def test_the_muster_list_says_how_far_it_can_be_trusted(alice, reader, carrefour):
    tap("badge-carrefour")
    factories.device("air", zone=carrefour, profile="room-sensor", online=True)

    (found,) = muster(LATER)

    assert [one.presence.member for one in found.people] == [alice]
    assert found.readers == (reader,)
    assert not found.sure


def test_why_can_be_asked_of_it(alice, reader, carrefour):
    closed = NOW + timedelta(hours=13)

    answer = why(member=alice, place=place_of(reader), at=closed, now=NOW)

    assert [told.reason for told in answer.objections] == [Reason.LAB_CLOSED]
    assert answer.place.label == carrefour.label
