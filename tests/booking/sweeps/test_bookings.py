"""Bookings whose time comes: begun, released, missed, done; and requests that nobody decided."""

from datetime import timedelta

import pytest

from booking import actions, sweeps
from booking.models import AccessEvent, Booking, Change, Claim, NoShow, Notice, Policy, Presence, UsageSession
from devices.models import Device, Service
from lab.actions import hooks
from tests import factories
from tests.booking.sweeps import ears
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
LATE = at(14.5)  # half an hour into the booking, twice its grace
SINCE = at(8)


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def laser():
    """Released after a quarter of an hour."""
    return factories.resource(grace_minutes=15, cleanup_minutes=15)


@pytest.fixture
def booking(alice, laser):
    """14:00–16:00, then a quarter of clean-up."""
    return actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)


def listening(laser, *, since=SINCE, now=LATE) -> Device:
    ears.bridge(since=since, now=now)
    return ears.reader_at(laser, since=since)


def swept(booking: Booking, now=LATE) -> str:
    """Its state after the sweeps, which change nothing the second time."""
    for _ in range(2):
        sweeps.settle_begun(now=now)
        sweeps.end_bookings(now=now)
    booking.refresh_from_db()
    return booking.state


@pytest.mark.parametrize(
    ("state", "when", "after"),
    [
        ("booked", span(8, 10), "done"),
        ("checked_in", span(8, 10), "done"),
        ("booked", span(9, 10.1), "booked"),
        ("checked_in", span(9, 10.1), "checked_in"),
        ("cancelled", span(8, 9), "cancelled"),
        ("missed", span(8, 9), "missed"),
        ("requested", span(11, 12), "requested"),
    ],
)
def test_a_booking_is_done_once_its_time_is_over(alice, state, when, after):
    booking = factories.booking(alice, factories.resource(), when, state=state)

    assert swept(booking, NOW) == after


def test_a_booking_that_nobody_came_to_is_released_and_its_time_is_free(booking, laser):
    Policy.objects.create(pk=1, points_per_miss=2)
    listening(laser)

    assert swept(booking) == "missed"
    assert booking.span == span(14, 14.5)
    assert list(Claim.objects.values_list("blocked_from", "blocked_until", "standing")) == [
        (at(14), LATE, True)
    ]
    missed = NoShow.objects.get()
    assert (missed.booking, missed.member, missed.at, missed.points) == (booking, booking.member, LATE, 2)
    assert list(Notice.objects.filter(kind="released").values_list("member", "booking")) == [
        (booking.member_id, booking.pk)
    ]
    assert Change.objects.filter(what="released").count() == 1
    bob = factories.member("bob")
    assert actions.book(member=bob, by=bob, resources=[laser], span=span(14.5, 16), now=LATE).pk


def test_what_was_listened_to_is_kept_with_the_absence(booking, laser):
    listening(laser, since=at(14.1))

    assert swept(booking) == "missed"
    missed = NoShow.objects.get()
    assert (missed.grace_minutes, missed.heard_from) == (15, at(14.1))
    assert at(14.4) < missed.heard_until < LATE


def test_of_several_resources_the_one_that_was_heard_the_shortest_is_kept(alice, laser):
    other = factories.resource("laser-2", grace_minutes=5)
    both = actions.book(member=alice, by=alice, resources=[laser, other], span=span(14, 16), now=NOW)
    ears.bridge(since=SINCE, now=LATE)
    ears.reader_at(laser, since=SINCE)
    ears.reader_at(other, since=at(14.2))

    assert swept(both) == "missed"
    missed = NoShow.objects.get()
    assert (missed.grace_minutes, missed.heard_from) == (5, at(14.2))


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(0, "booked"), (14, "booked"), (15, "booked"), (16, "missed"), (119, "missed"), (300, "missed")],
)
def test_it_is_released_when_the_grace_is_over_and_not_before(booking, laser, minutes, state):
    now = at(14) + timedelta(minutes=minutes)
    listening(laser, now=now)

    assert swept(booking, now) == state


def test_without_a_grace_nothing_is_ever_released(booking, laser):
    laser.grace_minutes = None
    laser.save()
    listening(laser)

    assert swept(booking) == "booked"
    ears.bridge(since=SINCE, now=at(16))
    assert swept(booking, at(16)) == "done"
    assert not NoShow.objects.exists()


def reader_is(**fields):
    return lambda: Device.objects.update(**fields)


def service_is(name, **fields):
    return lambda: Service.objects.filter(name=name).update(**fields)


