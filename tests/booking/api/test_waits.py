"""The waitlist over the API: who waits, in which place, and what becomes of an offer."""

import pytest
from django.utils import timezone

from booking.sweeps.offers import offer_free_time
from tests import factories
from tests.callers import ahead, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def laser():
    return factories.resource()


def wanted(**changed):
    asked = {"resource": "laser-1", "starts_at": soon(9).isoformat(), "ends_at": soon(12).isoformat()}
    return asked | {"minutes": 60} | changed


def test_who_waits_sees_for_what_and_in_which_place(laser, as_alice, as_bob):
    factories.booking(factories.member("eve"), laser, ahead(8, 13))
    assert as_bob("POST", "waits", wanted(minutes=30))[0] == 201

    status, told = as_alice("POST", "waits", wanted())

    assert status == 201
    assert (told["resource"], told["minutes"], told["state"], told["place"]) == ("laser-1", 60, "waiting", 2)
    assert as_alice("GET", "waits") == (200, {"items": [told], "next": None})
    assert as_alice("POST", "waits", wanted())[1]["id"] == told["id"]


def test_an_offer_is_taken_once_and_is_a_booking(laser, as_alice):
    pk = as_alice("POST", "waits", wanted())[1]["id"]
    offer_free_time(now=timezone.now())
    (wait,) = as_alice("GET", "waits")[1]["items"]

    status, booking = as_alice("POST", f"waits/{pk}/accept")

    assert wait["state"] == "offered"
    assert (status, booking["id"], booking["state"]) == (200, wait["offer"]["booking"], "booked")
    assert as_alice("GET", "waits")[1]["items"] == []
    assert as_alice("POST", f"waits/{pk}/accept")[1]["id"] == booking["id"]


def test_an_offer_that_is_declined_goes_back_and_the_wait_goes_on(laser, as_alice):
    pk = as_alice("POST", "waits", wanted())[1]["id"]
    offer_free_time(now=timezone.now())

    assert as_alice("POST", f"waits/{pk}/decline")[0] == 204
    assert as_alice("GET", "waits")[1]["items"][0]["state"] == "waiting"
    assert as_alice("DELETE", f"waits/{pk}")[0] == 204
    assert as_alice("DELETE", f"waits/{pk}")[0] == 422


def test_nobody_decides_for_others_but_managers(laser, as_alice, as_bob, as_charlie):
    pk = as_alice("POST", "waits", wanted())[1]["id"]

    assert as_bob("DELETE", f"waits/{pk}")[0] == 403
    assert as_bob("POST", f"waits/{pk}/accept")[0] == 403
    assert as_charlie("DELETE", f"waits/{pk}")[0] == 204
    assert as_alice("DELETE", "waits/999")[0] == 404


def test_what_can_never_be_is_refused_at_once(as_alice):
    factories.resource(certification=factories.certification())

    status, told = as_alice("POST", "waits", wanted())

    assert (status, [objection["code"] for objection in told["objections"]]) == (422, ["not_certified"])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"resource": None}, "invalid"),
        ({"kind": "printer"}, "invalid"),
        ({"resource": None, "kind": "moon"}, "unknown_kind"),
        ({"resource": "moon"}, "unknown_resource"),
        ({"minutes": 0}, "invalid"),
        ({"minutes": 600}, "bad_span"),
        ({"starts_at": "2026-05-04T10:00:00"}, "bad_span"),
        ({"ends_at": soon(8).isoformat()}, "bad_span"),
        ({"more": 1}, "invalid"),
    ],
)
def test_a_wait_that_makes_no_sense_is_a_problem(laser, as_alice, changed, code):
    status, told = as_alice("POST", "waits", wanted(**changed))

    assert (status, told["code"]) == (422, code)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"minutes": 600}, "What you wait for (10 h) is longer than the time in which it may lie (3 h)"),
        ({"ends_at": "2036-05-04T10:00:00+02:00"}, "One wait reaches over 62 days at most"),
        ({"ends_at": soon(8).isoformat()}, "The end must come after the start; choose a later end."),
        ({"starts_at": "2026-05-04T10:00:00"}, "Say both times with their time zone"),
    ],
)
def test_what_makes_no_sense_about_a_wait_is_said_as_it_is(laser, as_alice, changed, why):
    told = as_alice("POST", "waits", wanted(**changed))[1]

    assert why in told["detail"].replace("\u00a0", " ")
