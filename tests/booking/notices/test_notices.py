"""Notices in sentences: whoever reads later still reads what was so, and nothing that nobody knows."""

import pytest
from django.utils import timezone, translation

from booking import actions
from booking.actions.series import book_series
from booking.models import Notice
from booking.notices import Told, told
from lab.models import Member, Resource
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
WHEN = "Monday 4 May, 14:00–16:00"
FACTS = {
    "starts_at": at(14).isoformat(),
    "ends_at": at(16).isoformat(),
    "resources": ["laser-1"],
    "state": "booked",
    "purpose": "",
}


@pytest.fixture(autouse=True)
def in_english(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def alice(db):
    return factories.member("alice", first_name="Alice", last_name="Martin")


@pytest.fixture
def charlie(db):
    return factories.manager("charlie", first_name="Charlie", last_name="Roux")


@pytest.fixture
def laser(db):
    return factories.resource("laser-1", name="Découpe laser", name_en="Laser cutter")


@pytest.fixture
def booking(alice, laser):
    return actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 16), purpose="Lampe", now=NOW
    )


def say(reader: Member, kind: str, **data) -> Told:
    (one,) = told([Notice(member=reader, kind=kind, data=FACTS | data, created_at=NOW)])
    return one


def newest(member: Member) -> Told:
    return told(Notice.objects.filter(member=member).order_by("-pk")[:1])[0]


def words(one: Told) -> tuple[str, list[str]]:
    return one.title, one.lines


def test_ones_own_booking(alice, booking):
    one = newest(alice)

    assert words(one) == (f"Booked: Laser cutter, {WHEN}", ["Purpose: Lampe"])
    assert (one.path, one.call) == (f"/bookings/{booking.pk}/", "See the booking")


def test_a_booking_made_by_somebody_else(alice, charlie, laser):
    actions.book(member=alice, by=charlie, resources=[laser], span=span(14, 16), now=NOW)

    assert words(newest(alice)) == (f"Booked: Laser cutter, {WHEN}", ["Charlie Roux booked it for you."])


def test_a_move_says_what_stood_before_and_who_did_it(alice, charlie, booking):
    cnc = factories.resource("cnc-1", name="Fraiseuse")
    actions.move(booking=booking, span=span(17, 18), resources=[cnc], by=charlie, now=NOW)

    assert words(newest(alice)) == (
        "Moved: Fraiseuse, Monday 4 May, 17:00–18:00",
        ["Charlie Roux changed it.", f"Before: Laser cutter, {WHEN}."],
    )


def test_what_was_told_stays_so_when_the_booking_changes(alice, charlie, booking):
    actions.move(booking=booking, span=span(17, 18), by=charlie, now=NOW)
    actions.move(booking=booking, span=span(18, 19), by=charlie, now=NOW)

    titles = [one.title for one in told(Notice.objects.filter(member=alice).order_by("pk"))]
    assert [title.rpartition(" ")[2] for title in titles] == ["14:00–16:00", "17:00–18:00", "18:00–19:00"]


def test_a_cancellation_says_who_and_why(alice, charlie, booking):
    actions.cancel(booking=booking, by=charlie, now=NOW, reason="Panne de l’extracteur")

    assert words(newest(alice)) == (
        f"Cancelled: Laser cutter, {WHEN}",
        ["Charlie Roux cancelled it.", "Reason: Panne de l’extracteur"],
    )


def test_ones_own_cancellation_and_its_undoing(alice, booking):
    actions.cancel(booking=booking, by=alice, now=NOW)
    assert words(newest(alice)) == (f"Cancelled: Laser cutter, {WHEN}", [])

    actions.undo(booking=booking, by=alice, now=NOW)
    assert words(newest(alice)) == (f"Booked again: Laser cutter, {WHEN}", [])


def test_a_hand_over_is_told_to_both_from_where_they_stand(alice, booking):
    bob = factories.member("bob", first_name="Bob", last_name="Petit")
    actions.hand_over(booking=booking, to=bob, by=alice, now=NOW)

    assert words(newest(alice)) == (
        f"Handed over to Bob Petit: Laser cutter, {WHEN}",
        ["It is no longer in your bookings."],
    )
    assert words(newest(bob)) == (
        f"Handed over to you: Laser cutter, {WHEN}",
        ["It was Alice Martin’s.", "Purpose: Lampe"],
    )


