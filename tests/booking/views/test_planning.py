"""The planning of a day: bars in five-minute places, names private, days of 23 and 25 hours right."""

import pytest

from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import LONG_AGO, NOW, span

pytestmark = pytest.mark.django_db


def lane(answer, slug: str = "laser-1"):
    return next(lane for _, lanes in answer.context["groups"] for lane in lanes if lane.resource.slug == slug)


def looks(answer) -> list[tuple[str, int, int, str]]:
    return [(bar.look, bar.first, bar.length, bar.text) for bar in lane(answer).bars]


def test_bars_stand_in_five_minute_places(alice, laser):
    factories.booking(alice, laser, span(14, 15.5))
    answer = sign_in(alice).get("/planning/?day=2026-05-04")

    assert looks(answer) == [("mine", 168, 18, "Yours")]
    assert 'class="bar mine s168 d18 moves-all"' in answer.content.decode()


def test_others_are_named_by_consent_or_to_managers(alice, charlie, laser):
    factories.booking(factories.member("bob", first_name="Bob"), laser, span(10, 11))
    factories.booking(factories.member("eve", first_name="Eve", shows_name=True), laser, span(11, 12))

    assert [bar[3] for bar in looks(sign_in(alice).get("/planning/?day=2026-05-04"))] == ["Taken", "Eve"]
    assert [bar[3] for bar in looks(sign_in(charlie).get("/planning/?day=2026-05-04"))] == ["Bob", "Eve"]


def test_every_greyed_hour_says_why(alice):
    place = factories.zone("rfid", hours=(9, 20))
    bench = factories.resource("laser-1", zone=place)
    Outage.objects.create(resource=bench, starts_at=LONG_AGO)
    why = [bar.why for bar in lane(sign_in(alice).get("/planning/?day=2026-05-04")).bars]

    assert why == [
        "Closed 00:00–09:00.",
        "Closed 20:00–midnight.",
        "Out of order since Wednesday 1 January 2020, at least until the end of the day.",
    ]


def test_units_have_rows_of_their_own_and_what_holds_for_all_is_drawn_once(alice):
    desk = factories.resource("laser-1", units=3, zone=factories.zone("hall", hours=(9, 20)))
    factories.booking(alice, desk, span(9, 12), unit=2)
    bars = lane(sign_in(alice).get("/planning/?day=2026-05-04")).bars

    assert [(bar.look, bar.unit) for bar in bars] == [("closed", None), ("closed", None), ("mine", 2)]


def test_what_is_left_of_today_is_told_as_text(alice, laser):
    factories.booking(alice, laser, span(14, 15))
    free = lane(sign_in(alice).get("/planning/?day=2026-05-04")).free

    assert free == [factories.Span(NOW, span(14, 15).start), span(15, 24)]
    assert lane(sign_in(alice).get("/planning/?day=2026-05-03")).free == []


@pytest.mark.parametrize(("day", "slots"), [("2026-03-29", 276), ("2026-05-04", 288), ("2026-10-25", 300)])
def test_a_whole_day_has_as_many_places_as_it_has_minutes(alice, laser, day, slots):
    answer = sign_in(alice).get(f"/planning/?day={day}&hours=all")

    assert (answer.context["first"], answer.context["shown"]) == (0, slots)


def test_the_usual_hours_widen_with_the_spaces_that_open_earlier(alice):
    factories.resource("early", zone=factories.zone("early", hours=(6, 18)))
    answer = sign_in(alice).get("/planning/?day=2026-05-04")

    assert (answer.context["first"], answer.context["shown"]) == (6 * 12, 14 * 12)


@pytest.mark.parametrize("asked", ["day=garbage", "day=2026-02-31", "day=0001-01-01", "zone=moon", "hours=x"])
def test_an_address_that_makes_no_sense_shows_today(alice, laser, asked):
    answer = sign_in(alice).get(f"/planning/?{asked}")

    assert (answer.status_code, answer.context["day"].date) == (200, factories.MONDAY)


def test_the_grid_has_one_tab_stop(alice, laser):
    factories.resource("laser-2")
    page = sign_in(alice).get("/planning/").content.decode()

    assert page.count('role="gridcell" tabindex="0"') == 1
    assert page.count('role="gridcell" tabindex="-1"') == 1


class TestRequests:
    def ask(self, who, laser):
        return factories.booking(who, laser, span(14, 16), state="requested", standing=False)

    def test_ones_own_stands_in_the_planning_and_leads_to_its_page(self, alice, laser):
        asked = self.ask(alice, laser)
        answer = sign_in(alice).get("/planning/?day=2026-05-04")

        assert looks(answer) == [("asked", 168, 24, "Asked for")]
        assert f'href="/bookings/{asked.pk}/"' in answer.content.decode()

    def test_those_of_others_are_for_managers(self, alice, charlie, laser):
        self.ask(factories.member("bob", first_name="Bob"), laser)

        assert looks(sign_in(alice).get("/planning/?day=2026-05-04")) == []
        assert looks(sign_in(charlie).get("/planning/?day=2026-05-04")) == [("asked", 168, 24, "Bob")]

    def test_they_leave_the_time_free(self, alice, laser):
        self.ask(alice, laser)

        assert lane(sign_in(alice).get("/planning/?day=2026-05-04")).free == [span(10, 24)]


def test_what_is_held_for_me_says_until_when(alice, laser):
    factories.booking(alice, laser, span(14, 16), state="held", held_until=span(11, 12).start)
    (bar,) = lane(sign_in(alice).get("/planning/?day=2026-05-04")).bars

    assert (bar.look, bar.why) == ("mine held", "Held for you 14:00–16:00; take it until 11:00.")
