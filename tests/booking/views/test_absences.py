"""“I was there”: one objects once, for oneself, within a fair time."""

import pytest

from booking.actions import miss
from booking.models import NoShow, Notice
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
TEXT = {"text": "The reader stayed dark."}


@pytest.fixture
def booking(alice, laser, clock):
    made = factories.booking(alice, laser, span(11, 13))
    miss.release(booking=made, now=at(11.5))
    clock(at(12))
    return made


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_it_is_said_once_from_the_bookings_page(alice, charlie, booking):
    maker, path = sign_in(alice), f"/bookings/{booking.pk}/contest/"
    assert path in maker.get(f"/bookings/{booking.pk}/").content.decode()
    answer = maker.post(path, TEXT)
    assert answer["Location"] == f"/bookings/{booking.pk}/#absence"
    again = maker.post(path, {"text": "Really!"}, follow=True)

    assert words(again)[-1] == "That was said or decided already, or it is too long ago."
    row = NoShow.objects.get()
    assert (row.objection, row.objected_at) == ("The reader stayed dark.", at(12))
    assert Notice.objects.filter(member=charlie, kind="objection").count() == 1
    page = maker.get(f"/bookings/{booking.pk}/").content.decode()
    assert ("A lab manager looks at the objection" in page, path in page) == (True, False)


@pytest.mark.parametrize("text", ["", "  ", "x" * 501])
def test_it_needs_a_sentence(alice, booking, text):
    answer = sign_in(alice).post(f"/bookings/{booking.pk}/contest/", {"text": text})

    assert (answer.status_code, NoShow.objects.get().objected_at) == (422, None)
    assert answer.context["objection"].errors


def test_nobody_says_it_for_another(client, alice, charlie, booking):
    path = f"/bookings/{booking.pk}/contest/"
    bob = factories.member("bob")

    assert "login" in client.post(path, TEXT)["Location"]
    assert [sign_in(who).post(path, TEXT).status_code for who in (bob, charlie)] == [404, 404]
    assert sign_in(alice).get(path).status_code == 405
    assert NoShow.objects.get().objection == ""


def test_what_was_not_missed_is_not_contested(alice, laser):
    kept = factories.booking(alice, laser, span(14, 15))

    assert sign_in(alice).post(f"/bookings/{kept.pk}/contest/", TEXT).status_code == 404


def test_after_a_fair_time_it_is_too_late(alice, booking, clock):
    clock(at(11.5) + NoShow.OBJECTIONS)
    maker = sign_in(alice)

    assert "/contest/" not in maker.get(f"/bookings/{booking.pk}/").content.decode()
    answer = maker.post(f"/bookings/{booking.pk}/contest/", TEXT, follow=True)
    assert words(answer) == ["That was said or decided already, or it is too long ago."]
    assert "I was there" not in maker.get("/me/").content.decode()


def test_the_list_of_ones_own_and_the_notice_lead_there(alice, booking):
    maker, path = sign_in(alice), f"/bookings/{booking.pk}/#absence"
    told = Notice.objects.get(member=alice, kind="released")

    assert f'href="{path}">I was there' in maker.get("/me/").content.decode()
    assert maker.get(f"/me/notices/{told.pk}/")["Location"] == path


def test_a_manager_is_led_from_the_booking_to_the_decision(alice, charlie, booking):
    miss.contest(missed=NoShow.objects.get(), text="I was there", now=NOW)
    page = sign_in(charlie).get(f"/bookings/{booking.pk}/").content.decode()

    assert f"/manage/no-shows/#no-show-{NoShow.objects.get().pk}" in page
