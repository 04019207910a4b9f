"""Changing a booking keeps it when the change can't be, and keeps its history."""

from datetime import timedelta

import pytest

from booking import actions
from booking.models import Booking, Claim
from booking.refusals import Refused
from booking.rules.wishes import Code
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
RUNNING = at(15)


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def laser():
    return factories.resource(cleanup_minutes=15)


@pytest.fixture
def booking(alice, laser):
    """14:00–16:00, then a quarter of clean-up."""
    return actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 16), purpose="Lampe", now=NOW
    )


def refused(act, **named) -> list[Code]:
    with pytest.raises(Refused) as caught:
        act(**named)
    return [objection.code for objection in caught.value.objections]


def standing(booking: Booking) -> list[tuple]:
    claims = booking.claims.filter(standing=True).order_by("unit")
    return [(str(claim.unit), claim.blocked_from, claim.blocked_until) for claim in claims]


def test_a_moved_booking_stands_at_its_new_time_and_remembers_the_old(booking):
    moved = actions.move(booking=booking, by=booking.member, span=span(15, 18), now=NOW)

    moved.refresh_from_db()
    assert (moved.span, moved.purpose) == (span(15, 18), "Lampe")
    assert standing(moved) == [("laser-1/1", at(15), at(18.25))]
    assert [c.blocked_from for c in moved.claims.filter(standing=False)] == [at(14)]


def test_a_move_that_can_not_be_leaves_everything_as_it_was(booking, laser):
    factories.booking(factories.member("bob"), laser, span(17, 19))

    assert refused(actions.move, booking=booking, by=booking.member, span=span(15, 18), now=NOW) == [
        Code.TAKEN
    ]
    assert booking.span == Booking.objects.get(pk=booking.pk).span == span(14, 16)
    assert standing(booking) == [("laser-1/1", at(14), at(16.25))]
    assert booking.claims.count() == 1


def test_a_refused_move_offers_other_times(booking, laser):
    factories.booking(factories.member("bob"), laser, span(17, 19))

    with pytest.raises(Refused) as caught:
        actions.move(booking=booking, by=booking.member, span=span(17, 18), now=NOW)

    assert caught.value.alternatives


def test_a_move_to_another_unit_when_only_that_is_free(alice):
    desk = factories.resource("desk", units=2)
    mine = factories.booking(alice, desk, span(14, 15), unit=1)
    factories.booking(factories.member("bob"), desk, span(15, 16), unit=1)

    actions.move(booking=mine, by=mine.member, span=span(14, 16), now=NOW)

    assert standing(mine) == [("desk/2", at(14), at(16))]


def test_two_units_move_together(alice):
    desk = factories.resource("desk", units=3)
    pair = actions.book(member=alice, by=alice, resources=[desk, desk], span=span(14, 15), now=NOW)

    actions.move(booking=pair, by=pair.member, span=span(14, 16), now=NOW)

    assert [unit for unit, *_times in standing(pair)] == ["desk/1", "desk/2"]


def test_another_purpose_asks_no_rule(booking, laser):
    laser.outages.create(starts_at=at(14))

    actions.move(booking=booking, by=booking.member, span=span(14, 16), purpose="Boîte", now=NOW)

    assert Booking.objects.get().purpose == "Boîte"
    assert booking.claims.count() == 1


def test_a_running_booking_keeps_its_start_and_may_change_its_end(booking):
    assert refused(actions.move, booking=booking, by=booking.member, span=span(15, 16), now=at(14.5)) == [
        Code.TOO_LATE_TO_CANCEL
    ]
    assert refused(actions.move, booking=booking, by=booking.member, span=span(14, 14.5), now=RUNNING) == [
        Code.IN_PAST
    ]

    actions.move(booking=booking, by=booking.member, span=span(14, 15.5), now=RUNNING)

    assert standing(booking) == [("laser-1/1", at(14), at(15.75))]


def test_a_quota_does_not_count_the_booking_that_moves(alice):
    cnc = factories.resource("cnc-1", daily_quota_minutes=120)
    mine = factories.booking(alice, cnc, span(14, 16))

    actions.move(booking=mine, by=mine.member, span=span(16, 18), now=NOW)
    assert refused(actions.move, booking=mine, by=mine.member, span=span(16, 18.5), now=NOW) == [Code.QUOTA]


