"""Lists of bookings over the API."""

import pytest

from tests import factories
from tests.callers import Caller, ahead, soon

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


def test_a_list_of_one_state(as_alice, as_charlie):
    assert starts(as_alice, "?state=booked") == at(8, 10, 20)
    assert starts(as_charlie, f"?state=done&from={soon(-72):%Y-%m-%dT%H:%M:%SZ}") == at(-48)
    assert starts(as_charlie, "?state=cancelled") == at(13)
    assert starts(as_alice, "?state=cancelled") == at(13)
    as_zoe = Caller(factories.member("zoe"))
    assert starts(as_zoe, "?state=cancelled") == []  # what others gave back is nobody's business


@pytest.mark.parametrize("query", ["?state=eaten", "?state=", "?mine=perhaps", "?from=never", "?to=2026-13"])
def test_a_question_that_makes_no_sense_is_a_problem(as_alice, query):
    status, told = as_alice("GET", f"bookings{query}")

    assert (status, told["code"]) == (422, "invalid")


def test_what_began_long_ago_and_goes_on_is_in_the_list(laser, alice, as_alice):
    cnc = factories.resource("cnc-1")
    factories.booking(alice, cnc, ahead(-24 * 30, 24))
    factories.booking(alice, cnc, ahead(-24 * 20, 24), state="requested", standing=False)

    assert starts(as_alice) == at(-24 * 30, -24 * 20, 8, 10, 20)


def test_a_booking_that_moved_is_listed_where_it_is(laser, alice, as_alice):
    desk = factories.Resource.objects.get(slug="desk")
    moved = factories.booking(alice, laser, ahead(15, 16), standing=False)
    moved.claims.update(superseded=True)
    moved.claims.create(
        unit=desk.units.get(number=1), blocked_from=moved.starts_at, blocked_until=moved.ends_at
    )

    assert starts(as_alice, "?resource=laser-1") == at(8, 10)
    assert starts(as_alice, "?resource=desk") == at(15, 20)


def test_a_list_costs_the_same_few_queries(laser, alice, as_alice, django_assert_max_num_queries):
    for hour in range(24, 64):
        factories.booking(alice, laser, ahead(hour, hour + 1))

    starts(as_alice)  # the house is remembered from now on
    with django_assert_max_num_queries(8):
        assert len(starts(as_alice)) == 43
