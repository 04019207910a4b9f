"""Below `/api/` every failure is a problem that a program and a person can read."""

import pytest
from django.db import OperationalError
from django.test import Client
from ninja import NinjaAPI
from ninja.testing import TestClient

from lab import problems
from tests import factories
from tests.callers import PROBLEM, Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return Caller(factories.member("alice", language="en"))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nothing", 404, "not_found"),
        ("GET", "bookings/nothing", 404, "not_found"),
        ("GET", "bookings/1/nothing", 404, "not_found"),
        ("GET", "resources/%00", 404, "not_found"),
        ("PUT", "bookings", 405, "method_not_allowed"),
        ("DELETE", "bookings", 405, "method_not_allowed"),
        ("POST", "bookings", 422, "invalid"),
        ("GET", "bookings?limit=x", 422, "invalid"),
        ("GET", "access-events", 403, "forbidden"),
    ],
)
def test_each_failure_has_its_shape(call, method, path, status, code):
    response = call.call(method, path)
    told = response.json()

    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
    assert (told["status"], told["code"], told["type"], told["objections"]) == (
        status,
        code,
        "about:blank",
        [],
    )
    assert told["title"]
    assert told["detail"]


def test_a_call_that_is_not_allowed_says_which_are(call):
    assert set(call.call("PUT", "bookings")["Allow"].split(", ")) == {"GET", "POST"}


def test_a_body_that_is_no_json_is_a_bad_request(call):
    status, told = call("POST", "bookings", "{")

    assert (status, told["code"]) == (400, "bad_request")


def test_a_body_beyond_all_measure_is_refused(call):
    response = call.call("POST", "bookings", " " * 3_000_000)

    assert response.status_code in {400, 413}
    assert response["Content-Type"] == PROBLEM


def test_pages_keep_their_own_errors():
    response = Client().get("/nothing/")

    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_the_api_describes_itself_without_the_internet():
    browser = Client()

    schema = browser.get("/api/v1/openapi.json").json()
    page = browser.get("/api/v1/docs").content.decode()

    assert schema["openapi"].startswith("3.")
    assert {"/api/v1/bookings", "/api/v1/bookings/check", "/api/v1/availability"} <= set(schema["paths"])
    booking = schema["paths"]["/api/v1/bookings"]["post"]["responses"]
    assert list(booking["default"]["content"]) == [PROBLEM]
    assert "Problem" in schema["components"]["schemas"]
    assert "http://" not in page
    assert "https://" not in page


def test_a_database_that_is_locked_or_away_is_told_as_a_passing_thing():
    api = NinjaAPI(urls_namespace="locked")
    problems.install(api)

    @api.get("locked")
    def locked(request):
        raise OperationalError("database is locked")

    response = TestClient(api).get("/locked")

    assert (response.status_code, response["Content-Type"], response["Retry-After"]) == (503, PROBLEM, "5")
    assert response.json()["code"] == "unavailable"
    assert "locked" not in response.content.decode()
