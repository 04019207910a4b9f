"""All of a series, or what follows from an occurrence: moved, renamed, cancelled together or not at all."""

from datetime import datetime, timedelta

import pytest

from booking import actions
from booking.actions.series import Elsewhere, book_series, cancel_series, move_series
from booking.models import Booking, Change, Claim, Notice, Series
from booking.refusals import Refused, SeriesRefused
from booking.rules.wishes import Code
from lab.spans import Span
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
DAYS = (0, 7, 14, 21)


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def bob():
    return factories.member("bob")


@pytest.fixture
def laser():
    return factories.resource(cleanup_minutes=15)


@pytest.fixture
def series(alice, laser):
    """Four Mondays, 14:00–16:00."""
    return book_series(
        member=alice, by=alice, resources=[laser], span=span(14, 16), rule="FREQ=WEEKLY;COUNT=4", now=NOW
    )


def move(series, *, by=None, now=NOW, **more) -> Series:
    return move_series(series=series, by=by or series.member, now=now, **more)


def cancel(series, *, by=None, now=NOW, **more) -> list[Booking]:
    return cancel_series(series=series, by=by or series.member, now=now, **more)


def refusal(act, series, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        act(series, **more)
    return caught.value


def told(series: Series) -> list[tuple[datetime, Span, str]]:
    return [(row.occurs_at, row.span, row.state) for row in series.bookings.order_by("occurs_at")]


def booked(start: float, end: float, *days: int) -> list[tuple[datetime, Span, str]]:
    return [(at(start, day=day), span(start, end, day=day), "booked") for day in days]


def standing() -> list[Span]:
    rows = Claim.objects.filter(standing=True).order_by("blocked_from")
    return [Span(*ends) for ends in rows.values_list("blocked_from", "blocked_until")]


def test_all_of_a_series_gets_other_hours(series):
    move(series, span=span(17, 20), since=at(14))

    series.refresh_from_db()
    assert (series.rule, series.starts_at, series.ends_at) == ("FREQ=WEEKLY;COUNT=4", at(17), at(20))
    assert told(series) == booked(17, 20, *DAYS)
    assert standing() == [span(17, 20.25, day=day) for day in DAYS]


def test_without_an_occurrence_the_next_one_is_meant_and_what_has_begun_stays(series):
    move(series, span=span(17, 20, day=7), now=at(15))

    assert [row.span for row in series.bookings.all()] == [
        span(14, 16),
        *(span(17, 20, day=day) for day in (7, 14, 21)),
    ]
    series.refresh_from_db()
    assert series.starts_at == at(17)


def test_new_hours_may_be_told_for_any_occurrence(series):
    move(series, about=at(14, day=21), span=span(17, 20, day=22))

    assert told(series) == booked(17, 20, *(day + 1 for day in DAYS))


def test_this_and_following_become_a_series_of_their_own(series):
    later = move(series, since=at(14, day=14), span=span(15, 18, day=14))

    series.refresh_from_db()
    until = at(14, day=14) - timedelta(seconds=1)
    assert series.rule == f"FREQ=WEEKLY;UNTIL={until.astimezone(factories.UTC):%Y%m%dT%H%M%SZ}"
    assert told(series) == booked(14, 16, 0, 7)
    assert (later.rule, later.starts_at, later.member) == (
        "FREQ=WEEKLY;COUNT=2",
        at(15, day=14),
        series.member,
    )
    assert told(later) == booked(15, 18, 14, 21)


def test_hours_move_on_the_wall_clock_over_the_change_of_clocks(alice, laser):
    first = datetime(2026, 10, 19, 14, tzinfo=factories.PARIS)
    series = book_series(
        member=alice,
        by=alice,
        resources=[laser],
        span=Span(first, first + timedelta(hours=2)),
        rule="FREQ=WEEKLY;COUNT=2",
        now=NOW,
    )

    earlier = first - timedelta(hours=5)
    move(series, span=Span(earlier, earlier + timedelta(hours=3)), since=first)

    shown = [row.starts_at.astimezone(factories.PARIS) for row in series.bookings.all()]
    assert [f"{start:%d.%m. %H:%M}" for start in shown] == ["19.10. 09:00", "26.10. 09:00"]


def test_other_days_turn_the_rule(series):
    moved = move(series, since=at(14), span=span(14, 16, day=1))

    assert moved.rule == "FREQ=WEEKLY;COUNT=4"
    assert told(moved) == booked(14, 16, *(day + 1 for day in DAYS))


def test_days_follow_each_other_when_a_daily_series_moves_by_one(alice, laser):
    daily = book_series(
        member=alice, by=alice, resources=[laser], span=span(14, 16), rule="FREQ=DAILY;COUNT=4", now=NOW
    )

    move(daily, since=at(14), span=span(14, 16, day=1))

    assert told(daily) == booked(14, 16, 1, 2, 3, 4)


def test_days_that_no_rule_names_are_refused(alice, laser):
    monthly = book_series(
        member=alice,
        by=alice,
        resources=[laser],
        span=span(14, 16),
        rule="FREQ=MONTHLY;BYDAY=1MO;COUNT=5",
        now=NOW,
    )

    refused = refusal(move, monthly, since=at(14), span=span(14, 16, day=1))

    assert refused.objections[0].data["why"] == "other_days"
    assert monthly.bookings.first().span == span(14, 16)


def test_what_was_moved_by_itself_stays_where_it_was_put(series):
    third = series.bookings.get(occurs_at=at(14, day=14))
    actions.move(booking=third, span=span(9, 10, day=14), by=series.member, now=NOW)

    move(series, since=at(14), span=span(17, 20))

    third.refresh_from_db()
    assert (third.span, third.occurs_at) == (span(9, 10, day=14), at(17, day=14))
    assert [row.span.start for row in series.bookings.all()] == [
        at(17), at(17, day=7), at(9, day=14), at(17, day=21),
    ]  # fmt: skip


def test_the_occurrence_that_is_spoken_of_moves_even_when_it_was_put_elsewhere_before(series):
    third = series.bookings.get(occurs_at=at(14, day=14))
    actions.move(booking=third, span=span(9, 10, day=14), by=series.member, now=NOW)

    move(series, about=at(14, day=14), span=span(17, 20, day=14))

    assert told(series) == booked(17, 20, *DAYS)


def test_a_conflict_changes_nothing_and_is_told(series, laser, bob):
    factories.booking(bob, laser, span(18, 19, day=7))

    refused = refusal(move, series, since=at(14), span=span(17, 20))

    assert isinstance(refused, SeriesRefused)
    assert [(each.at, each.span, each.fits) for each in refused.occurrences] == [
        (at(14), span(17, 20), True),
        (at(14, day=7), span(17, 20, day=7), False),
        (at(14, day=14), span(17, 20, day=14), True),
        (at(14, day=21), span(17, 20, day=21), True),
    ]
    assert refused.occurrences[1].alternatives
    series.refresh_from_db()
    assert told(series) == booked(14, 16, *DAYS)
    assert not Change.objects.exists()


def test_a_conflict_is_left_as_it_is_or_put_elsewhere(series, laser, bob):
    sister = factories.resource("laser-2")
    for day in (7, 14):
        factories.booking(bob, laser, span(18, 19, day=day))

    move(
        series,
        since=at(14),
        span=span(17, 20),
        resolve={at(14, day=7): None, at(14, day=14): Elsewhere(span(17, 20, day=14), (sister,))},
    )

    rows = series.bookings.order_by("occurs_at")
    assert [row.span for row in rows] == [
        span(17, 20), span(14, 16, day=7), span(17, 20, day=14), span(17, 20, day=21),
    ]  # fmt: skip
    third = rows[2].claims.get(standing=True)
    assert str(third.unit) == "laser-2/1"


def test_occurrences_may_take_each_others_places(alice):
    desk = factories.resource("desk")
    daily = book_series(
        member=alice, by=alice, resources=[desk], span=span(12, 36), rule="FREQ=DAILY;COUNT=3", now=NOW
    )

    move(daily, since=at(12), span=span(36, 60))

    assert standing() == [span(12, 36, day=day) for day in (1, 2, 3)]


def test_other_resources_for_what_follows(series, laser):
    sister = factories.resource("laser-2")

    same = move(series, since=at(14, day=14), resources=[sister])

    assert same == series
    units = (
        Claim.objects.filter(standing=True)
        .order_by("blocked_from")
        .values_list("unit__resource__slug", flat=True)
    )
    assert list(units) == ["laser-1", "laser-1", "laser-2", "laser-2"]


def test_another_purpose_asks_no_rule_and_tells_nobody(series, laser):
    laser.outages.create(starts_at=at(14))
    Notice.objects.all().delete()

    move(series, purpose="Cours")

    assert set(series.bookings.values_list("purpose", flat=True)) == {"Cours"}
    assert set(Change.objects.values_list("what", flat=True)) == {"renamed"}
    assert not Notice.objects.exists()


def test_every_booking_remembers_what_stood_before_and_the_member_is_told_once(series, alice):
    Notice.objects.all().delete()
    charlie = factories.manager()

    move(series, since=at(14, day=14), span=span(15, 18, day=14), by=charlie)

    changes = [(c.what, c.by, c.before["starts_at"]) for c in Change.objects.order_by("booking")]
    assert changes == [("moved", charlie, at(14, day=day).isoformat()) for day in (14, 21)]
    (notice,) = Notice.objects.all()
    assert (notice.member, notice.kind, len(notice.data["bookings"])) == (alice, "moved", 2)
    assert set(Booking.objects.filter(starts_at__gte=at(0, day=14)).values_list("sequence", flat=True)) == {1}


def test_a_quota_does_not_count_what_moves(alice):
    cnc = factories.resource("cnc-1", daily_quota_minutes=120)
    daily = book_series(
        member=alice, by=alice, resources=[cnc], span=span(14, 16), rule="FREQ=DAILY;COUNT=3", now=NOW
    )

    move(daily, since=at(14), span=span(16, 18))
    refused = refusal(move, daily, since=at(16), span=span(16, 18.5))

    assert {one.code for one in refused.objections} == {Code.QUOTA}


def test_a_moved_series_that_needs_approval_is_requested_again_but_not_when_it_takes_less(
    alice, series, laser
):
    laser.approval = True
    laser.save()

    move(series, since=at(14), span=span(14, 15))
    assert {row.state for row in series.bookings.all()} == {"booked"}

    move(series, since=at(14), span=span(14, 17))
    assert {row.state for row in series.bookings.all()} == {"requested"}
    assert standing() == []


def test_a_request_that_moves_forgets_what_it_asked_for(alice):
    asked = factories.resource(approval=True)
    series = book_series(
        member=alice, by=alice, resources=[asked], span=span(14, 16), rule="FREQ=WEEKLY;COUNT=2", now=NOW
    )

    move(series, since=at(14), span=span(17, 18))

    assert [claim.blocked_from for claim in Claim.objects.order_by("blocked_from")] == [at(17), at(17, day=7)]
    assert {row.state for row in series.bookings.all()} == {"requested"}


def test_all_that_is_to_come_is_cancelled(series):
    cancelled = cancel(series, now=at(15), reason="Malade")

    assert [row.starts_at for row in cancelled] == [at(14, day=day) for day in (7, 14, 21)]
    assert [row.state for row in series.bookings.all()] == ["booked", "cancelled", "cancelled", "cancelled"]
    assert standing() == [span(14, 16.25)]
    assert {(c.what, c.reason) for c in Change.objects.all()} == {("cancelled", "Malade")}
    notice = Notice.objects.get(kind="cancelled")
    assert (len(notice.data["bookings"]), notice.data["reason"]) == (3, "Malade")


def test_what_follows_is_cancelled_and_the_rule_ends_before_it(series):
    cancel(series, since=at(14, day=14))

    assert [row.state for row in series.bookings.all()] == ["booked", "booked", "cancelled", "cancelled"]
    assert series.rule.startswith("FREQ=WEEKLY;UNTIL=")


def test_too_late_for_one_is_told_and_cancels_none(alice, laser):
    laser.cancel_minutes = 24 * 60
    laser.save()
    series = book_series(
        member=alice,
        by=alice,
        resources=[laser],
        span=span(14, 16, day=1),
        rule="FREQ=WEEKLY;COUNT=2",
        now=NOW,
    )
    Booking.objects.update(created_at=NOW - timedelta(days=1))

    refused = refusal(cancel, series, now=at(15))

    assert [(each.at, each.fits) for each in refused.occurrences] == [
        (at(14, day=1), False),
        (at(14, day=8), True),
    ]
    assert {row.state for row in series.bookings.all()} == {"booked"}
    assert len(cancel(series, since=at(14, day=8), now=at(15))) == 1


def test_a_cancelled_occurrence_is_not_brought_back_by_moving_the_others(series):
    second = series.bookings.get(occurs_at=at(14, day=7))
    actions.cancel(booking=second, by=series.member, now=NOW)

    move(series, since=at(14), span=span(17, 20))

    assert [row.state for row in series.bookings.order_by("occurs_at")] == [
        "booked", "cancelled", "booked", "booked",
    ]  # fmt: skip
    assert standing() == [span(17, 20.25, day=day) for day in (0, 14, 21)]


def test_what_was_handed_over_is_no_longer_the_series_members(series, bob):
    second = series.bookings.get(occurs_at=at(14, day=7))
    actions.hand_over(booking=second, to=bob, by=series.member, now=NOW)

    cancel(series)

    second.refresh_from_db()
    assert (second.member, second.state) == (bob, "booked")


def test_one_occurrence_alone_is_undone_after_all_moved(series):
    move(series, since=at(14), span=span(17, 20))
    second = series.bookings.get(occurs_at=at(17, day=7))

    actions.undo(booking=second, by=series.member, now=NOW)

    assert second.span == span(14, 16, day=7)


@pytest.mark.parametrize("act", [move, cancel])
def test_what_is_not_there_or_over_changes_no_more(series, act):
    gone = refusal(act, series, since=at(15))
    over = refusal(act, series, now=at(0, day=30))

    assert gone.objections[0].data["why"] == "no_such_occurrence"
    assert over.objections[0].code is Code.TOO_LATE_TO_CANCEL