def test_a_request_is_told_to_both_sides_and_settled_with_the_decision(alice, charlie):
    dora = factories.manager("dora")
    studio = factories.resource("studio", approval=True)
    asked = actions.book(
        member=alice, by=alice, resources=[studio], span=span(14, 16), purpose="Captation", now=NOW
    )

    assert newest(alice).title == f"Requested: studio, {WHEN}"
    for manager in (charlie, dora):
        assert words(newest(manager)) == (
            f"To decide: studio, {WHEN}",
            ["Alice Martin asks for it.", "Purpose: Captation"],
        )
    actions.decline(booking=asked, by=charlie, now=NOW, reason="Studio en travaux")
    assert words(newest(alice)) == (
        f"Declined: studio, {WHEN}",
        ["Charlie Roux declined it.", "Reason: Studio en travaux"],
    )
    assert not Notice.objects.filter(kind="to_approve", read_at=None).exists()
    assert not Notice.objects.filter(kind="to_approve", mail_after__isnull=False).exists()


def test_a_manager_is_not_asked_what_they_ask_themselves(alice, charlie, booking):
    assert not Notice.objects.filter(kind="to_approve").exists()


def test_an_offer_says_how_long_it_is_held(alice, laser):
    one = say(alice, "offer", until=at(11.5).isoformat())

    assert words(one) == (
        f"Free for you: Laser cutter, {WHEN}",
        ["It is held for you until Monday 4 May at 11:30."],
    )


@pytest.mark.parametrize(
    ("data", "title"),
    [
        ({}, f"No longer held for you: Laser cutter, {WHEN}"),
        ({"starts_at": None}, "Nothing came free: Laser cutter"),
        ({"starts_at": None, "resources": []}, "Nothing came free"),
    ],
)
def test_an_offer_or_a_wait_that_is_over(alice, laser, data, title):
    assert say(alice, "offer_over", **data).title == title


def test_a_release_counts_its_points_and_tells_the_way_out(alice, laser):
    there = "You were there? Say so, and a lab manager looks at it."

    assert say(alice, "released", points=0).lines == ["Others can use it now.", there]
    assert say(alice, "released", points=2).lines[1] == "It counts 2 points; points fade with time."


def test_an_objection_and_its_answer(alice, charlie, laser):
    assert words(say(charlie, "objection", by=alice.pk, member=alice.pk, text="J’étais là")) == (
        f"An absence is contested: Laser cutter, {WHEN}",
        ["Alice Martin writes:", "“J’étais là”"],
    )
    assert words(say(alice, "objection", by=charlie.pk, waived=True, back=True)) == (
        f"Your absence was looked at: Laser cutter, {WHEN}",
        ["Your objection was accepted: it does not count.", "The booking is yours again."],
    )
    assert say(alice, "objection", waived=False).lines == [
        "A lab manager looked at it and keeps it as it is."
    ]


@pytest.mark.parametrize(
    ("decision", "title", "lines"),
    [
        ("", "May not take place", 2),
        ("kept", "Takes place", 1),
    ],
)
def test_an_outage_says_what_was_decided(alice, laser, decision, title, lines):
    one = say(alice, "outage", decision=decision, reason="Tube HS")

    assert one.title == f"{title}: Laser cutter, {WHEN}"
    assert (one.lines[0], len(one.lines)) == ("Reason: Tube HS", lines)


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_every_kind_can_be_said_even_when_next_to_nothing_was_kept(alice, kind):
    (one,) = told([Notice(member=alice, kind=kind, data={}, created_at=NOW)])

    assert one.title
    assert not {"{", "}", "None"} & set(one.title)
    assert "None" not in " ".join([one.title, *one.lines])


def test_names_that_are_gone_leave_what_is_known(alice, charlie, booking):
    actions.cancel(booking=booking, by=charlie, now=NOW)
    Resource.objects.filter(slug="laser-1").update(slug="laser-9")
    Notice.objects.update(data=Notice.objects.latest("pk").data | {"by": 4711})

    assert words(newest(alice)) == (f"Cancelled: laser-1, {WHEN}", ["Somebody cancelled it."])


def test_a_long_list_costs_two_queries_for_its_names(alice, charlie, booking, django_assert_num_queries):
    for hour in range(17, 22):
        actions.move(booking=booking, span=span(hour, hour + 1), by=charlie, now=NOW)
    rows = list(Notice.objects.all())
    with django_assert_num_queries(2):
        assert len(told(rows)) == 6


def test_a_series_is_told_as_one_and_leads_to_all_of_its_dates(alice, laser):
    series = book_series(
        member=alice,
        by=alice,
        resources=[laser],
        span=span(14, 16),
        rule="FREQ=WEEKLY;COUNT=3",
        now=NOW,
    )

    one = newest(alice)

    assert one.title == f"Booked: Laser cutter, {WHEN}, and 2 more dates until Monday 18 May"
    assert (one.path, one.call) == (f"/series/{series.pk}/", "See all of its dates")
