"""A booking that something hits, where its member and its managers come by."""

import pytest

from booking import actions
from booking.actions.hits import note_hits
from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db
DOWN = "laser-1 is out of order, nobody knows yet until when."


@pytest.fixture
def booking(alice, laser):
    made = actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)
    Outage.objects.create(resource=laser, starts_at=NOW, reason="Tube")
    note_hits(now=NOW)
    return made


def test_its_page_says_why_and_offers_a_sister_one_press_away(alice, booking):
    factories.resource("laser-2")
    page = sign_in(alice).get(f"/bookings/{booking.pk}/").content.decode()

    assert f"{DOWN} Tube" in page.replace("</p><p>", " ")
    (link,) = [part.split('"')[0] for part in page.split(f'href="/bookings/{booking.pk}/change/?')[1:]]
    form = sign_in(alice).get(f"/bookings/{booking.pk}/change/?{link.replace('&amp;', '&')}").context["form"]
    assert [row.slug for row in form.chosen] == ["laser-2"]
    assert not form.verdict.against


def test_its_page_says_who_decides_when_nothing_is_free(alice, booking):
    page = sign_in(alice).get(f"/bookings/{booking.pk}/").content.decode()

    assert "A lab manager decides what becomes of it" in page
    assert f'href="/bookings/{booking.pk}/change/?' not in page


def test_ones_own_page_says_it_beside_the_booking(alice, booking):
    page = sign_in(alice).get("/me/").content.decode()

    assert page.count(DOWN) == 2  # in the notice, and beside the booking
    assert f'href="/bookings/{booking.pk}/#hit"' in page


def test_a_booking_that_nothing_hits_says_nothing_of_it(alice, laser):
    calm = actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)
    page = sign_in(alice).get(f"/bookings/{calm.pk}/").content.decode()

    assert "It may not take place" not in page


def test_the_board_counts_what_is_to_decide(charlie, booking):
    page = sign_in(charlie).get("/dashboard/").content.decode()

    assert '<a href="/manage/hits/">1 booking is hit</a>' in page
