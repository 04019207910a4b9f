"""What a totem says to whoever has just badged beside it: in a second, for some seconds, to nobody else."""

from datetime import timedelta

import pytest

from booking.models import AccessEvent, Booking
from booking.queries.greeting import SHOWN, greeting
from lab.models import Totem
from tests import factories
from tests.booking.taps import ALICES, tap
from tests.booking.views.test_totem import english, text
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db
PAGE = "/totem/carrefour/greeting/"
SECOND = timedelta(seconds=1)


@pytest.fixture
def carrefour():
    zone = factories.zone("carrefour")
    factories.device("badge-carrefour", zone=zone, profile="presence-reader")
    return zone


@pytest.fixture
def camille():
    who = factories.member("camille", first_name="Camille", shows_name=True, language="en")
    factories.badge(who, ALICES)
    return who


@pytest.fixture
def screen(carrefour):
    row = Totem(zone=carrefour, label="Entrance")
    key = row.renew()
    row.save()
    client = english()
    client.get("/totem/carrefour/", {"key": key})
    return client


def test_who_comes_is_greeted_and_told_what_waits(camille, carrefour, screen):
    desk = factories.resource("desk", zone=carrefour, kind="desk")
    factories.booking(camille, desk, span(10, 11))

    tap("badge-carrefour")
    answer = screen.get(PAGE)

    assert answer.status_code == 200
    assert "Welcome, Camille" in text(answer)
    assert "You are checked in." in text(answer)
    assert [row.slug for row in answer.context["greeting"].next.resources] == ["desk"]
    assert "no-store" in answer["Cache-Control"]


def test_who_goes_is_seen_off_and_nothing_else_is_told(camille, carrefour, screen):
    factories.booking(camille, factories.resource("desk", zone=carrefour), span(15, 16))
    tap("badge-carrefour", now=NOW - SECOND)
    tap("badge-carrefour", "n-2")

    answer = screen.get(PAGE)

    assert "Goodbye, Camille" in text(answer)
    assert answer.context["greeting"].next is None


def test_a_name_stands_there_by_consent_only(camille, screen):
    camille.shows_name = False
    camille.save()
    tap("badge-carrefour")

    answer = text(screen.get(PAGE))

    assert "Welcome" in answer
    assert "Camille" not in answer


@pytest.mark.parametrize(("after", "status"), [(SHOWN - SECOND, 200), (SHOWN, 204), (-SECOND, 204)])
def test_it_is_news_for_some_seconds(camille, screen, after, status):
    tap("badge-carrefour", now=NOW - after)

    assert screen.get(PAGE).status_code == status


def test_the_seconds_that_are_left_are_told(camille, carrefour):
    tap("badge-carrefour")

    assert greeting(carrefour, now=NOW + 3 * SECOND).seconds == 5.0


@pytest.mark.parametrize("what", ["refused", "at a door", "elsewhere"])
def test_other_passages_are_nobody_s_business(camille, carrefour, screen, what):
    place = {"zone": carrefour} if what != "elsewhere" else {"zone": factories.zone("rfid-centre")}
    place |= {"door": factories.door("d", zone=carrefour)} if what == "at a door" else {}
    AccessEvent.objects.create(
        device=factories.device("other"),
        nonce="n",
        member=camille,
        granted=what != "refused",
        reason="welcome",
        tapped_at=NOW,
        decided_at=NOW,
        **place,
    )

    assert screen.get(PAGE).status_code == 204


def test_without_a_key_it_says_nothing(camille, carrefour):
    tap("badge-carrefour")

    assert english().get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("where", "hours", "said"),
    [
        ("rfid-centre", (14, 15), "In Rfid-Centre: badge in there."),
        ("reader", (14, 15), "Begin it with your badge at the machine."),
        ("carrefour", (14, 15), "Badge in here from 15 minutes before to check in."),
        ("carrefour", (34, 35), "Nothing is booked for you today."),
    ],
)
def test_the_next_booking_is_told_with_what_begins_it(camille, carrefour, screen, where, hours, said):
    zone = factories.zone(where) if where == "rfid-centre" else carrefour
    laser = factories.resource("laser-1", zone=zone)
    if where == "reader":
        factories.device("reader-laser-1", resource=laser, profile="machine-reader")
    booking = factories.booking(camille, laser, span(*hours))
    tap("badge-carrefour")

    answer = screen.get(PAGE)

    assert said in text(answer)
    assert Booking.objects.get() == booking
    assert Booking.objects.get().state == Booking.State.BOOKED
