"""A seat in a training with one press, from the certification's page and the resource's."""

from datetime import timedelta

import pytest

from lab.models import Training
from tests import factories
from tests.factories import NOW, at
from tests.lab.views.conftest import sign_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def training(db: None) -> Training:
    return Training.objects.create(
        certification=factories.certification(), starts_at=at(14, day=2), seats=1, place="Fablab"
    )


@pytest.mark.parametrize("page", ["/certifications/laser/", "/resources/laser-1/"])
def test_one_press_takes_a_seat_and_another_gives_it_back(alice, training, page):
    factories.resource(certification=training.certification)
    client = sign_in(alice)
    assert f'action="/trainings/{training.pk}/join/"' in client.get(page).content.decode()
    answer = client.post(
        f"/trainings/{training.pk}/join/", HTTP_REFERER=f"http://testserver{page}", follow=True
    )

    assert words(answer) == ["You have a seat: laser training, Wednesday 6 May 14:00–16:00."]
    assert answer.request["PATH_INFO"] == page
    assert list(training.attendees.all()) == [alice]
    client.post(f"/trainings/{training.pk}/leave/")
    assert training.taken.count() == 0


def test_who_comes_late_is_told_what_to_do(alice, training):
    training.taken.create(member=factories.member("bob"), number=1)
    client = sign_in(alice)

    assert words(client.post(f"/trainings/{training.pk}/join/", follow=True)) == [
        "Every seat is taken; choose another session."
    ]
    Training.objects.update(starts_at=NOW - timedelta(minutes=1))
    for act in ("join", "leave"):
        assert words(client.post(f"/trainings/{training.pk}/{act}/", follow=True)) == [
            "This session has begun; choose another one."
        ]


def test_who_is_suspended_takes_no_seat(training):
    client = sign_in(factories.member("mallory", suspended=True, language="en"))

    assert words(client.post(f"/trainings/{training.pk}/join/", follow=True)) == [
        "Your access is suspended; ask a lab manager."
    ]
    assert training.taken.count() == 0


@pytest.mark.parametrize("act", ["join", "leave"])
def test_reading_an_address_changes_nothing_and_strangers_sign_in(client, alice, training, act):
    assert sign_in(alice).get(f"/trainings/{training.pk}/{act}/").status_code == 405
    assert "login" in client.post(f"/trainings/{training.pk}/{act}/")["Location"]
    assert training.taken.count() == 0


def test_the_page_says_what_one_holds_and_what_it_opens(alice, training):
    factories.resource(certification=training.certification)
    client = sign_in(alice)
    assert "You do not hold this certification yet" in client.get("/certifications/laser/").content.decode()

    factories.award(alice, training.certification, expires_at=at(0, day=30))
    page = client.get("/certifications/laser/").content.decode()
    assert "You hold it until 3 June 2026." in page
    assert 'href="/resources/laser-1/"' in page
