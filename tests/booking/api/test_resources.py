"""Resources over the API: what there is, its state, and when it is free."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from booking.house import house
from lab.spans import Span
from tests import factories
from tests.callers import Caller, ahead, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return Caller(factories.member("alice", language="en"))


@pytest.fixture
def bob():
    return factories.member("bob", first_name="Robert")


def z(hours: float) -> str:
    return f"{soon(hours):%Y-%m-%dT%H:%M:%SZ}"


def spans(answer) -> list[tuple[str, str]]:
    return [(found["starts_at"], found["ends_at"]) for found in answer["items"]]


def paris(*pairs: tuple[float, float]) -> list[tuple[str, str]]:
    return [tuple(soon(h).astimezone(factories.PARIS).isoformat() for h in pair) for pair in pairs]


def test_a_resource_tells_what_it_is_and_asks(call, bob):
    laser = factories.resource(
        name="Découpeuse", name_en="Laser cutter", certification=factories.certification(), max_minutes=240
    )
    hour = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    factories.booking(bob, laser, Span(hour, hour + timedelta(hours=1)))

    status, told = call("GET", "resources/laser-1")

    assert status == 200
    assert (told["slug"], told["name"], told["kind"], told["zone"]) == (
        "laser-1",
        "Laser cutter",
        "machine",
        "fablab",
    )
    assert (told["state"], told["units"], told["units_free"]) == ("free", 1, 1)
    assert (told["certification"], told["rules"]["max_minutes"]) == ("laser", 240)
    assert told["next_booking"] == hour.astimezone(factories.PARIS).isoformat()
    assert "bob" not in str(told)
    assert "Robert" not in str(told)
    assert call("GET", "resources") == (200, {"items": [told], "next": None})


def test_the_list_costs_the_same_few_queries(call, django_assert_max_num_queries):
    for number in range(12):
        factories.resource(f"laser-{number}")

    house()
    with django_assert_max_num_queries(14):
        assert len(call("GET", "resources")[1]["items"]) == 12


def test_free_time_lies_between_the_bookings(call, bob):
    laser = factories.resource(setup_minutes=30)
    factories.booking(bob, laser, ahead(10, 12))

    told = call("GET", f"resources/laser-1/availability?from={z(8)}&to={z(18)}&minutes=60")[1]

    assert spans(told) == paris((8, 10), (12.5, 18))


def test_a_unit_is_free_when_another_is_not(call, bob):
    desk = factories.resource("desk", units=2)
    factories.booking(bob, desk, ahead(10, 12), unit=1)

    told = call("GET", f"resources/desk/availability?from={z(9)}&to={z(13)}&minutes=180")[1]

    assert spans(told) == paris((9, 13))


def test_without_a_window_it_is_the_coming_week(call):
    factories.resource()

    ((start, end),) = spans(call("GET", "resources/laser-1/availability")[1])

    assert start[:10] <= end[:10] <= str(soon(0, days=8).date())


def followed(call, path: str) -> list[tuple[str, str]]:
    found = []
    while path:
        told = call("GET", path)[1]
        found += spans(told)
        path = (told["next"] or "").partition("/api/v1/")[2]
    return found


def test_a_long_window_goes_on_where_next_says(call):
    factories.resource()

    parts = followed(call, f"resources/laser-1/availability?from={z(0)}&to={z(24 * 150)}")

    cuts = [soon(24 * days).astimezone(factories.PARIS).isoformat() for days in (0, 62, 124, 150)]
    assert parts == list(pairwise(cuts))


def test_what_is_free_across_a_cut_is_told_whole(call, bob):
    laser = factories.resource()
    factories.booking(bob, laser, ahead(24 * 61, 24 * 61 + 1))
    factories.booking(bob, laser, ahead(24 * 63, 24 * 63 + 1))

    parts = followed(call, f"resources/laser-1/availability?from={z(0)}&to={z(24 * 64)}&minutes=2000")

    assert parts == paris((0, 24 * 61), (24 * 61 + 1, 24 * 63))


def test_nothing_is_free_before_now(call):
    factories.resource()
    before = timezone.now()

    ((start, _end),) = spans(call("GET", f"resources/laser-1/availability?from={z(-72)}&to={z(9)}")[1])
    past = call("GET", f"resources/laser-1/availability?from={z(-72)}&to={z(-48)}")[1]

    assert datetime.fromisoformat(start) >= before
    assert past == {"items": [], "next": None}
    next_one = call("GET", f"availability?from={z(-72)}&to={z(9)}")[1]["items"][0]
    assert datetime.fromisoformat(next_one["starts_at"]) >= before


def test_no_free_span_of_many_units_lies_within_another(call, bob):
    desk = factories.resource("desk", units=3)
    factories.booking(bob, desk, ahead(10, 18), unit=1)
    factories.booking(bob, desk, ahead(8, 12), unit=2)
    factories.booking(bob, desk, ahead(13, 14), unit=3)
    factories.booking(bob, desk, ahead(8, 9), unit=3)

    told = call("GET", f"resources/desk/availability?from={z(8)}&to={z(18)}")[1]

    assert spans(told) == paris((8, 10), (9, 13), (12, 18))


def test_the_next_free_ones_across_resources_the_earliest_first(call, bob):
    one, two = (factories.resource(f"printer-{n}", kind="printer") for n in (1, 2))
    factories.resource("laser-1")
    factories.booking(bob, one, ahead(8, 12))
    factories.booking(bob, two, ahead(8, 10))

    told = call("GET", f"availability?kind=printer&minutes=120&from={z(8)}")[1]

    assert [(found["resource"], found["starts_at"]) for found in told["items"]] == [
        ("printer-2", paris((10, 0))[0][0]),
        ("printer-1", paris((12, 0))[0][0]),
    ]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"from={z(8)}&to={z(8)}", "bad_span"),
        (f"from={z(8)}&to={z(7)}", "bad_span"),
        ("from=9999-12-31T23:59:59Z", "invalid"),
        ("from=0001-01-01T00:00:00%2B14:00", "invalid"),
        ("from=yesterday", "invalid"),
        ("minutes=-1", "invalid"),
        ("minutes=99999999999999999999", "invalid"),
    ],
)
@pytest.mark.parametrize("path", ["resources/laser-1/availability", "availability"])
def test_a_window_that_makes_no_sense_is_a_problem(call, path, query, code):
    factories.resource()

    status, told = call("GET", f"{path}?{query}")

    assert (status, told["code"]) == (422, code)


@pytest.mark.parametrize("slug", ["nothing", "%00", "a%2Fb", "é", "x" * 500])
@pytest.mark.parametrize("tail", ["", "/availability"])
def test_a_resource_that_is_not_there(call, slug, tail):
    status, told = call("GET", f"resources/{slug}{tail}")

    assert (status, told["code"]) == (404, "not_found")


class TestAround:
    def test_bookable_times_near_a_moment_the_nearest_first(self, call, bob):
        one, two = (factories.resource(f"printer-{n}", kind="printer") for n in (1, 2))
        factories.booking(bob, one, ahead(14, 16))
        factories.booking(bob, two, ahead(10, 20))

        told = call("GET", f"availability?kind=printer&minutes=60&from={z(8)}&around={z(14)}")[1]

        assert [found["resource"] for found in told["items"]] == ["printer-1", "printer-2"]
        assert spans(told) == paris((13, 14), (9, 10))

    def test_what_one_may_not_book_is_not_among_them(self, call):
        factories.resource("laser-1", certification=factories.certification())
        factories.resource("laser-2")

        told = call("GET", f"availability?minutes=60&around={z(14)}")[1]

        assert [found["resource"] for found in told["items"]] == ["laser-2"]

    @pytest.mark.parametrize("around", ["never", "0001-01-01T00:00Z", "9999-12-31T23:59Z", "%00"])
    def test_a_moment_that_is_none(self, call, around):
        factories.resource()

        assert call("GET", f"availability?around={around}")[1]["code"] == "invalid"

    def test_the_costs_do_not_grow_with_the_resources(self, call, django_assert_max_num_queries):
        for number in range(12):
            factories.resource(f"laser-{number}")

        call("GET", f"availability?minutes=60&around={z(14)}")  # the house is remembered from now on
        with django_assert_max_num_queries(6):
            assert len(call("GET", f"availability?minutes=60&around={z(14)}")[1]["items"]) == 12