@pytest.mark.parametrize("state", ["done", "missed", "cancelled", "declined"])
def test_what_is_over_changes_no_more(booking, alice, state):
    Booking.objects.update(state=state)

    assert refused(actions.move, booking=booking, by=booking.member, span=span(15, 17), now=NOW) == [
        Code.TOO_LATE_TO_CANCEL
    ]
    assert refused(actions.extend, booking=booking, by=booking.member, minutes=30, now=NOW) == [
        Code.TOO_LATE_TO_CANCEL
    ]
    assert refused(actions.finish, booking=booking, by=booking.member, now=RUNNING) == [
        Code.TOO_LATE_TO_CANCEL
    ]
    assert refused(actions.cancel, booking=booking, by=alice, now=NOW) == [Code.TOO_LATE_TO_CANCEL]


def test_what_the_caller_saw_may_have_changed_meanwhile(booking, alice):
    stale = Booking.objects.get()
    actions.cancel(booking=booking, by=alice, now=NOW)

    assert refused(actions.move, booking=stale, by=stale.member, span=span(15, 17), now=NOW) == [
        Code.TOO_LATE_TO_CANCEL
    ]
    assert Claim.objects.filter(standing=True).count() == 0


def test_extending_starts_from_the_end_as_it_is_now(booking):
    stale = Booking.objects.get()
    actions.extend(booking=booking, by=booking.member, minutes=30, now=RUNNING)

    actions.extend(booking=stale, by=booking.member, minutes=30, now=RUNNING)

    assert Booking.objects.get().span == span(14, 17)


def test_an_extension_ends_where_somebody_else_begins(booking, laser):
    factories.booking(factories.member("bob"), laser, span(16.5, 18))

    actions.extend(booking=booking, by=booking.member, minutes=15, now=RUNNING)

    assert booking.span == span(14, 16.25)
    assert refused(actions.extend, booking=booking, by=booking.member, minutes=1, now=RUNNING) == [Code.TAKEN]


@pytest.mark.parametrize(
    ("minutes", "now", "code"),
    [
        (30, at(16), Code.TOO_LATE_TO_CANCEL),
        (0, RUNNING, Code.BAD_SPAN),
        (-30, RUNNING, Code.BAD_SPAN),
    ],
)
def test_an_extension_makes_sense_or_is_refused(booking, minutes, now, code):
    assert refused(actions.extend, booking=booking, by=booking.member, minutes=minutes, now=now) == [code]


def test_finishing_gives_back_the_rest_but_not_the_clean_up(booking, laser, alice):
    now = at(14.5) + timedelta(seconds=1, microseconds=5)

    actions.finish(booking=booking, by=booking.member, now=now)

    booking.refresh_from_db()
    assert (booking.state, booking.starts_at, booking.ends_at) == ("done", at(14), now)
    assert standing(booking) == [("laser-1/1", at(14), now + timedelta(minutes=15))]
    assert actions.book(member=alice, by=alice, resources=[laser], span=span(15, 16), now=now).pk


@pytest.mark.parametrize("now", [at(13), at(14), at(16), at(17)])
def test_only_what_runs_can_be_finished(booking, now):
    assert refused(actions.finish, booking=booking, by=booking.member, now=now) == [Code.TOO_LATE_TO_CANCEL]


def test_a_cancelled_booking_stays_and_its_time_is_free(booking, alice, laser):
    actions.cancel(booking=booking, by=alice, now=NOW)

    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert (booking.claims.count(), standing(booking)) == (1, [])
    assert actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW).pk


def test_what_has_begun_only_a_manager_cancels(booking, alice):
    charlie = factories.manager()

    assert refused(actions.cancel, booking=booking, by=alice, now=at(14)) == [Code.TOO_LATE_TO_CANCEL]
    assert actions.cancel(booking=booking, by=charlie, now=RUNNING).state == "cancelled"


def test_not_even_a_manager_cancels_what_is_over(booking):
    charlie = factories.manager()

    assert refused(actions.cancel, booking=booking, by=charlie, now=at(16)) == [Code.TOO_LATE_TO_CANCEL]
