"""Find a time: what one may really book comes first, and what isn't offered says why."""

import pytest

from booking.models import Booking
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import at, span

pytestmark = pytest.mark.django_db


def offers(answer) -> list[tuple[str, object]]:
    return [(offer.resources[0].slug, offer.span) for offer in answer.context["times"].offers]


@pytest.fixture
def printers(db):
    return [factories.resource(f"printer-{n}", kind="printer") for n in (1, 2)]


def test_the_sisters_of_a_kind_the_soonest_first(alice, printers):
    factories.booking(factories.member("bob"), printers[0], span(9, 13))

    answer = sign_in(alice).get("/find/?kind=printer&minutes=120")

    assert offers(answer) == [("printer-2", span(10, 12)), ("printer-1", span(13, 15))]


def test_an_offer_is_booked_with_one_press(alice, printers):
    client = sign_in(alice)
    page = client.get("/find/?kind=printer&minutes=60").content.decode()
    assert '<input type="hidden" name="starts_at" value="2026-05-04T10:00:00+02:00">' in page

    wish = {"resource": "printer-1", "starts_at": at(10).isoformat(), "ends_at": at(11).isoformat()}
    assert client.post("/book/", wish)["Location"] == "/me/"

    assert Booking.objects.get().span == span(10, 11)


def test_what_i_may_not_book_is_not_offered_and_says_why(alice, laser):
    factories.resource("laser-2", certification=factories.certification())

    answer = sign_in(alice).get("/find/?kind=machine&minutes=60")

    assert [slug for slug, _span in offers(answer)] == ["laser-1"]
    assert "You need the certification “laser training”" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("day=2026-05-07&part=afternoon", span(12, 13, day=3)),
        ("day=2026-05-07&at=15:00", span(15, 16, day=3)),
        ("part=evening", span(18, 19)),
        ("at=09:00", span(9, 10, day=1)),
        ("at=16:30", span(16.5, 17.5)),
    ],
)
def test_a_day_a_part_of_it_or_an_hour_is_looked_near_to(alice, laser, asked, found):
    answer = sign_in(alice).get(f"/find/?resource=laser-1&minutes=60&{asked}")

    assert offers(answer)[0] == ("laser-1", found)


def test_a_full_day_gives_the_nearest_other_days(alice, laser):
    factories.booking(factories.member("bob"), laser, span(0, 24, day=3))

    answer = sign_in(alice).get("/find/?resource=laser-1&minutes=60&day=2026-05-07&at=12:00")

    assert answer.context["elsewhere"] is True
    assert offers(answer)[0] == ("laser-1", span(0, 1, day=4))


def test_several_resources_are_found_all_at_once(alice, laser):
    desk = factories.resource("desk")
    factories.booking(factories.member("bob"), laser, span(10, 12))
    factories.booking(factories.member("eve"), desk, span(12.5, 14))

    (first, *_rest) = (
        sign_in(alice).get("/find/?resource=laser-1&also=desk&minutes=60").context["times"].offers
    )

    assert ([row.slug for row in first.resources], first.span) == (["laser-1", "desk"], span(14, 15))


def test_what_a_manager_approves_is_asked_for(alice):
    factories.resource(approval=True)

    page = sign_in(alice).get("/find/?resource=laser-1&minutes=60").content.decode()

    assert "a manager approves" in page
    assert "Ask for it" in page


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("minutes=7", "minutes"),
        ("minutes=60&day=2026-05-03", "day"),
        ("minutes=60&day=9999-12-31", "day"),
        ("minutes=60&kind=moon", "kind"),
        ("minutes=60&resource=moon", "resource"),
        ("minutes=60&resource=%00", "resource"),
        ("minutes=60&part=noon", "part"),
        ("minutes=60&at=25:99", "at"),
        ("minutes=60&" + "&".join(["resource=laser-1"] * 21), "resource"),
    ],
)
def test_a_question_that_makes_no_sense_is_asked_again(alice, laser, asked, field):
    answer = sign_in(alice).get(f"/find/?{asked}")

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])


def test_a_day_that_is_over_finds_nothing_and_says_so(alice, laser, clock):
    clock(at(23.9))

    page = sign_in(alice).get("/find/?minutes=60&day=2026-05-04&part=morning").content.decode()

    assert "Nothing fits" in page
