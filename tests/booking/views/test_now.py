"""Home: what is free comes first, gates are told before calendars, the finder finds."""

import pytest

from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import LONG_AGO, NOW, span

pytestmark = pytest.mark.django_db


def cards(answer) -> list[tuple[str, str]]:
    return [(card.resource.slug, card.state) for card in answer.context["cards"]]


def test_what_is_free_comes_first_and_what_is_broken_last(alice, laser):
    factories.resource("bench-1", kind="bench")
    Outage.objects.create(resource=laser, starts_at=LONG_AGO)
    taken = factories.resource("cnc-1")
    factories.booking(factories.member("bob"), taken, span(9, 12))

    assert cards(sign_in(alice).get("/")) == [
        ("bench-1", "free"),
        ("cnc-1", "reserved"),
        ("laser-1", "out_of_order"),
    ]


def test_kinds_filter_and_count(alice, laser):
    factories.resource("printer-1", kind="printer")
    answer = sign_in(alice).get("/?only=printer")

    assert cards(answer) == [("printer-1", "free")]
    assert [(kind, count) for kind, _, count in answer.context["kinds"]] == [("machine", 1), ("printer", 1)]


def test_the_missing_certification_stands_on_the_card_instead_of_the_button(alice):
    laser = factories.resource(certification=factories.certification())
    page = sign_in(alice).get("/").content.decode()
    assert "“laser training” needed" in page
    assert 'hx-get="/book/?resource=laser-1' not in page

    factories.award(alice, laser.certification)
    assert 'hx-get="/book/?resource=laser-1' in sign_in(alice).get("/").content.decode()


def test_names_of_users_are_for_managers(alice, charlie, laser):
    bob = factories.member("bob", first_name="Bob", last_name="Secret")
    bob.sessions.create(resource=laser, started_at=NOW)

    assert "Bob Secret" not in sign_in(alice).get("/").content.decode()
    assert "Bob Secret" in sign_in(charlie).get("/").content.decode()


def test_the_finder_asks_the_page_that_finds(alice, laser):
    page = sign_in(alice).get("/").content.decode()

    assert '<form class="finder" method="get" action="/find/">' in page


@pytest.mark.parametrize("asked", ["only=moon", "only=<script>", "only=%00"])
def test_a_question_that_makes_no_sense_still_gives_everything(alice, laser, asked):
    assert cards(sign_in(alice).get(f"/?{asked}")) == [("laser-1", "free")]


def test_an_empty_lab_says_so(alice):
    assert "No resource here yet" in sign_in(alice).get("/").content.decode()
