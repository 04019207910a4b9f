"""Changing bookings over the API."""

import pytest

from booking.models import Booking
from tests import factories
from tests.callers import ahead, soon, wish

pytestmark = pytest.mark.django_db


def codes(answer) -> list[str]:
    return [objection["code"] for objection in answer["objections"]]


@pytest.fixture
def made(laser, as_alice):
    return as_alice("POST", "bookings", wish(purpose="Lampe"))[1]


def test_time_and_purpose_can_be_changed(made, as_alice):
    later = {"starts_at": soon(15).isoformat(), "ends_at": soon(17).isoformat()}

    status, told = as_alice("PATCH", f"bookings/{made['id']}", later)

    assert (status, Booking.objects.get().span, told["purpose"]) == (200, ahead(15, 17), "Lampe")
    assert as_alice("PATCH", f"bookings/{made['id']}", {"purpose": "Boîte"})[1]["purpose"] == "Boîte"
    assert as_alice("PATCH", f"bookings/{made['id']}", {"ends_at": soon(16).isoformat()})[0] == 200
    assert Booking.objects.get().span == ahead(15, 16)


def test_a_move_to_a_taken_time_is_a_conflict(made, as_alice, as_bob):
    as_bob("POST", "bookings", wish(start=16, end=18))

    status, told = as_alice("PATCH", f"bookings/{made['id']}", {"ends_at": soon(17).isoformat()})

    assert (status, codes(told)) == (409, ["taken"])
    assert Booking.objects.get(pk=made["id"]).span == ahead(14, 16)


def test_nobody_changes_what_is_somebody_elses(made, as_bob):
    path = f"bookings/{made['id']}"
    tries = [
        as_bob("PATCH", path, {"purpose": "mine"}),
        as_bob("DELETE", path),
        as_bob("POST", f"{path}/extend", {"minutes": 30}),
        as_bob("POST", f"{path}/finish"),
    ]

    assert [(status, told["code"]) for status, told in tries] == [(403, "forbidden")] * 4
    assert (Booking.objects.get().purpose, Booking.objects.get().state) == ("Lampe", "booked")


def test_a_manager_changes_what_is_anybodys(made, as_charlie):
    assert as_charlie("PATCH", f"bookings/{made['id']}", {"purpose": "Visite"})[0] == 200
    assert as_charlie("DELETE", f"bookings/{made['id']}") == (204, None)


def test_a_booking_can_last_longer(made, as_alice):
    status, told = as_alice("POST", f"bookings/{made['id']}/extend", {"minutes": 30})

    assert (status, told["ends_at"]) == (200, soon(16.5).astimezone(factories.PARIS).isoformat())


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1, "x", None, 10**30])
def test_it_lasts_longer_by_a_sensible_time_only(made, as_alice, minutes):
    assert as_alice("POST", f"bookings/{made['id']}/extend", {"minutes": minutes})[0] == 422


def test_what_has_not_begun_can_not_be_finished(made, as_alice):
    status, told = as_alice("POST", f"bookings/{made['id']}/finish")

    assert (status, told["code"]) == (422, "too_late_to_cancel")


def test_a_booking_is_cancelled_once_and_its_time_is_free(made, as_alice, as_bob):
    assert as_alice("DELETE", f"bookings/{made['id']}") == (204, None)

    status, told = as_alice("DELETE", f"bookings/{made['id']}")
    assert (status, codes(told)) == (422, ["too_late_to_cancel"])
    assert as_bob("POST", "bookings", wish())[0] == 201
    assert as_alice("GET", f"bookings/{made['id']}")[1]["state"] == "cancelled"


@pytest.mark.parametrize("pk", ["0", "999", str(2**63), "9" * 40])
@pytest.mark.parametrize("call", [("GET", ""), ("DELETE", ""), ("POST", "/finish")])
def test_a_booking_that_is_not_there(as_alice, pk, call):
    method, tail = call

    status, told = as_alice(method, f"bookings/{pk}{tail}")

    assert (status, told["code"]) == (404, "not_found")
