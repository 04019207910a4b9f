"""What feeds show: one's own in full, others only as they agreed, what was cancelled for a while."""

from datetime import timedelta

import pytest
from django.utils import translation

from booking import actions
from booking.models import Booking, Feed, Origin
from booking.queries.feeds import CANCELLED_SHOWN, PAST, feed_events, member_event
from lab.models import Closure
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
SITE = "https://lab.example.org"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def alice(db):
    return factories.member("alice", first_name="Alice", last_name="Martin")


@pytest.fixture
def bob(db):
    return factories.member("bob", first_name="Bob", last_name="Petit")


@pytest.fixture
def charlie(db):
    return factories.manager("charlie")


@pytest.fixture
def laser(db):
    return factories.resource("laser-1", name="Découpe laser")


def shown(member, scope="personal", *, now=NOW, **place) -> list[tuple]:
    feed = Feed(member=member, scope=scope, **place)
    return [(one.summary, one.description, one.status) for one in feed_events(feed, site=SITE, now=now)]


def test_my_calendar_shows_my_bookings_in_full(alice, bob, laser):
    mine = actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 16), purpose="Lampe", now=NOW
    )
    actions.book(member=bob, by=bob, resources=[laser], span=span(16, 17), now=NOW)
    (event,) = feed_events(Feed(member=alice, scope="personal"), site=SITE, now=NOW)

    assert (event.uid, event.span, event.sequence) == (
        f"booking-{mine.pk}@{Origin.current()}",
        span(14, 16),
        0,
    )
    assert (event.summary, event.description, event.location) == ("Découpe laser", "Lampe", "Fablab")
    assert (event.url, event.status, event.busy) == (f"{SITE}/bookings/{mine.pk}/", "CONFIRMED", True)


STATUSES = [
    ("requested", "Requested: Découpe laser", "TENTATIVE"),
    ("held", "Held for you: Découpe laser", "TENTATIVE"),
    ("booked", "Découpe laser", "CONFIRMED"),
    ("checked_in", "Découpe laser", "CONFIRMED"),
    ("done", "Découpe laser", "CONFIRMED"),
    ("missed", "Découpe laser", "CANCELLED"),
    ("cancelled", "Découpe laser", "CANCELLED"),
    ("declined", "Découpe laser", "CANCELLED"),
]


@pytest.mark.parametrize(("state", "summary", "status"), STATUSES)
def test_every_state_has_a_status(alice, laser, state, summary, status):
    held = {"held_until": at(11)} if state == "held" else {}
    booking = factories.booking(alice, laser, span(14, 16), state=state, standing=False, **held)
    Booking.objects.filter(pk=booking.pk).update(created_at=NOW)

    assert shown(alice) == [(summary, "", status)]


def test_every_state_is_known():
    assert {state for state, _, _ in STATUSES} == set(Booking.State)


def test_what_was_cancelled_stays_long_enough_to_be_seen(alice, laser):
    booking = actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16, day=30), now=NOW)
    actions.cancel(booking=booking, by=alice, now=NOW)

    told = [shown(alice, now=NOW + late) for late in (timedelta(0), CANCELLED_SHOWN, CANCELLED_SHOWN * 1.1)]
    assert told == [[("Découpe laser", "", "CANCELLED")]] * 2 + [[]]
    place = {"scope": "resource", "resource": laser}
    told = [shown(alice, now=NOW + late, **place) for late in (timedelta(0), CANCELLED_SHOWN * 1.1)]
    assert told == [[("Alice Martin", "", "CANCELLED")], []]


def test_a_change_is_known_by_its_number_and_its_time(alice, laser):
    booking = actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)
    actions.move(booking=booking, span=span(17, 18), by=alice, now=NOW + timedelta(minutes=5))
    (event,) = feed_events(Feed(member=alice, scope="personal"), site=SITE, now=NOW)

    assert (event.span, event.sequence, event.changed_at) == (span(17, 18), 1, NOW + timedelta(minutes=5))


