"""`book()`: all the resources or nothing, on units that we choose."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import translation

from booking import actions, phrases
from booking.models import Booking, Claim
from booking.refusals import Refused
from booking.rules.wishes import Code
from lab.calendar import day_span
from lab.models import Unit
from lab.spans import Span
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return factories.member("alice")


def book(who, *resources, when=None, now=NOW, **more) -> Booking:
    return actions.book(member=who, by=who, resources=resources, span=when or span(14, 16), now=now, **more)


def refusal(who, *resources, when=None, now=NOW) -> Refused:
    with pytest.raises(Refused) as caught:
        book(who, *resources, when=when, now=now)
    return caught.value


def codes(refused: Refused) -> list[Code]:
    return [objection.code for objection in refused.objections]


def units(booking: Booking) -> list[str]:
    return [str(claim.unit) for claim in booking.claims.order_by("unit__resource", "unit__number")]


def test_a_booking_blocks_its_unit_from_set_up_to_clean_up(alice):
    laser = factories.resource(setup_minutes=15, cleanup_minutes=30)

    booking = book(alice, laser, purpose="Lampe")

    assert (booking.member, booking.booked_by, booking.purpose, booking.state) == (
        alice,
        alice,
        "Lampe",
        "booked",
    )
    assert booking.span == span(14, 16)
    (claim,) = booking.claims.all()
    assert (claim.blocked_from, claim.blocked_until, claim.standing) == (at(13.75), at(16.5), True)


def test_two_bookings_keep_room_for_clean_up_and_set_up_between_them(alice):
    laser = factories.resource(setup_minutes=15, cleanup_minutes=30)
    book(alice, laser)

    assert codes(refusal(alice, laser, when=span(16.5, 17))) == [Code.TAKEN]
    assert book(alice, laser, when=span(16.75, 17)).pk


def test_bookings_may_touch(alice):
    laser = factories.resource()

    book(alice, laser, when=span(14, 16))
    book(alice, laser, when=span(16, 17))
    book(alice, laser, when=span(13, 14))

    assert Claim.objects.count() == 3


def test_units_are_given_out_from_the_lowest_number(alice):
    desk = factories.resource("desk", units=3)

    assert [units(book(alice, desk)) for _ in range(3)] == [["desk/1"], ["desk/2"], ["desk/3"]]
    assert codes(refusal(alice, desk)) == [Code.TAKEN]


def test_more_units_than_there_are_is_said_as_that(alice):
    desk = factories.resource("desk", units=2)
    (found,) = refusal(alice, desk, desk, desk).objections

    assert (found.code, found.data) == (Code.TAKEN, {"resource": "desk", "units_free": 2, "units": 2})
    with translation.override("en"):
        assert phrases.detail(found) == "There are only 2 of it; ask for no more."


def test_a_resource_named_twice_gives_two_units(alice):
    desk = factories.resource("desk", units=3)

    assert units(book(alice, desk, desk)) == ["desk/1", "desk/2"]
    assert refusal(alice, desk, desk).objections[0].data == {"resource": "desk", "units_free": 1}
    assert units(book(alice, desk)) == ["desk/3"]


def test_several_resources_are_booked_together_each_with_its_own_margins(alice):
    room = factories.resource("room", setup_minutes=30)
    camera = factories.resource("camera", units=2)

    booking = book(alice, camera, room)

    assert units(booking) == ["camera/1", "room/1"]
    assert set(booking.claims.values_list("unit__resource__slug", "blocked_from")) == {
        ("room", at(13.5)),
        ("camera", at(14)),
    }


def test_of_several_resources_one_that_is_taken_refuses_them_all(alice):
    room, camera = factories.resource("room"), factories.resource("camera")
    factories.booking(alice, camera, span(15, 17))

    refused = refusal(alice, room, camera)

    assert [(o.code, o.data) for o in refused.objections] == [
        (Code.TAKEN, {"resource": "camera", "units_free": 0})
    ]
    assert Booking.objects.count() == Claim.objects.count() == 1


def test_a_race_lost_to_the_constraint_is_taken_with_alternatives(alice):
    """The rival's claim comes between the look and the write, as it does in a race."""
    laser, bob, came = factories.resource(), factories.member("bob"), []

    def rival(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not came:
            came.append(None)
            came[0] = factories.booking(bob, laser, span(15, 17))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(rival):
        refused = refusal(alice, laser)

    assert codes(refused) == [Code.TAKEN]
    assert refused.only_taken
    assert [one.span for one in refused.alternatives] == [
        span(13, 15),
        span(17, 19),
        span(14, 15),
        span(10, 12),
    ]
    assert list(Booking.objects.all()) == came


def test_alternatives_are_the_nearest_times_and_a_sister_at_the_same_time(alice):
    one, two = (
        factories.resource("printer-1", kind="printer"),
        factories.resource("printer-2", kind="printer"),
    )
    factories.resource("laser-1")
    factories.booking(alice, one, span(14, 16))

    refused = refusal(alice, one, when=span(14, 15))

    assert [(found.resources, found.span) for found in refused.alternatives] == [
        (("printer-1",), span(13, 14)),
        (("printer-1",), span(16, 17)),
        (("printer-2",), span(14, 15)),
        (("printer-1",), span(10, 11)),
    ]
    assert book(alice, two, when=refused.alternatives[2].span)


def test_alternatives_can_themselves_be_booked(alice):
    place = factories.zone("atelier", hours=(9, 20))
    laser = factories.resource(zone=place, setup_minutes=15, cleanup_minutes=15, grid_minutes=30)
    factories.booking(alice, laser, span(13.9, 16))

    for found in refusal(alice, laser).alternatives:
        assert (found.span.start - at(0)) % timedelta(minutes=30) == timedelta(0)
        assert actions.check(member=alice, resources=[laser], span=found.span, now=NOW) is None


def test_nothing_is_offered_when_time_is_not_the_matter(alice):
    refused = refusal(alice, factories.resource(certification=factories.certification()))

    assert (codes(refused), refused.alternatives) == ([Code.NOT_CERTIFIED], [])
    assert not refused.only_taken


def test_a_certification_opens_the_machine(alice):
    laser = factories.resource(certification=factories.certification())
    factories.award(alice, laser.certification)

    assert book(alice, laser).pk


def test_own_hours_are_taken_too(alice):
    laser = factories.resource()
    book(alice, laser)

    assert refusal(alice, laser).only_taken


def test_a_quota_counts_what_stands_and_what_ran_but_not_what_was_given_back(alice):
    cnc = factories.resource("cnc-1", daily_quota_minutes=120)
    factories.booking(alice, cnc, span(8, 9), state="done")
    factories.booking(alice, cnc, span(11, 13), standing=False, state="cancelled")
    factories.booking(factories.member("bob"), cnc, span(9, 11))

    assert codes(refusal(alice, cnc, when=span(14, 15.5))) == [Code.QUOTA]
    assert book(alice, cnc, when=span(14, 15)).pk


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_quota_of_a_day_that_changes_its_clocks_counts_all_of_its_hours(alice, day):
    whole, half = day_span(day, factories.PARIS), timedelta(minutes=30)
    cnc = factories.resource("cnc-1", daily_quota_minutes=45)
    factories.booking(alice, cnc, Span(whole.start, whole.start + half))

    late = Span(whole.end - half, whole.end)

    assert codes(refusal(alice, cnc, when=late, now=whole.start)) == [Code.QUOTA]


@pytest.mark.parametrize("started", [at(0).replace(year=2024, month=2, day=29), at(15)])
def test_an_outage_without_an_end_lasts(alice, started):
    laser = factories.resource()
    laser.outages.create(starts_at=started)

    assert codes(refusal(alice, laser)) == [Code.OUTAGE]


def test_a_mended_machine_can_be_booked_again(alice):
    laser = factories.resource()
    laser.outages.create(starts_at=at(8), ends_at=at(14))

    assert book(alice, laser).pk


def test_membership_lasts_to_the_end_of_its_last_day(alice):
    alice.member_until = at(0).date()
    laser = factories.resource()

    assert book(alice, laser, when=span(22, 23.9)).pk
    assert codes(refusal(alice, laser, when=span(23.9, 24.1))) == [Code.SUSPENDED]


def test_a_resource_without_units_is_taken(alice):
    laser = factories.resource()
    Unit.objects.all().delete()

    assert codes(refusal(alice, laser)) == [Code.TAKEN]


def test_a_booking_crosses_midnight_and_the_change_of_clocks(alice):
    room = factories.resource("room")
    saturday, sunday = datetime(2026, 10, 24, 20), datetime(2026, 10, 25, 8)
    night = Span(saturday.replace(tzinfo=factories.PARIS), sunday.replace(tzinfo=factories.PARIS))

    booking = book(alice, room, when=night)

    assert booking.span.length == timedelta(hours=13)


def test_a_check_says_the_same_and_books_nothing(alice):
    laser = factories.resource(min_minutes=60)
    factories.booking(alice, laser, span(14, 16))

    refused = actions.check(member=alice, resources=[laser], span=span(15, 15.5), now=NOW)

    assert codes(refused) == [Code.TOO_SHORT, Code.TAKEN]
    assert not refused.only_taken
    assert actions.check(member=alice, resources=[laser], span=span(16, 17), now=NOW) is None
    assert Booking.objects.count() == 1
