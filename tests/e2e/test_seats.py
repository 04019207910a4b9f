"""Twelve members press for four seats at once: four sit, each on a seat of their own, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from lab.models import Member, Seat, Training
from tests import factories
from tests.site import Site, at_once, site_on

MEMBERS, SEATS, ROUNDS = 12, 4, 3
TOKEN = "t" * 32
SERVER = pytest.mark.server("postgresql")


def rows() -> list[str]:
    """Trainings to come, and the sessions of members who are signed in."""
    skill = factories.certification()
    for number in range(ROUNDS):
        starts_at = timezone.now() + timedelta(days=number + 1)
        Training.objects.create(certification=skill, starts_at=starts_at, seats=SEATS)
    return [_signed_in(factories.member(f"member-{n}")) for n in range(MEMBERS)]


def trainings() -> list[int]:
    return list(Training.objects.values_list("pk", flat=True))


def seats(training: int) -> list[int]:
    """The numbers of the seats that are taken, each with its own member."""
    taken = Seat.objects.filter(training=training)
    assert taken.values("member").distinct().count() == taken.count()
    return list(taken.order_by("number").values_list("number", flat=True))


def _signed_in(member: Member) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(member.pk), member.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return session.session_key


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=SERVER)])
def lab(request) -> Iterator[tuple[Site, list[str]]]:
    with site_on(request.param) as found:
        yield found, found.do(rows)


def press(port: int, session: str, training: int, act: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    cookie = f"sessionid={session}; csrftoken={TOKEN}"
    connection.request(
        "POST", f"/trainings/{training}/{act}/", headers={"Cookie": cookie, "X-CSRFToken": TOKEN}
    )
    return connection.getresponse().status


def test_never_more_sit_than_there_are_seats(lab):
    found, sessions = lab
    for training in found.do(trainings):
        answers = at_once([partial(press, found.port, session, training, "join") for session in sessions])

        assert set(answers) == {302}
        assert found.do(seats, training) == list(range(1, SEATS + 1))


def test_one_member_who_presses_often_has_one_seat(lab):
    found, sessions = lab
    training = found.do(trainings)[0]
    at_once([partial(press, found.port, session, training, "leave") for session in sessions])
    assert found.do(seats, training) == []

    at_once([partial(press, found.port, sessions[0], training, "join") for _ in range(MEMBERS)])
    assert found.do(seats, training) == [1]
