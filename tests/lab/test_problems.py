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


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"resources": []}, "resources: il en faut au moins 1"),
        ({"resources": "a"}, "resources: une liste est attendue"),
        ({"resources": [5]}, "resources.0: du texte est attendu"),
        ({"starts_at": 5}, "starts_at: une heure au format ISO 8601 est attendue"),
        ({"starts_at": "2026-02-30T10:00"}, "starts_at: une heure au format ISO 8601 est attendue"),
        ({"ends_at": None}, "ends_at: une heure au format ISO 8601 est attendue"),
        ({"color": "red"}, "color: ce champ n’existe pas"),
        ({"purpose": "x" * 201}, "purpose: 200 caractères au plus"),
        ({"override": ["x"]}, "override.0: une de ces valeurs est attendue\u202f: taken, closed"),
        ({"resolve": {"2026-11-24T10:00:00": "skip"}}, "décalage"),
    ],
)
def test_what_cannot_be_read_is_said_in_the_readers_language(body, detail):
    fine = {"resources": ["a"], "starts_at": "2030-01-01T10:00Z", "ends_at": "2030-01-01T11:00Z"}
    call = Caller(factories.member("zoe", language="fr"))

    status, told = call("POST", "bookings", fine | body)

    assert (status, told["code"]) == (422, "invalid")
    assert detail in told["detail"]
    assert not {"should", "Input", "valid", "Extra"} & set(told["detail"].split())


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=0", "limit: 1 or more is meant"),
        ("limit=x", "limit: a whole number is meant"),
        ("mine=perhaps", "mine: true or false is meant"),
        ("from=1960-01-01T00:00Z", "from: a time between 1970 and 2200 is meant"),
        ("resource=%00", "resource: text without null characters and broken signs is meant"),
    ],
)
def test_a_question_that_cannot_be_read_says_which_part_and_why(call, query, detail):
    assert call("GET", f"bookings?{query}")[1]["detail"] == detail


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
