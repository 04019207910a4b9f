"""My badges: a new one by its code, a lost one blocked with one press and unblocked for a while."""

from datetime import timedelta

import pytest

from booking.models import Enrolment, Policy
from booking.rules.cards import Card
from lab.models import Badge
from tests import factories
from tests.booking.taps import tap
from tests.booking.views.conftest import sign_in
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def code():
    factories.device("door-1", door=factories.door())
    return tap("door-1", card=Card("ab" * 32, sealed="cd" * 32)).text[-7:]


def test_a_new_badge_waits_for_a_manager_and_is_shown_as_such(alice, code):
    wish = {"code": code, "kind": "fob", "label": "Keys"}
    answer = sign_in(alice).post("/me/badges/add/", wish, follow=True)

    assert words(answer) == ["Got it. A lab manager looks at it; you are told here and by mail."]
    assert Enrolment.objects.get().claimed_by == alice
    assert "Waiting for approval" in answer.content.decode()


def test_where_badges_work_at_once_it_is_there(alice, code):
    Policy.objects.create(pk=1, new_badges="automatic")

    answer = sign_in(alice).post("/me/badges/add/", {"code": code, "kind": "card", "label": ""}, follow=True)

    assert words(answer) == ["It is yours and opens from now on: card."]


def test_a_wrong_code_stays_in_the_form_with_what_to_do(alice, code):
    answer = sign_in(alice).post("/me/badges/add/", {"code": "CCC CCC", "kind": "card", "label": "Keys"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No card waits with this code" in page
    assert 'value="Keys"' in page


def test_nobody_makes_a_guest_badge_of_their_own(alice, code):
    assert sign_in(alice).post("/me/badges/add/", {"code": code, "kind": "guest"}).status_code == 422


def test_at_a_lab_with_a_desk_nothing_is_asked_for(alice):
    Policy.objects.create(pk=1, new_badges="desk")

    assert "/me/badges/add/" not in sign_in(alice).get("/me/").content.decode()


def test_a_lost_badge_is_blocked_with_a_way_back_for_a_while(alice, clock):
    mine, client = factories.badge(alice), sign_in(alice)

    answer = client.post(f"/me/badges/{mine.pk}/lost/", follow=True)
    assert words(answer) == ["Blocked: card. It opens nothing any more."]
    assert f'action="/me/badges/{mine.pk}/found/"' in answer.content.decode()
    assert words(client.post(f"/me/badges/{mine.pk}/lost/", follow=True)) == ["It is blocked already."]

    client.post(f"/me/badges/{mine.pk}/found/")
    assert Badge.objects.get().lost_at is None
    client.post(f"/me/badges/{mine.pk}/lost/")
    clock(NOW + timedelta(minutes=10))
    client.post(f"/me/badges/{mine.pk}/found/")
    assert Badge.objects.get().lost_at == NOW


@pytest.mark.parametrize("deed", ["lost", "found"])
@pytest.mark.parametrize("pk", [None, 999, 2**70])
def test_others_badges_are_not_there(alice, deed, pk):
    theirs = factories.badge(factories.member("bob"))

    assert sign_in(alice).post(f"/me/badges/{pk or theirs.pk}/{deed}/").status_code == 404
    assert Badge.objects.get().lost_at is None
