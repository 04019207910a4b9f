"""My lab: what is mine, and changing it with a way back."""

import pytest

from booking import actions
from booking.models import Booking, UsageSession
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(alice, laser) -> Booking:
    return actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 16), purpose="Lampe", now=NOW
    )


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_page_shows_what_comes_what_i_hold_and_my_badges(alice, booking):
    factories.award(alice, factories.certification())
    factories.badge(alice, label="Blue fob")
    page = sign_in(alice).get("/me/").content.decode()

    assert "Hello, Alice" in page
    assert "14:00–16:00" in page
    assert "laser training" in page
    assert "Blue fob" in page


def test_a_cancelled_booking_comes_back_with_undo(alice, booking):
    client = sign_in(alice)
    answer = client.post(f"/bookings/{booking.pk}/cancel/", follow=True)

    assert words(answer) == ["Cancelled: laser-1, Monday 4 May 14:00–16:00."] or words(answer)[0].startswith(
        "Cancelled"
    )
    assert f'action="/bookings/{booking.pk}/again/"' in answer.content.decode()
    client.post(f"/bookings/{booking.pk}/again/")
    assert [(row.span, row.state, row.purpose) for row in Booking.objects.order_by("pk")] == [
        (span(14, 16), "booked", "Lampe"),
    ]


def test_undo_says_so_when_somebody_was_quicker(alice, booking, laser):
    client = sign_in(alice)
    client.post(f"/bookings/{booking.pk}/cancel/")
    factories.booking(factories.member("bob"), laser, span(15, 17))
    answer = client.post(f"/bookings/{booking.pk}/again/", follow=True)

    assert "Somebody has this time already; choose another one." in words(answer)
    assert Booking.objects.filter(member=alice, state="booked").count() == 0


def test_undo_twice_books_once(alice, booking):
    client = sign_in(alice)
    client.post(f"/bookings/{booking.pk}/cancel/")
    for _ in range(2):
        client.post(f"/bookings/{booking.pk}/again/")

    assert Booking.objects.filter(member=alice, state="booked").count() == 1


def test_extend_and_finish_take_one_press(alice, booking, clock):
    client = sign_in(alice)
    client.post(f"/bookings/{booking.pk}/extend/")
    booking.refresh_from_db()
    assert booking.span == span(14, 16.5)

    clock(at(15))
    client.post(f"/bookings/{booking.pk}/finish/")
    booking.refresh_from_db()
    assert (booking.span, booking.state) == (span(14, 15), "done")


@pytest.mark.parametrize("act", ["cancel", "extend", "finish", "again"])
def test_nobody_changes_what_is_not_theirs(booking, act):
    answer = sign_in(factories.member("mallory")).post(f"/bookings/{booking.pk}/{act}/")

    assert answer.status_code == 404
    booking.refresh_from_db()
    assert (booking.span, booking.state) == (span(14, 16), "booked")


def test_a_manager_cancels_for_others(charlie, booking):
    sign_in(charlie).post(f"/bookings/{booking.pk}/cancel/")
    booking.refresh_from_db()

    assert booking.state == "cancelled"


@pytest.mark.parametrize("act", ["cancel", "extend", "finish", "again"])
def test_reading_an_address_changes_nothing(alice, booking, act):
    assert sign_in(alice).get(f"/bookings/{booking.pk}/{act}/").status_code == 405


def test_one_goes_back_to_where_one_was_but_never_off_the_site(alice, booking):
    client = sign_in(alice)
    here = client.post(f"/bookings/{booking.pk}/extend/", HTTP_REFERER="http://testserver/resources/laser-1/")
    away = client.post(f"/bookings/{booking.pk}/extend/", HTTP_REFERER="https://evil.example/")

    assert (here["Location"], away["Location"]) == ("http://testserver/resources/laser-1/", "/me/")


def test_an_instructor_reads_for_whom_their_badge_stands(alice, laser):
    bob = factories.member("bob")
    UsageSession.objects.create(resource=laser, member=bob, assisted_by=alice, started_at=at(9))

    page = sign_in(alice).get("/me/")

    assert [session.member for session in page.context["taught"]] == [bob]
    assert not page.context["sessions"]
    assert not sign_in(bob).get("/me/").context["taught"]
