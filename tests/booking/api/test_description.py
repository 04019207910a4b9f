"""The API's own description tells every call, what it takes and what it answers."""

import pytest
from django.test import Client

from tests.callers import Caller


@pytest.fixture(scope="module")
def told():
    return Client().get("/api/v1/openapi.json").json()


CALLS = {
    "/api/v1/bookings": {"get", "post"},
    "/api/v1/bookings/check": {"post"},
    "/api/v1/bookings/{pk}": {"get", "patch", "delete"},
    "/api/v1/bookings/{pk}/extend": {"post"},
    "/api/v1/bookings/{pk}/finish": {"post"},
    "/api/v1/bookings/{pk}/undo": {"post"},
    "/api/v1/bookings/{pk}/hand-over": {"post"},
    "/api/v1/bookings/{pk}/check-in": {"post"},
    "/api/v1/bookings/{pk}/approve": {"post"},
    "/api/v1/bookings/{pk}/decline": {"post"},
    "/api/v1/availability": {"get"},
    "/api/v1/resources/{slug}/availability": {"get"},
}


def test_every_call_about_bookings_is_described(told):
    assert {path: set(told["paths"][path]) for path in CALLS} == CALLS
    for path, methods in CALLS.items():
        for method in methods:
            call = told["paths"][path][method]
            assert call["summary"]
            assert "default" in call["responses"]  # how it says no


def test_a_booking_and_a_wish_are_described_field_by_field(told):
    schemas = told["components"]["schemas"]

    assert {"id", "resources", "units", "starts_at", "ends_at", "state", "series"} <= set(
        schemas["BookingAnswer"]["properties"]
    )
    assert {"resources", "starts_at", "ends_at", "purpose", "member", "override", "reason"} <= set(
        schemas["Wish"]["properties"]
    )
    assert set(schemas["Problem"]["properties"]) >= {"code", "title", "detail", "objections", "alternatives"}
    assert "taken" in schemas["ObjectionAnswer"]["properties"]["code"]["enum"]


def test_the_key_is_a_header_that_is_described(told):
    names = [one["name"] for one in told["paths"]["/api/v1/bookings"]["post"]["parameters"]]

    assert "Idempotency-Key" in names


@pytest.mark.django_db
def test_the_page_shows_it_without_the_internet():
    page = Caller().client.get("/api/v1/docs").content.decode()

    assert "/api/v1/openapi.json" in page
    assert "https://" not in page
