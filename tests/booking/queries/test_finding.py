"""Finding a time: what a member may really book, near what they wished, in a fixed number of questions."""

from datetime import date, timedelta

import pytest

from booking.queries.finding import LOOK_AHEAD, day_part, find_times
from booking.rules.wishes import Code
from lab.models import Resource
from lab.spans import Span
from tests import factories
from tests.factories import NOW, PARIS, at, span

pytestmark = pytest.mark.django_db
AHEAD = [Span(NOW, NOW + LOOK_AHEAD)]


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def bob():
    return factories.member("bob")


def rows(*slugs: str) -> list[Resource]:
    found = {row.slug: row for row in Resource.objects.select_related("zone", "certification")}
    return [found[slug] for slug in slugs]


def find(who, *slugs: str, minutes: int = 60, windows=AHEAD, **more):
    return find_times(
        member=who, resources=rows(*slugs), minutes=minutes, windows=list(windows), now=NOW, **more
    )


def offered(times) -> list[tuple[str, Span]]:
    return [("+".join(row.slug for row in offer.resources), offer.span) for offer in times.offers]


def test_of_one_resource_several_times_the_soonest_first(alice, bob):
    laser = factories.resource("laser-1")
    factories.booking(bob, laser, span(11, 13))

    assert offered(find(alice, "laser-1", most=3))[:2] == [
        ("laser-1", span(10, 11)),
        ("laser-1", span(13, 14)),
    ]


def test_of_a_busy_fortnight_the_hour_that_is_left(alice, bob):
    laser = factories.resource("laser-1")
    factories.booking(bob, laser, span(0, 24 * 9))
    factories.booking(bob, laser, span(24 * 9 + 1, 24 * 15))

    assert offered(find(alice, "laser-1")) == [("laser-1", span(24 * 9, 24 * 9 + 1))]


def test_the_rules_are_kept_not_only_the_claims(alice):
    factories.resource(
        "laser-1", grid_minutes=120, notice_minutes=180, zone=factories.zone("lab", hours=(9, 20))
    )

    assert offered(find(alice, "laser-1", most=1)) == [("laser-1", span(14, 15))]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"max_minutes": 30}, Code.TOO_LONG),
        ({"min_minutes": 90}, Code.TOO_SHORT),
        ({"role": "manager"}, Code.NOT_ELIGIBLE),
        ({"daily_quota_minutes": 30}, Code.QUOTA),
    ],
)
def test_what_lasts_is_told_as_the_reason(alice, fields, code):
    factories.resource("laser-1", **fields)

    times = find(alice, "laser-1")

    assert times.offers == ()
    assert [[one.code for one in row.objections] for row in times.unoffered] == [[code]]


def test_what_is_only_full_has_no_reason(alice, bob):
    laser = factories.resource("laser-1")
    factories.booking(bob, laser, span(0, 24 * 20))

    (silent,) = find(alice, "laser-1").unoffered

    assert (silent.resource, silent.objections) == (laser, ())


def test_together_they_are_free_at_once_kits_and_bands_too(alice, bob):
    laser, desk = factories.resource("laser-1"), factories.resource("desk", units=2)
    factories.booking(bob, laser, span(10, 12))
    factories.booking(bob, desk, span(12, 13), unit=1)
    factories.booking(bob, desk, span(12.5, 14), unit=2)

    assert offered(find(alice, "laser-1", "desk", together=True))[0] == ("laser-1+desk", span(13, 14))
    two_desks = find(alice, "laser-1", "desk", "desk", together=True)
    assert offered(two_desks)[0] == ("laser-1+desk+desk", span(14, 15))


def test_what_a_manager_approves_is_marked(alice):
    factories.resource("laser-1", approval=True)

    assert [offer.asks for offer in find(alice, "laser-1").offers][:1] == [True]


def test_an_hour_that_a_spring_night_leaves_out_is_not_offered(alice):
    factories.resource("laser-1")
    night = date(2027, 3, 28)
    window = day_part(night, None, now=NOW)
    assert window.length == timedelta(hours=23)

    times = find(alice, "laser-1", windows=[window], around=window.start + timedelta(hours=2))

    assert times.offers[0].span.start.astimezone(PARIS).hour == 3


def test_a_part_of_a_day_ends_where_it_ends(alice, bob):
    laser = factories.resource("laser-1")
    factories.booking(bob, laser, span(12, 17.5))
    afternoon = [Span(at(12), at(18))]

    assert offered(find(alice, "laser-1", windows=afternoon)) == []
    assert offered(find(alice, "laser-1", windows=afternoon, minutes=30)) == [("laser-1", span(17.5, 18))]


def test_nothing_asked_finds_nothing(alice):
    assert find(alice, windows=AHEAD).offers == ()
    factories.resource("laser-1")
    assert find(alice, "laser-1", windows=[]).offers == ()


def test_it_asks_the_same_few_questions_for_many_resources(alice, django_assert_max_num_queries):
    for number in range(20):
        factories.resource(f"laser-{number}")
    slugs = [f"laser-{number}" for number in range(20)]
    find(alice, *slugs)

    with django_assert_max_num_queries(9):  # the rows among them
        assert len(find(alice, *slugs, most=20).offers) == 20
