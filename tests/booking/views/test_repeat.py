"""A wish that repeats, as a page: its dates are shown first, decided one by one, then booked together."""

import re

import pytest

from booking.models import Booking, Series
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import at, span

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
MONDAYS = {"repeat-every": "week", "repeat-ends": "times", "repeat-times": "3"}


def wish(**more):
    told = {"starts_at": "2026-05-04T14:00", "ends_at": "2026-05-04T15:00", "purpose": "Cours"}
    return {"resource": "laser-1", **told, **MONDAYS} | more


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def choices(page: str, *, of: str) -> list[str]:
    """The values that may be chosen for a date."""
    return re.findall(rf'<option value="({re.escape(of)}[^"]*)"', page)


@pytest.fixture
def client(alice):
    return sign_in(alice)


def looked_at(client, **more) -> dict[str, object]:
    """The wish once its dates were shown."""
    page = client.post("/book/", wish(**more)).content.decode()
    return wish(**more) | {"seen": seen(page)}


def test_the_form_offers_to_repeat(client, laser):
    page = client.get("/book/?resource=laser-1").content.decode()

    assert '<option value="fortnight">Every 2 weeks</option>' in page
    assert "repeat-days" in page


def test_the_dates_are_shown_before_anything_is_booked(client, laser):
    answer = client.post("/book/", wish())
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "Every Monday, 3 times, until Monday 18 May 2026" in page
    assert "3 dates, and all of them fit." in page
    assert page.count('name="resolve"') == 3
    assert not Booking.objects.exists()


def test_what_was_seen_is_booked_and_shown_on_its_page(client, laser):
    answer = client.post("/book/", looked_at(client))

    series = Series.objects.get()
    assert answer["Location"] == f"/series/{series.pk}/"
    assert [row.span for row in series.bookings.all()] == [span(14, 15, day=day) for day in (0, 7, 14)]
    page = client.get(answer["Location"]).content.decode()
    assert "Every Monday, 3 times, until Monday 18 May 2026." in page
    assert "Booked: laser-1, every Monday, 3 times" in page
    assert page.count('data-state="booked"') == 3


def test_inside_a_dialog_the_page_is_told_where_to_go(client, laser):
    answer = client.post("/book/", looked_at(client), **HTMX)

    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/series/{Series.objects.get().pk}/")


@pytest.mark.parametrize("change", [{"starts_at": "2026-05-04T13:00"}, {"repeat-times": "4"}])
def test_what_was_changed_since_is_shown_again(client, laser, change):
    answer = client.post("/book/", looked_at(client) | change)

    assert answer.status_code == 200
    assert not Booking.objects.exists()


def test_a_look_at_the_dates_books_nothing(client, laser):
    told = looked_at(client)

    assert client.post("/book/", told | {"look": "1"}).status_code == 200
    assert client.post("/book/repeat/", told).status_code == 200
    assert not Booking.objects.exists()


def test_conflicts_are_told_and_decided_one_by_one(client, laser):
    for day in (7, 14):
        factories.booking(factories.member(f"bob-{day}"), laser, span(14, 15, day=day))

    told = looked_at(client)
    refused = client.post("/book/", told)
    page = refused.content.decode()

    assert refused.status_code == 422
    assert "2 of 3 dates do not fit. Decide what becomes of each." in page
    assert "Somebody has this time already" in page
    first, second = (choices(page, of=f"2026-05-{day}T14:00") for day in (11, 18))
    assert first[-1] == "2026-05-11T14:00:00+02:00|skip"
    resolve = [first[-1], second[0]]
    assert client.post("/book/", told | {"resolve": resolve}).status_code == 302
    elsewhere = second[0].split("|")[1]
    assert [
        row.starts_at.astimezone(factories.PARIS).isoformat() for row in Booking.objects.exclude(series=None)
    ] == [
        at(14).isoformat(),
        elsewhere,
    ]


def test_a_choice_is_judged_and_kept_while_one_decides(client, laser):
    factories.booking(factories.member("bob"), laser, span(14, 15, day=7))
    page = client.post("/book/repeat/", wish()).content.decode()
    other = choices(page, of="2026-05-11T14:00")[0]

    again = client.post("/book/repeat/", wish(resolve=[other])).content.decode()

    assert f'<option value="{other}" selected>' in again
    assert "3 dates, and all of them fit." in again


def test_a_free_date_is_left_out_by_a_tick(client, laser):
    out = "2026-05-11T14:00:00+02:00|out"
    told = looked_at(client, resolve=[out])

    page = client.post("/book/repeat/", told).content.decode()
    client.post("/book/", told)

    assert f'value="{out}" checked' in page
    assert [row.span for row in Booking.objects.all()] == [span(14, 15), span(14, 15, day=14)]