def test_what_is_long_over_is_left_out(alice, laser):
    factories.booking(alice, laser, span(14, 16, day=-PAST.days - 1), state="done")
    factories.booking(alice, laser, span(14, 16, day=1 - PAST.days), state="done")

    assert len(shown(alice)) == len(shown(alice, "resource", resource=laser)) == 1


def test_others_are_named_only_where_they_agreed(alice, bob, laser):
    eve = factories.member("eve", first_name="Eve", last_name="Roux", shows_name=True)
    for who, hour in ((alice, 14), (bob, 15), (eve, 16)):
        actions.book(
            member=who, by=who, resources=[laser], span=span(hour, hour + 1), purpose=f"of {who}", now=NOW
        )
    told = shown(alice, "resource", resource=laser)

    assert told == [
        ("Alice Martin", "of alice", "CONFIRMED"),
        ("Booked", "", "CONFIRMED"),
        ("Eve Roux", "of eve", "CONFIRMED"),
    ]
    events = feed_events(Feed(member=alice, scope="resource", resource=laser), site=SITE, now=NOW)
    assert [bool(one.url) for one in events] == [True, False, False]
    assert [one.busy for one in events] == [True, False, False]


def test_managers_see_who_has_what(charlie, bob, laser):
    actions.book(member=bob, by=bob, resources=[laser], span=span(14, 15), purpose="Secret", now=NOW)

    assert shown(charlie, "zone", zone=laser.zone) == [("Découpe laser · Bob Petit", "Secret", "CONFIRMED")]


def test_who_asks_in_vain_is_not_told_to_everybody(alice, bob, charlie):
    studio = factories.resource("studio", approval=True)
    asked = actions.book(member=bob, by=bob, resources=[studio], span=span(14, 15), now=NOW)
    place = {"scope": "resource", "resource": studio}
    waiting = [shown(who, **place) for who in (alice, bob, charlie)]
    actions.decline(booking=asked, by=charlie, now=NOW)
    declined = [shown(who, **place) for who in (alice, bob, charlie)]

    assert waiting == [[], *[[("Bob Petit", "", "TENTATIVE")]] * 2]
    assert declined == [[], *[[("Bob Petit", "", "CANCELLED")]] * 2]


def test_a_booking_of_several_resources_is_one_event(alice, laser):
    cnc = factories.resource("cnc-1", name="Fraiseuse")
    actions.book(member=alice, by=alice, resources=[laser, cnc], span=span(14, 16), now=NOW)

    assert shown(alice) == [("Fraiseuse, Découpe laser", "", "CONFIRMED")]
    assert shown(alice, "resource", resource=cnc) == [("Alice Martin", "", "CONFIRMED")]
    assert len(shown(alice, "zone", zone=laser.zone)) == 1


def test_a_zone_shows_when_it_is_closed(alice, laser):
    other = factories.zone("rfid")
    for zone, reason, start in ((laser.zone, "Ménage", 14), (None, "Noël", 18), (other, "Travaux", 20)):
        Closure.objects.create(zone=zone, reason=reason, starts_at=at(start), ends_at=at(start + 1))
    Closure.objects.create(zone=laser.zone, starts_at=at(9), ends_at=at(10))

    assert [one[0] for one in shown(alice, "zone", zone=laser.zone)] == [
        "Closed",
        "Closed: Ménage",
        "Closed: Noël",
    ]
    assert shown(alice, "resource", resource=laser) == []


def test_a_feed_costs_a_handful_of_queries_however_much_it_shows(
    alice, charlie, laser, django_assert_max_num_queries
):
    for day in range(20):
        factories.booking(alice, laser, span(14, 16, day=day))
    Origin.current()
    for who, place in ((alice, {"scope": "personal"}), (charlie, {"scope": "zone", "zone": laser.zone})):
        with django_assert_max_num_queries(9):
            assert len(shown(who, **place)) == 20


def test_a_single_booking_is_shown_as_in_ones_own_calendar(alice, laser):
    booking = actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)

    assert [member_event(booking, site=SITE)] == feed_events(
        Feed(member=alice, scope="personal"), site=SITE, now=NOW
    )