DEAF = {
    "the reader is offline": reader_is(online=False, status_at=at(14.4)),
    "the reader came back just now": reader_is(status_at=at(14.4)),
    "the reader was never heard": reader_is(status_at=None),
    "the doors process is silent": service_is("doors", seen_at=LATE - timedelta(seconds=21)),
    "the doors process came back just now": service_is("doors", since=at(14.4)),
    "the telemetry process is silent": service_is("telemetry", seen_at=LATE - timedelta(seconds=21)),
    "the telemetry process came back just now": service_is("telemetry", since=at(14.4)),
    "the doors process never lived": lambda: Service.objects.filter(name="doors").delete(),
    "nothing lives": lambda: Service.objects.all().delete(),
    "the reader is in no service": reader_is(claimed_at=None),
    "the reader is revoked": reader_is(revoked=True),
    "it is a plug": reader_is(profile="tasmota"),
}


@pytest.mark.parametrize("how", DEAF)
def test_nothing_is_released_while_coming_could_not_be_heard(booking, laser, how):
    listening(laser)
    DEAF[how]()

    assert swept(booking) == "booked"


@pytest.mark.parametrize("how", DEAF)
def test_who_could_not_be_heard_missed_nothing(booking, laser, how):
    listening(laser)
    DEAF[how]()
    late = at(14.4) - at(14) + timedelta(seconds=1)
    Booking.objects.update(ends_at=at(14) + late)  # it ends before anybody listened for a whole grace

    assert swept(booking) == "done"


def test_a_break_gives_the_whole_grace_anew(booking, laser):
    listening(laser, since=at(14.2), now=at(14.4))
    assert swept(booking, at(14.4)) == "booked"

    ears.bridge(since=at(14.2), now=at(14.5))
    assert swept(booking, at(14.5)) == "missed"


def test_all_readers_of_a_machine_have_to_listen(booking, laser):
    listening(laser)
    ears.reader_at(laser, since=at(14.4), name="reader-at-the-back")

    assert swept(booking) == "booked"


@pytest.fixture
def desk():
    """It has no reader; its zone has a door."""
    return factories.resource("desk", kind="desk", grace_minutes=15)


@pytest.fixture
def at_desk(alice, desk):
    return factories.booking(alice, desk, span(14, 16))


def test_where_there_is_no_reader_the_doors_of_the_zone_listen(at_desk, desk):
    ears.bridge(since=SINCE, now=LATE)
    assert swept(at_desk) == "booked"  # no door at all

    ears.reader_at_door_of(desk.zone, since=SINCE)
    assert swept(at_desk) == "missed"


def test_a_door_without_a_reader_lets_people_in_unheard(at_desk, desk):
    ears.bridge(since=SINCE, now=LATE)
    ears.reader_at_door_of(desk.zone, since=SINCE)
    factories.door("garden-door", zone=desk.zone)

    assert swept(at_desk) == "booked"


def test_every_door_of_the_zone_has_to_listen(at_desk, desk):
    ears.bridge(since=SINCE, now=LATE)
    ears.reader_at_door_of(desk.zone, since=SINCE)
    ears.reader_at_door_of(desk.zone, since=at(14.4), number=2)

    assert swept(at_desk) == "booked"


@pytest.mark.parametrize(
    ("since", "until", "state"),
    [
        (at(13), None, "checked_in"),
        (at(14.2), None, "checked_in"),
        (at(14.2), at(14.3), "checked_in"),  # just to say hello
        (at(13), at(13.9), "missed"),
        (at(13), at(14), "missed"),
    ],
)
def test_being_in_the_zone_is_coming_where_there_is_no_reader(at_desk, alice, desk, since, until, state):
    ears.bridge(since=SINCE, now=LATE)
    ears.reader_at_door_of(desk.zone, since=SINCE)
    Presence.objects.create(member=alice, zone=desk.zone, since=since, until=until)

    assert swept(at_desk) == state


def test_somebody_else_in_the_zone_is_nobody(at_desk, desk):
    ears.bridge(since=SINCE, now=LATE)
    ears.reader_at_door_of(desk.zone, since=SINCE)
    Presence.objects.create(member=factories.member("bob"), zone=desk.zone, since=at(13))

    assert swept(at_desk) == "missed"


def test_where_there_is_a_reader_being_in_the_zone_is_not_enough(booking, alice, laser):
    listening(laser)
    Presence.objects.create(member=alice, zone=laser.zone, since=at(13))

    assert swept(booking) == "missed"


