"""What every page may show about bookings: counted when a page asks, once, and for whom it concerns."""

import pytest
from django.template import Context, Template

from booking import context
from tests import factories

pytestmark = pytest.mark.django_db
COUNTS = ("notices_unread", "requests_waiting", "badges_waiting", "hits_undecided")


def counts(request) -> dict:
    return (
        context.notices_unread(request) | context.requests_waiting(request) | context.hits_undecided(request)
    )


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_is_a_number_that_plurals_can_divide(rf, name):
    request = rf.get("/")
    request.user = factories.manager()
    page = Template("{{ NAME|divisibleby:10 }}".replace("NAME", name))

    assert page.render(Context(counts(request))) == "True"


def test_a_count_is_asked_for_once_and_only_by_who_shows_it(rf, django_assert_num_queries):
    request = rf.get("/")
    request.user = factories.manager()

    with django_assert_num_queries(0):
        found = counts(request)
    with django_assert_num_queries(1):
        assert [found["hits_undecided"](), found["hits_undecided"]()] == [0, 0]


def test_members_learn_nothing_of_what_managers_have_to_do(rf):
    request = rf.get("/")
    request.user = factories.member()

    assert list(counts(request)) == ["notices_unread"]
