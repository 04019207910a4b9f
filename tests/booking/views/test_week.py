"""The week's overview: a picture a day that says in words what it shows, and leads to the day."""

import re

import pytest

from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import LONG_AGO, span

pytestmark = pytest.mark.django_db


def cells(who, query: str = "day=2026-05-06") -> list[tuple[str, str, list[tuple[str, int, int]]]]:
    """Address, words and bars of each day."""
    told = sign_in(who).get(f"/planning/week/?{query}").content.decode()
    found = re.findall(r'<td><a href="([^"]*)" aria-label="([^"]*)"><svg[^>]*>(.*?)</svg>', told)
    bar = re.compile(r'<rect class="(\w+)" x="(\d+)" width="(\d+)"')
    return [(to, words, [(k, int(x), int(w)) for k, x, w in bar.findall(bars)]) for to, words, bars in found]


def test_a_week_begins_on_monday_and_each_day_leads_to_itself(alice, laser):
    found = cells(alice)

    assert [to for to, _words, _bars in found] == [
        f"/planning/?day=2026-05-{day:02}#laser-1" for day in range(4, 11)
    ]


def test_a_day_says_how_many_bookings_and_how_much_is_free(alice, laser):
    factories.booking(alice, laser, span(14, 16))
    factories.booking(factories.member("bob"), laser, span(16, 17))
    (_to, words, bars), *_others = cells(alice)

    assert words.endswith("2 bookings, 12 h free".replace(" h", "\u00a0h"))
    assert bars == [("mine", 84, 24), ("taken", 108, 12)]


def test_closed_and_broken_time_is_drawn_and_not_free(alice):
    bench = factories.resource("laser-1", zone=factories.zone("rfid", hours=(9, 20)))
    Outage.objects.create(resource=bench, starts_at=LONG_AGO, ends_at=span(9, 12).end)
    (_to, words, bars), *_others = cells(alice)

    assert words.endswith("0 bookings, 8\u00a0h free")
    assert bars == [("closed", 0, 24), ("closed", 156, 24), ("outage", 0, 60)]


def test_a_unit_that_is_left_is_free(alice):
    desk = factories.resource("laser-1", units=2)
    factories.booking(alice, desk, span(7, 22), unit=1)
    (_to, words, _bars), *_others = cells(alice)

    assert words.endswith("1 booking, 15\u00a0h free")


@pytest.mark.parametrize("query", ["day=garbage", "day=0001-01-01", "zone=moon"])
def test_an_address_that_makes_no_sense_shows_this_week(alice, laser, query):
    assert len(cells(alice, query)) == 7
