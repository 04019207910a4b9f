"""Lists of bookings over the API."""

import pytest

from tests import factories
from tests.callers import ahead, soon

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _some(laser, alice):
    bob = factories.member("bob")
    desk = factories.resource("desk", units=8)
    factories.booking(alice, laser, ahead(8, 9))
    factories.booking(bob, laser, ahead(10, 12))
    factories.booking(alice, desk, ahead(20, 22), unit=3)
    factories.booking(bob, laser, ahead(-48, -46), state="done")
    factories.booking(alice, laser, ahead(13, 14), state="cancelled", standing=False)


def starts(who, query="") -> list[int]:
    status, told = who("GET", f"bookings{query}")
    assert status == 200
    return [booking["starts_at"] for booking in told["items"]]


def at(*hours: float) -> list[str]:
    return [soon(hour).astimezone(factories.PARIS).isoformat() for hour in hours]


def test_a_list_shows_what_is_still_to_come(as_alice):
    assert starts(as_alice) == at(8, 10, 20)


def test_a_list_of_a_span_shows_what_touches_it(as_alice):
    query = f"?from={soon(9):%Y-%m-%dT%H:%M:%SZ}&to={soon(20):%Y-%m-%dT%H:%M:%SZ}"

    assert starts(as_alice, query) == at(10)


def test_the_past_is_shown_when_asked_for(as_alice):
    assert starts(as_alice, f"?from={soon(-72):%Y-%m-%dT%H:%M:%SZ}")[0] == at(-48)[0]


def test_a_list_of_one_resource(as_alice):
    assert starts(as_alice, "?resource=desk") == at(20)
    assert starts(as_alice, "?resource=nothing") == []


def test_my_own_list_shows_what_i_gave_back(as_alice):
    assert starts(as_alice, "?mine=true") == at(8, 13, 20)


def test_a_list_comes_page_after_page(as_alice):
    seen, query = [], "?limit=2"
    while query:
        _status, told = as_alice("GET", f"bookings{query}")
        assert len(told["items"]) <= 2
        seen += [booking["starts_at"] for booking in told["items"]]
        query = told["next"] and "?" + told["next"].partition("?")[2]

    assert seen == at(8, 10, 20)