@pytest.mark.parametrize(
    ("tapped", "granted", "state"),
    [
        (at(13.8), True, "checked_in"),
        (at(14.2), True, "checked_in"),
        (at(14.2), False, "checked_in"),  # the machine said no, but they came
        (at(13.5), True, "missed"),
    ],
)
def test_a_tap_at_the_machine_is_coming(booking, alice, laser, tapped, granted, state):
    reader = listening(laser)
    AccessEvent.objects.create(
        device=reader,
        nonce="n-1",
        member=alice,
        resource=laser,
        reason="welcome" if granted else "not_checked_in",
        granted=granted,
        tapped_at=tapped,
        decided_at=tapped,
    )

    assert swept(booking) == state


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"started_at": at(13.5)}, "checked_in"),  # they began early and are still at it
        ({"started_at": at(13.5), "ended_at": at(13.9)}, "checked_in"),
        ({"started_at": at(12), "ended_at": at(13)}, "missed"),
        ({"started_at": at(14.1), "ended_at": at(14.2)}, "checked_in"),
    ],
)
def test_work_of_its_member_at_the_machine_is_coming(booking, alice, laser, fields, state):
    listening(laser)
    UsageSession.objects.create(resource=laser, member=alice, **fields)

    assert swept(booking) == state


def test_a_machine_that_works_in_the_hour_is_used_by_who_booked_it(booking, laser):
    listening(laser)
    UsageSession.objects.create(resource=laser, booking=booking, started_at=at(14.1), ended_at=at(14.2))

    assert swept(booking) == "checked_in"


def test_i_am_here_is_believed(booking, laser):
    listening(laser)
    actions.arrive(booking=booking, now=at(13.9))

    assert swept(booking) == "checked_in"


def test_several_resources_are_released_only_when_each_of_them_would_be(alice, laser, desk):
    both = actions.book(member=alice, by=alice, resources=[laser, desk], span=span(14, 16), now=NOW)
    listening(laser)
    assert swept(both) == "booked"  # nobody listens at the desk

    ears.reader_at_door_of(desk.zone, since=SINCE)
    assert swept(both) == "missed"


def test_coming_to_one_of_several_resources_is_coming(alice, laser, desk):
    both = actions.book(member=alice, by=alice, resources=[laser, desk], span=span(14, 16), now=NOW)
    listening(laser)
    ears.reader_at_door_of(desk.zone, since=SINCE)
    Presence.objects.create(member=alice, zone=desk.zone, since=at(13))

    assert swept(both) == "checked_in"


def test_a_booking_that_was_over_when_the_sweeps_came_back_is_missed_all_the_same(booking, laser):
    listening(laser, now=at(20))

    assert swept(booking, at(20)) == "missed"
    assert booking.span == span(14, 16)
    assert Claim.objects.get().blocked_until == at(16.25)
    assert NoShow.objects.get().at == at(20)


@pytest.mark.parametrize(("now", "state"), [(at(13.99), "requested"), (at(14), "declined")])
def test_a_request_that_nobody_decided_in_time_is_declined_and_told(alice, laser, now, state):
    booking = factories.booking(alice, laser, span(14, 16), state="requested", standing=False)

    declined = [sweeps.decline_late(now=now) for _ in range(2)]

    booking.refresh_from_db()
    asked = state == "requested"
    assert (booking.state, declined) == (state, [int(not asked), 0])
    assert Notice.objects.filter(kind="declined", member=alice).count() == int(not asked)


def test_nothing_to_do_costs_next_to_nothing(laser, django_assert_max_num_queries):
    for number in range(20):
        factories.booking(factories.member(f"maker-{number}"), laser, span(number, number + 1, day=2))

    hooks.hooks()  # remembered from then on
    with django_assert_max_num_queries(4):  # one of them, at most once a second: are they still the same?
        sweeps.settle_begun(now=NOW)
        sweeps.end_bookings(now=NOW)
        sweeps.decline_late(now=NOW)


def test_many_that_have_begun_cost_as_few_queries_as_one(alice, django_assert_max_num_queries):
    place = factories.zone("atelier")
    ears.bridge(since=SINCE, now=at(14.1))
    for number in range(8):
        row = factories.resource(f"laser-{number}", zone=place, grace_minutes=15)
        ears.reader_at(row, since=SINCE)
        factories.booking(factories.member(f"maker-{number}"), row, span(14, 16))
    sweeps.settle_begun(now=at(14.1))  # the house is remembered

    with django_assert_max_num_queries(16):
        assert sweeps.settle_begun(now=at(14.1)) == 0
