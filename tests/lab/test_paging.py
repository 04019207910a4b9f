"""Lists of the API: pages that lead on to the next."""

import pytest
from django.test import RequestFactory
from pydantic import ValidationError

from lab.models import Certification
from lab.paging import MOST, Slice, page, whole
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    for slug in "abcde":
        factories.certification(slug)
    return Certification.objects.order_by("slug")


def ask(rows, query: str = "", **part: int):
    request = RequestFactory().get(f"/api/v1/things?{query}")
    return page(request, rows, Slice(**part), lambda row: {"slug": row.slug})


def slugs(found) -> str:
    return "".join(item["slug"] for item in found["items"])


@pytest.mark.parametrize(
    ("part", "expected", "more"),
    [
        ({}, "abcde", None),
        ({"limit": 5}, "abcde", None),
        ({"limit": 2}, "ab", "limit=2&offset=2"),
        ({"limit": 2, "offset": 2}, "cd", "limit=2&offset=4"),
        ({"limit": 2, "offset": 4}, "e", None),
        ({"offset": 99}, "", None),
        ({"limit": 10**30, "offset": 10**30}, "", None),
    ],
)
def test_a_page_and_where_the_next_one_is(rows, part, expected, more):
    found = ask(rows, **part)

    assert slugs(found) == expected
    assert found["next"] == (more and f"http://testserver/api/v1/things?{more}")


@pytest.mark.parametrize("part", [{"limit": 0}, {"limit": -1}, {"offset": -1}])
def test_a_part_that_is_none_is_refused(rows, part):
    with pytest.raises(ValidationError):
        ask(rows, **part)


def test_the_next_page_asks_the_same_question(rows):
    found = ask(rows, "kind=a%26b&limit=2", limit=2)

    assert found["next"] == "http://testserver/api/v1/things?kind=a%26b&limit=2&offset=2"


def test_nobody_takes_everything_at_once():
    Certification.objects.bulk_create(Certification(slug=str(n), name=str(n)) for n in range(MOST + 1))

    assert len(ask(Certification.objects.order_by("slug"), limit=10**6)["items"]) == MOST


def test_a_list_that_fits_has_no_next():
    assert whole({"slug": slug} for slug in "ab") == {"items": [{"slug": "a"}, {"slug": "b"}], "next": None}
