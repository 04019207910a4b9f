"""Whom outages and closures hit: found, told once, and taken back when nothing hits them any more."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from booking import actions
from booking.actions.book import Override
from booking.actions.hits import note_hits
from booking.models import Booking, Hit, Notice, Policy, Wait
from booking.notices import told
from booking.queries.hits import undecided
from lab.models import Closure, Link, Outage
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def in_english(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def laser(db):
    return factories.resource(name="Découpe laser", name_en="Laser cutter")


@pytest.fixture
def alice(db):
    return factories.member("alice")


@pytest.fixture
def bob(db):
    return factories.member("bob", first_name="Bob")


@pytest.fixture
def charlie(db):
    return factories.manager("charlie")


def book(who, what, when, **more) -> Booking:
    return actions.book(member=who, by=who, resources=[what], span=when, now=NOW, **more)


def outage(what, start=None, end=None, reason="Lens cracked") -> Outage:
    return Outage.objects.create(resource=what, starts_at=start or NOW, ends_at=end, reason=reason)


def closure(when, zone=None, reason="Bridge day") -> Closure:
    return Closure.objects.create(starts_at=when.start, ends_at=when.end, zone=zone, reason=reason)


def hit() -> list[int]:
    return list(undecided(now=NOW).values_list("booking", flat=True))


def heard(member) -> list[tuple[str, list[str]]]:
    rows = Notice.objects.filter(member=member, kind__in=["outage", "offer_over"]).order_by("pk")
    return [(one.title, one.lines) for one in told(rows)]


def mailed() -> None:
    Notice.objects.update(mailed_at=NOW)


def test_what_an_outage_touches_is_hit_and_its_member_told_once(alice, laser):
    before, during = book(alice, laser, span(12, 14)), book(alice, laser, span(15, 17))
    book(alice, laser, span(18, 19))
    outage(laser, at(14), at(18))

    assert (note_hits(now=NOW), note_hits(now=LATER)) == (1, 0)
    assert hit() == [during.pk]
    assert before.pk not in hit()
    assert heard(alice) == [
        (
            "May not take place: Laser cutter, Monday 4 May, 15:00–17:00",
            [
                "Laser cutter is out of order from Monday 4 May at 14:00 until Monday 4 May at 18:00.",
                "Reason: Lens cracked",
                "A lab manager decides what becomes of your booking; you may move or cancel it yourself.",
            ],
        )
    ]


def test_an_outage_without_an_end_hits_the_next_days_and_more_as_they_come(alice, laser):
    soon, late = book(alice, laser, span(14, 15, day=6)), book(alice, laser, span(14, 15, day=8))
    outage(laser)

    note_hits(now=NOW)
    assert hit() == [soon.pk]
    assert heard(alice)[0][1][0] == "Laser cutter is out of order, nobody knows yet until when."

    note_hits(now=NOW + timedelta(days=2))
    assert hit() == [soon.pk, late.pk]


def test_how_far_an_outage_without_an_end_reaches_is_the_labs_choice(alice, laser):
    Policy.objects.create(pk=1, outage_days=2)
    book(alice, laser, span(14, 15, day=6))
    near = book(alice, laser, span(14, 15, day=1))
    outage(laser)

    note_hits(now=NOW)
    assert hit() == [near.pk]


def test_an_outage_of_the_kit_hits_what_needs_it(alice, laser):
    filter_unit = factories.resource("filter", kind="kit")
    Link.objects.create(resource=laser, also=filter_unit, why="kit")
    needs = book(alice, laser, span(14, 15))
    outage(filter_unit)

    note_hits(now=NOW)
    assert hit() == [needs.pk]


def test_a_closure_hits_its_space_or_everything_but_no_kit_of_another_space(alice, laser):
    store = factories.zone("store")
    kit = factories.resource("suits", kind="kit", zone=store)
    Link.objects.create(resource=laser, also=kit, why="kit")
    mine = book(alice, laser, span(14, 15, day=1))
    here = closure(span(0, 24, day=1), zone=store)

    note_hits(now=NOW)
    assert hit() == []

    here.delete()
    closure(span(0, 24, day=1))
    note_hits(now=NOW)
    assert hit() == [mine.pk]
    assert heard(alice)[0][1][0] == (
        "The lab is closed from Tuesday 5 May at 00:00 until Wednesday 6 May at 00:00."
    )


def test_what_may_run_overnight_is_hit_only_at_its_ends(alice):
    printer = factories.resource("printer", overnight=True)
    book(alice, printer, span(18, 34))
    ends_in = book(alice, printer, span(40, 50))
    closure(span(20, 24))
    closure(span(0, 4, day=2))

    note_hits(now=NOW)
    assert hit() == [ends_in.pk]


def test_a_request_is_hit_as_well_and_a_booking_that_is_over_is_not(alice, bob):
    studio = factories.resource("studio", approval=True)
    asked = book(alice, studio, span(14, 16))
    factories.booking(bob, studio, span(7, 9), state="done")
    factories.booking(bob, studio, span(17, 18), state="cancelled", standing=False)
    outage(studio, at(0))

    note_hits(now=NOW)
    assert hit() == [asked.pk]


def test_an_offer_that_is_hit_is_taken_back_and_the_wait_goes_on(alice, laser):
    wait = Wait.objects.create(
        member=alice, resource=laser, starts_at=at(12), ends_at=at(20), minutes=60, created_at=NOW
    )
    held = book(alice, laser, span(14, 15), hold_until=at(11))
    wait.offer, wait.state = held, "offered"
    wait.save()
    outage(laser, NOW, at(16))

    assert note_hits(now=NOW) == 0
    wait.refresh_from_db()
    held.refresh_from_db()
    assert (wait.state, wait.offer, held.state) == ("waiting", None, "cancelled")
    assert heard(alice) == [
        (
            "No longer held for you: Laser cutter, Monday 4 May, 14:00–15:00",
            [
                "Laser cutter is out of order from Monday 4 May at 10:00 until Monday 4 May at 16:00.",
                "Reason: Lens cracked",
                "You go on waiting.",
            ],
        )
    ]


@pytest.mark.parametrize("deed", ["shortened", "deleted"])
def test_who_heard_of_an_outage_that_goes_away_hears_that_it_takes_place(alice, laser, deed):
    book(alice, laser, span(15, 17))
    down = outage(laser)
    note_hits(now=NOW)
    mailed()

    if deed == "deleted":
        down.delete()
    else:
        Outage.objects.filter(pk=down.pk).update(ends_at=at(15))
    note_hits(now=LATER)
    note_hits(now=LATER)

    assert not Hit.objects.exists()
    assert [title for title, _lines in heard(alice)] == [
        "May not take place: Laser cutter, Monday 4 May, 15:00–17:00",
        "Takes place: Laser cutter, Monday 4 May, 15:00–17:00",
    ]


def test_a_slip_that_is_taken_back_at_once_is_told_to_nobody(alice, laser):
    book(alice, laser, span(15, 17))
    down = outage(laser)
    note_hits(now=NOW)
    down.delete()
    note_hits(now=NOW)

    assert heard(alice) == []


def test_of_two_that_hit_one_going_away_does_not_say_that_it_takes_place(alice, laser):
    mine = book(alice, laser, span(15, 17))
    down = outage(laser)
    closure(span(16, 20))
    note_hits(now=NOW)
    mailed()

    down.delete()
    note_hits(now=LATER)

    assert hit() == [mine.pk]
    assert [title.split(":")[0] for title, _lines in heard(alice)] == ["May not take place"] * 2


def test_a_booking_that_moves_away_is_hit_no_more_and_anew_when_the_outage_reaches_it(alice, laser):
    mine = book(alice, laser, span(15, 17))
    down = outage(laser, NOW, at(18))
    note_hits(now=NOW)
    mailed()

    actions.move(booking=mine, span=span(18, 20), by=alice, now=NOW)
    note_hits(now=NOW)
    assert (hit(), len(heard(alice))) == ([], 1)

    Outage.objects.filter(pk=down.pk).update(ends_at=at(19))
    note_hits(now=NOW)
    assert (hit(), len(heard(alice))) == ([mine.pk], 2)


def test_who_gets_a_hit_booking_from_somebody_hears_of_it(alice, bob, laser):
    mine = book(alice, laser, span(15, 17))
    closure(span(16, 20))
    note_hits(now=NOW)
    Booking.objects.filter(pk=mine.pk).update(member=bob)
    note_hits(now=NOW)
    note_hits(now=LATER)

    assert (len(heard(alice)), len(heard(bob))) == (1, 1)


def test_what_a_manager_books_in_spite_of_it_is_kept_and_nobody_is_told(alice, charlie, laser):
    outage(laser)
    aside = Override(frozenset({"outage"}), "Cardboard only")
    kept = actions.book(
        member=alice, by=charlie, resources=[laser], span=span(15, 17), now=NOW, override=aside
    )

    assert note_hits(now=NOW) == 0
    found = Hit.objects.get()
    assert (found.booking, found.decision, found.decided_by) == (kept, "kept", charlie)
    assert heard(alice) == []

    outage(laser, at(16), reason="Fan, too")
    assert note_hits(now=NOW) == 1
