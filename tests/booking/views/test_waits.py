"""Waiting for a time on the pages: joined from a refused wish, an offer taken with one press."""

import pytest
from django.utils import timezone

from booking.models import Wait
from booking.sweeps.offers import offer_free_time
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.callers import ahead, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def laser():
    return factories.resource()


def wish(**changed) -> dict[str, object]:
    local = "%Y-%m-%dT%H:%M"
    start, end = (soon(hours).astimezone(factories.PARIS).strftime(local) for hours in (9, 12))
    return {"what": "laser-1", "starts_at": start, "ends_at": end, "minutes": 60, **changed}


def test_the_form_begins_with_the_wish_that_was_refused(alice, laser):
    query = f"resource=laser-1&starts_at={soon(9):%Y-%m-%dT%H:%M:%SZ}&ends_at={soon(11):%Y-%m-%dT%H:%M:%SZ}"

    form = sign_in(alice).get(f"/waits/new/?{query}").context["form"]

    assert (form["what"].value(), form["minutes"].value()) == ("laser-1", 120)


def test_a_refused_wish_leads_to_the_line(alice, laser):
    factories.booking(factories.member("eve"), laser, ahead(9, 11))
    asked = {"resource": "laser-1", "starts_at": wish()["starts_at"], "ends_at": wish()["ends_at"]}

    assert "/waits/new/?resource=laser-1" in sign_in(alice).post("/book/", asked).content.decode()


def test_who_waits_is_offered_what_becomes_free_and_takes_it(alice, laser):
    client = sign_in(alice)
    assert client.post("/waits/new/", wish(), follow=True).status_code == 200
    assert "laser-1" in client.get("/me/").content.decode()
    offer_free_time(now=timezone.now())
    row = Wait.objects.get()

    assert f'action="/waits/{row.pk}/accept/"' in client.get("/me/").content.decode()
    client.post(f"/waits/{row.pk}/accept/")
    row.refresh_from_db()
    assert (row.state, row.offer.state) == ("taken", "booked")


def test_an_offer_may_be_left_to_the_next_and_the_line_too(alice, laser):
    client = sign_in(alice)
    client.post("/waits/new/", wish())
    offer_free_time(now=timezone.now())
    row = Wait.objects.get()

    client.post(f"/waits/{row.pk}/decline/")
    assert Wait.objects.get().state == "waiting"
    client.post(f"/waits/{row.pk}/withdraw/")
    assert Wait.objects.get().state == "withdrawn"


def test_any_of_a_kind_can_be_waited_for(alice, laser):
    sign_in(alice).post("/waits/new/", wish(what="kind:machine"))

    assert Wait.objects.get().kind == "machine"


@pytest.mark.parametrize(
    "changed", [{"what": "moon"}, {"minutes": 0}, {"minutes": 999}, {"ends_at": "garbage"}, {"ends_at": ""}]
)
def test_a_wait_that_makes_no_sense_is_told_at_the_form(alice, laser, changed):
    answer = sign_in(alice).post("/waits/new/", wish(**changed))

    assert answer.status_code == 422
    assert not Wait.objects.exists()


@pytest.mark.parametrize("deed", ["accept", "decline", "withdraw"])
def test_nobody_decides_for_others(alice, laser, deed):
    sign_in(alice).post("/waits/new/", wish())

    assert sign_in(factories.member("bob")).post(f"/waits/{Wait.objects.get().pk}/{deed}/").status_code == 404
