"""The booking form: as a page and inside a dialog, refused with every reason, safe in where it goes next."""

from urllib.parse import unquote

import pytest

from booking.models import Booking
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import at, span

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def wish(
    resource: str = "laser-1", start: str = "2026-05-04T14:00", end: str = "2026-05-04T15:00", **more
) -> dict:
    return {"resource": resource, "starts_at": start, "ends_at": end, "purpose": "Lampe"} | more


def test_a_stranger_signs_in_first_and_keeps_the_wish(client, laser):
    answer = client.get("/book/?resource=laser-1")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/book/%3Fresource%3Dlaser-1"


def test_a_wish_that_was_sent_after_the_session_ended_is_kept_too(client, alice, laser):
    sent = client.post("/book/", wish(next="/planning/"))
    assert sent["Location"].startswith("/accounts/login/?next=/book/%3Fresource%3Dlaser-1")

    client.force_login(alice)
    page = client.get(unquote(sent["Location"].partition("next=")[2])).content.decode()

    for kept in ("2026-05-04T14:00", "2026-05-04T15:00", "Lampe", "/planning/"):
        assert f'value="{kept}"' in page
    assert 'value="laser-1" checked' in page


def test_the_form_begins_with_what_the_address_says(alice, laser):
    answer = sign_in(alice).get("/book/?resource=laser-1&starts_at=2026-05-05T09:00&ends_at=2026-05-05T11:30")

    assert 'value="2026-05-05T09:00"' in answer.content.decode()
    assert 'value="2026-05-05T11:30"' in answer.content.decode()
    assert '<input type="checkbox" name="resource" value="laser-1" checked>' in answer.content.decode()


@pytest.mark.parametrize("start", ["", "garbage", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-45T00:00"])
def test_an_address_that_makes_no_sense_gives_the_next_quarter(alice, laser, start):
    answer = sign_in(alice).get("/book/", {"starts_at": start, "resource": "no\0where"})

    assert 'value="2026-05-04T10:00"' in answer.content.decode()


def test_a_wish_that_begins_right_now_is_put_on_five_minutes_as_the_fields_count(alice, laser):
    page = (
        sign_in(alice).get("/book/?starts_at=2026-05-05T09:02:31&ends_at=2026-05-05T11:00").content.decode()
    )

    assert 'value="2026-05-05T09:05"' in page
    assert 'value="2026-05-05T11:00"' in page
    assert 'min="2000-01-01T00:00"' in page  # a browser counts the steps from here, not from the value


@pytest.mark.parametrize("start", ["2027-03-28T02:30", "2026-10-25T02:30"])
def test_an_hour_that_the_clocks_skip_or_repeat_is_refused_in_words(alice, laser, start):
    answer = sign_in(alice).post("/book/", wish(start=start, end="2027-03-28T05:00"))

    assert answer.status_code == 422
    assert "The clocks change that night" in answer.content.decode()


def test_a_closed_hour_is_refused_with_open_ones_to_press(alice):
    factories.resource("saw", zone=factories.zone("atelier", hours=(9, 20)))
    late = wish("saw", start="2026-05-04T22:00", end="2026-05-04T23:00")
    page = sign_in(alice).post("/book/", late).content.decode()

    assert "This cannot be booked" in page
    assert "Possible instead:" in page
    assert "starts_at=2026-05-04T19%3A00" in page


def test_a_wish_is_booked_in_the_labs_zone_and_can_be_undone(alice, laser):
    client = sign_in(alice)
    answer = client.post("/book/", wish(next="/planning/?day=2026-05-04"))

    booking = Booking.objects.get()
    assert (booking.member, booking.span, booking.purpose) == (alice, span(14, 15), "Lampe")
    assert answer["Location"] == "/planning/?day=2026-05-04"
    assert f'action="/bookings/{booking.pk}/cancel/"' in client.get("/me/").content.decode()


def test_inside_a_dialog_the_page_is_told_where_to_go(alice, laser):
    answer = sign_in(alice).post("/book/", wish(), **HTMX)

    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/me/")


def test_a_dialog_asked_for_after_the_session_takes_the_whole_page_to_sign_in_and_back(client, laser):
    here = "http://testserver/planning/?day=2026-05-05"
    answer = client.get("/book/?resource=laser-1", **HTMX, HTTP_HX_CURRENT_URL=here)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fplanning%2F%3Fday%3D2026-05-05"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(alice, laser, elsewhere):
    assert sign_in(alice).post("/book/", wish(next=elsewhere))["Location"] == "/me/"


def test_a_taken_hour_is_refused_with_alternatives_to_press(alice, laser):
    factories.booking(factories.member("bob"), laser, span(14, 15))
    answer = sign_in(alice).post("/book/", wish(), **HTMX)

    assert answer.status_code == 422
    assert "Somebody has this time already" in answer.content.decode()
    assert "starts_at=2026-05-04T13%3A00" in answer.content.decode()
    assert Booking.objects.filter(member=alice).count() == 0


def test_every_objection_is_said_at_once(alice):
    factories.resource(certification=factories.certification(), max_minutes=30)
    said = sign_in(alice).post("/book/", wish()).content.decode()

    assert "You need the certification “laser training”" in said
    assert "Book at most 30" in said


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start": "2026-05-04T15:00", "end": "2026-05-04T15:00"}, "ends_at"),
        ({"start": "yesterday"}, "starts_at"),
        ({"resource": "moon"}, "resource"),
        ({"purpose": "x" * 201}, "purpose"),
        ({"end": "9999-12-31T23:59"}, "ends_at"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(alice, laser, change, field):
    answer = sign_in(alice).post("/book/", wish(**change))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_an_hour_that_the_clocks_skip_or_repeat_is_asked_again(alice, laser):
    skipped = sign_in(alice).post("/book/", wish(start="2026-10-25T02:30", end="2026-10-25T04:00"))

    assert skipped.status_code == 422
    assert list(skipped.context["form"].errors) == ["starts_at"]


def test_a_booking_over_midnight_is_one_booking(alice, laser):
    sign_in(alice).post("/book/", wish(start="2026-05-04T22:00", end="2026-05-05T02:00"))

    assert Booking.objects.get().span == span(22, 26) == factories.Span(at(22), at(2, day=1))
