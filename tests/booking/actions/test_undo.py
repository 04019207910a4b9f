"""What is taken back stands again as it was, if it still may."""

from datetime import timedelta

import pytest

from booking import actions, phrases
from booking.models import Booking, Change, Notice
from booking.refusals import Refused
from booking.rules.wishes import Code, Objection
from lab.models import Closure, Outage
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def laser():
    return factories.resource(daily_quota_minutes=120)


@pytest.fixture
def book(alice, laser):
    def booked(start: float, end: float, **named) -> Booking:
        return actions.book(
            member=alice, resources=[laser], span=span(start, end), now=NOW, **{"by": alice} | named
        )

    return booked


def undo(booking: Booking) -> Booking:
    booking.refresh_from_db()
    return actions.undo(booking=booking, by=booking.member, now=NOW)


def codes(booking: Booking) -> list[Code]:
    with pytest.raises(Refused) as caught:
        undo(booking)
    return [objection.code for objection in caught.value.objections]


def cancelled(booking: Booking) -> Booking:
    return actions.cancel(booking=booking, by=booking.member, now=NOW)


def test_no_quota_is_passed_by_cancelling_and_taking_back(book):
    first = cancelled(book(12, 14))
    second = cancelled(book(14, 16))

    undo(first)

    assert codes(second) == [Code.QUOTA]
    assert second.state == Booking.State.CANCELLED


def test_no_quota_is_passed_by_a_move_that_is_taken_back(book, alice):
    moved = book(12, 14)
    actions.move(booking=moved, by=alice, span=span(12, 14, day=1), now=NOW)
    book(15, 17)

    assert codes(moved) == [Code.QUOTA]


def test_what_closes_or_breaks_meanwhile_keeps_it_back(book, laser):
    gone = cancelled(book(12, 14))
    Outage.objects.create(resource=laser, starts_at=at(9), ends_at=at(18))
    assert codes(gone) == [Code.OUTAGE]

    Outage.objects.all().delete()
    Closure.objects.create(starts_at=at(9), ends_at=at(18))
    assert codes(gone) == [Code.CLOSED]


def test_a_refusal_proposes_another_time(book, laser):
    gone = cancelled(book(12, 14))
    factories.booking(factories.member("bob"), laser, span(12, 14))

    with pytest.raises(Refused) as caught:
        undo(gone)

    assert caught.value.only_taken
    assert caught.value.alternatives


def test_what_a_manager_set_aside_stays_set_aside(book, alice):
    book(16, 18)
    boss = factories.manager()
    extra = book(12, 14, by=boss, override=actions.Override(frozenset({"quota"}), "a course"))
    cancelled(extra)

    assert undo(extra).state == Booking.State.BOOKED


def test_its_length_is_not_judged_anew(book, laser):
    gone = cancelled(book(12, 14))
    laser.max_minutes = 60
    laser.save()

    assert undo(gone).span == span(12, 14)


def test_a_manager_sets_aside_what_they_may(book, laser):
    boss, booking = factories.manager(), book(12, 14)
    actions.cancel(booking=booking, by=boss, now=NOW)
    Outage.objects.create(resource=laser, starts_at=at(9), ends_at=at(18))

    assert actions.undo(booking=booking, by=boss, now=NOW).state == Booking.State.BOOKED


@pytest.mark.parametrize(("deed", "kind"), [("cancel", "moved"), ("move", "moved"), ("rename", None)])
def test_the_member_is_told_that_it_stands_again(book, alice, deed, kind):
    booking = book(12, 14)
    if deed == "cancel":
        cancelled(booking)
    else:
        change = {"span": span(15, 17)} if deed == "move" else {"span": booking.span, "purpose": "a lamp"}
        actions.move(booking=booking, by=alice, now=NOW, **change)
    told = set(Notice.objects.values_list("pk", flat=True))

    undo(booking)

    new = Notice.objects.exclude(pk__in=told).values_list("kind", flat=True)
    assert list(new) == ([kind] if kind else [])


def test_a_save_that_changes_nothing_leaves_no_line_and_no_undo(book, alice):
    booking = book(12, 14, purpose="a lamp")
    actions.move(booking=booking, by=alice, span=span(15, 17), now=NOW)
    actions.move(booking=booking, by=alice, span=span(15, 17), purpose="a lamp", now=NOW)

    assert list(booking.changes.values_list("what", flat=True)) == [Change.What.MOVED]
    assert undo(booking).span == span(12, 14)


def test_what_is_over_is_not_renamed(book, alice):
    gone = cancelled(book(12, 14))

    with pytest.raises(Refused):
        actions.move(booking=gone, by=alice, span=gone.span, purpose="another", now=NOW)
    assert undo(gone).state == Booking.State.BOOKED


def test_a_rule_that_was_set_aside_is_not_told_again(book, laser):
    factories.booking(factories.member("bob"), laser, span(12, 14))
    book(15, 17)

    with pytest.raises(Refused) as caught:
        book(12, 13, by=factories.manager(), override=actions.Override(frozenset({"quota"}), "a course"))

    assert caught.value.only_taken


@pytest.mark.parametrize(
    ("deed", "later", "by", "why"),
    [
        ("book", 0, "alice", "nothing_to_undo"),
        ("undo", 0, "alice", "nothing_to_undo"),
        ("cancel", 0, "bob", "not_your_change"),
        ("cancel", 11, "alice", "undo_over"),
        ("cancel", 11, "boss", "undo_over"),
        ("cancel soon", 6, "alice", "undo_begun"),
    ],
)
def test_why_there_is_no_way_back(book, alice, laser, deed, later, by, why):
    people = {"alice": alice, "bob": factories.member("bob"), "boss": factories.manager()}
    soon = span(10.1, 11)
    booking = factories.booking(alice, laser, soon) if deed == "cancel soon" else book(12, 14)
    if deed != "book":
        cancelled(booking)
    if deed == "undo":
        undo(booking)

    with pytest.raises(Refused) as caught:
        actions.undo(booking=booking, by=people[by], now=NOW + timedelta(minutes=later))

    (objection,) = caught.value.objections
    assert (objection.code, objection.data) == (Code.TOO_LATE_TO_CANCEL, {"why": why})
    assert phrases.detail(objection) != phrases.detail(Objection(Code.TOO_LATE_TO_CANCEL, {}))
