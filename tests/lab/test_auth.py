"""Who asks: a token or a browser's session, and nobody on their behalf."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from lab.auth import member_of_token
from lab.models import ApiToken
from tests import factories
from tests.callers import PROBLEM, Caller, wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return factories.member("alice")


def refused(response) -> tuple[int, str, str]:
    assert response["Content-Type"] == PROBLEM
    return response.status_code, response.json()["code"], response.headers.get("WWW-Authenticate", "")


def test_a_token_speaks_for_its_member(alice):
    token = ApiToken.issue(alice)

    assert member_of_token(token) == alice
    assert Caller(token=token)("GET", "bookings")[0] == 200


def test_a_token_is_kept_only_as_a_digest(alice):
    token = ApiToken.issue(alice, label="notebook")

    (kept,) = ApiToken.objects.values()
    assert token not in str(kept)
    assert len(token) >= 43


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer é\x80"},
        {"Cookie": "sessionid=nonsense"},
    ],
)
def test_whoever_shows_nothing_valid_is_asked_to_sign_in(headers, method):
    response = Client(headers=headers).generic(method, "/api/v1/bookings", "{}", "application/json")

    assert refused(response) == (401, "unauthenticated", "Bearer")


def test_a_closed_account_has_no_more_to_say(alice):
    call = Caller(alice)
    browser = Client()
    browser.force_login(alice)
    alice.is_active = False
    alice.save()

    assert call("GET", "bookings")[0] == 401
    assert browser.get("/api/v1/bookings").status_code == 401


def test_a_suspended_member_may_look_and_not_book(alice):
    alice.suspended = True
    alice.save()
    factories.resource()
    call = Caller(alice)

    status, told = call("POST", "bookings", wish())

    assert call("GET", "bookings")[0] == 200
    assert (status, told["code"]) == (422, "suspended")


def test_a_session_reads_but_writes_only_with_the_pages_own_token(alice):
    factories.resource()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    assert browser.get("/api/v1/bookings").status_code == 200
    forged = browser.post("/api/v1/bookings", wish(), content_type="application/json")
    assert refused(forged)[:2] == (403, "forbidden")

    browser.cookies["csrftoken"] = "a" * 32
    told = {"X-CSRFToken": "a" * 32}
    honest = browser.post("/api/v1/bookings", wish(), content_type="application/json", headers=told)
    assert honest.status_code == 201


def test_the_command_prints_a_token_that_works(alice, capsys):
    call_command("token", "alice", label="notebook")

    token = capsys.readouterr().out.strip()
    assert member_of_token(token) == alice
    assert ApiToken.objects.get().label == "notebook"


@pytest.mark.parametrize("name", ["bob", "alice"])
def test_the_command_knows_active_members_only(alice, name):
    alice.is_active = False
    alice.save()

    with pytest.raises(CommandError, match=name):
        call_command("token", name)