@pytest.mark.parametrize(
    "resolve",
    ["", "|", "nonsense|skip", "2026-05-11T14:00:00+02:00", "2026-05-11T14:00:00+02:00|x|y|z", "\0|skip|" * 5,
     "2026-05-11T14:00:00+02:00|2026-05-11T16:00:00+02:00|2026-05-11T15:00:00+02:00|laser-1",
     "2026-05-11T14:00:00+02:00|2026-05-11T16:00:00+02:00|2026-05-11T17:00:00+02:00|moon",
     "2026-05-12T14:00:00+02:00|skip", "2026-05-11T14:00:00|skip"],
)  # fmt: skip
def test_a_choice_that_makes_no_sense_counts_as_none(client, laser, resolve):
    client.post("/book/", looked_at(client, resolve=[resolve]))

    assert Booking.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"repeat-times": ""}, "Say how many times."),
        ({"repeat-times": "0"}, "greater than or equal to 1"),
        ({"repeat-times": "9999"}, "less than or equal to 366"),
        ({"repeat-ends": "until"}, "Say on which day it ends."),
        ({"repeat-ends": "until", "repeat-until": "yesterday"}, "Enter a valid date."),
        ({"repeat-ends": "until", "repeat-until": "2020-01-01"}, "No day fits this repetition"),
        ({"repeat-ends": "until", "repeat-until": "9999-12-31"}, "A series lasts 2 years at most"),
        ({"repeat-every": "hour"}, "Select a valid choice."),
        ({"repeat-days": ["XX"]}, "Select a valid choice."),
        ({"ends_at": "2026-05-04T13:00"}, "The end must come after the start."),
    ],
)
def test_what_makes_no_sense_is_said(client, laser, change, words):
    answer = client.post("/book/", wish(**change))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ({"repeat-every": "day"}, "FREQ=DAILY;COUNT=3"),
        ({"repeat-every": "workday"}, "FREQ=WEEKLY;COUNT=3;BYDAY=MO,TU,WE,TH,FR"),
        ({"repeat-days": ["TH", "MO"]}, "FREQ=WEEKLY;COUNT=3;BYDAY=MO,TH"),
        ({"repeat-every": "fortnight"}, "FREQ=WEEKLY;INTERVAL=2;COUNT=3"),
        ({"repeat-every": "month"}, "FREQ=MONTHLY;COUNT=3"),
        ({"repeat-every": "weekday"}, "FREQ=MONTHLY;COUNT=3;BYDAY=1MO"),
        (
            {"repeat-ends": "until", "repeat-until": "2026-05-18"},
            "FREQ=WEEKLY;UNTIL=20260518T215959Z",
        ),
    ],
)
def test_what_people_choose_becomes_a_rule(client, laser, told, rule):
    client.post("/book/", looked_at(client, **told))

    assert Series.objects.get().rule == rule


def test_the_fifth_weekday_is_the_last(client, laser):
    told = {"starts_at": "2026-05-29T14:00", "ends_at": "2026-05-29T15:00", "repeat-every": "weekday"}

    client.post("/book/", looked_at(client, **told))

    assert Series.objects.get().rule == "FREQ=MONTHLY;COUNT=3;BYDAY=-1FR"


def test_what_needs_approval_says_so(client):
    factories.resource(approval=True)

    page = client.post("/book/repeat/", wish()).content.decode()

    assert page.count("To be approved") == 3
    assert "data-asks" in page


def test_a_manager_sets_a_rule_aside_for_every_date(charlie):
    factories.resource(zone=factories.zone("atelier", hours=(9, 12)))
    client = sign_in(charlie)
    told = looked_at(client)
    page = client.post("/book/", told).content.decode()

    assert 'name="series_override" value="closed"' in page
    assert client.post("/book/", told | {"series_override": ["closed"]}).status_code == 422
    aside = {"series_override": ["closed"], "series_reason": "Portes ouvertes"}
    assert client.post("/book/", told | aside).status_code == 302
    assert Booking.objects.count() == 3


def test_a_maker_sets_nothing_aside(client):
    factories.resource(zone=factories.zone("atelier", hours=(9, 12)))
    aside = {"series_override": ["closed"], "series_reason": "Moi"}

    assert client.post("/book/", looked_at(client) | aside).status_code == 422
    assert not Booking.objects.exists()


def test_undo_takes_all_of_it_back(client, laser):
    page = client.post("/book/", looked_at(client), follow=True).content.decode()
    undo = re.search(r'action="(/series/\d+/cancel/)"', page)[1]

    client.post(undo)

    assert {row.state for row in Booking.objects.all()} == {"cancelled"}


def test_of_a_repetition_the_first_date_alone_is_no_verdict(client, laser, bob):
    factories.booking(bob, laser, span(14, 15, day=7))

    page = client.post("/book/", wish()).content.decode()
    judged = client.post("/book/check/", wish(), **HTMX).content.decode()
    once = client.post("/book/check/", wish(**{"repeat-every": ""}), **HTMX).content.decode()

    assert "1 of 3 dates does not fit." in page
    assert ["Free, and within the rules" in said for said in (page, judged, once)] == [False, False, True]


def test_a_first_date_that_does_not_fit_leaves_the_decision_to_the_dates(client, laser, bob):
    factories.booking(bob, laser, span(14, 15))

    page = client.post("/book/", wish()).content.decode()

    assert "The date above does not fit" in page
    assert "This cannot be booked" not in page
