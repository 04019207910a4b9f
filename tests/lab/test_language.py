"""The language follows the member, else the cookie, else the browser, else French."""

import pytest
from django.test import Client

from tests import factories
from tests.callers import Caller

pytestmark = pytest.mark.django_db
PAGE = "/accounts/login/"


@pytest.mark.parametrize(
    ("cookie", "browser", "language"),
    [
        (None, None, "fr"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "de", "fr"),
        ("en", None, "en"),
        ("fr", "en", "fr"),
        ("nonsense", "en", "en"),
    ],
)
def test_a_stranger_is_spoken_to_by_cookie_then_browser_then_french(cookie, browser, language):
    visitor = Client(headers={"Accept-Language": browser} if browser else {})
    if cookie:
        visitor.cookies["django_language"] = cookie

    response = visitor.get(PAGE)

    assert response["Content-Language"] == language
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_members_own_choice_goes_before_all(language):
    alice = factories.member("alice", language=language)
    browser = Client(headers={"Accept-Language": "en" if language == "fr" else "fr"})
    browser.force_login(alice)

    assert browser.get("/api/v1/resources")["Content-Language"] == language
    assert Caller(alice).call("GET", "resources", Accept_Language="de")["Content-Language"] == language


def test_one_members_language_does_not_stay_for_the_next():
    Caller(factories.member("alice", language="en"))("GET", "resources")

    assert Client().get(PAGE)["Content-Language"] == "fr"
