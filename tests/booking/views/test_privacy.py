"""Pages about what is kept: one's own, and for managers anybody's, which is noted."""

import pytest
from django.test import Client

from booking.models import Presence
from lab.models import Look, Member
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def charlie():
    return factories.manager("charlie")


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.mark.parametrize("path", ["/privacy/", "/privacy/sign/"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_everybody_reads_for_how_long(path, language):
    page = Client().get(path, headers={"accept-language": language})

    assert page.status_code == 200
    assert "90" in page.content.decode()


def test_strangers_have_no_papers(alice):
    for path in ("/me/data/", "/me/data/papers.json", "/manage/members/alice/data/"):
        assert Client().get(path).status_code == 302
    for path in ("/manage/members/alice/data/", "/manage/members/alice/papers.json"):
        assert signed_in(alice).get(path).status_code == 403


def test_one_takes_one_s_papers_along(alice):
    page = signed_in(alice).get("/me/data/papers.json")

    assert page.json()["account"]["username"] == "alice"
    assert page["Cache-Control"] == "no-store"
    assert "attachment" in page["Content-Disposition"]


def test_a_look_is_noted_once_a_day_and_shown(alice, charlie):
    manager = signed_in(charlie)
    for path in ("data/", "papers.json", ""):
        assert manager.get(f"/manage/members/alice/{path}").status_code == 200

    looks = Look.objects.order_by("what").values_list("by__username", "about__username", "what", "times")
    assert list(looks) == [("charlie", "alice", "data", 2), ("charlie", "alice", "member", 1)]
    assert "charlie" in signed_in(alice).get("/me/data/").content.decode()


def test_at_oneself_one_looks_freely(charlie):
    signed_in(charlie).get("/manage/members/charlie/data/")

    assert not Look.objects.exists()


def test_the_lists_of_people_are_noted(charlie):
    manager = signed_in(charlie)
    for path in ("/api/v1/access-events", "/api/v1/presence", "/api/v1/sessions"):
        assert manager.get(path).status_code == 200

    assert set(Look.objects.values_list("what", flat=True)) == {"passages", "presence", "sessions"}


def test_members_read_of_looks_at_lists_of_everybody(alice, charlie):
    Member.objects.update(date_joined=factories.LONG_AGO)
    signed_in(charlie).get("/api/v1/access-events")

    told = "une liste de tout le monde"
    assert told in signed_in(alice).get("/me/data/").content.decode()
    assert told not in signed_in(charlie).get("/me/data/").content.decode()


@pytest.mark.parametrize("typed", ["", "Alice", "bob"])
def test_a_wrong_name_erases_nobody(alice, typed):
    page = signed_in(alice).post("/me/data/", {"username": typed})

    assert page.status_code == 422
    assert Member.objects.filter(username="alice", is_active=True).exists()


def test_one_erases_oneself_and_is_signed_out(alice):
    client = signed_in(alice)

    assert client.post("/me/data/", {"username": "alice"}).status_code == 302
    assert client.get("/me/").status_code == 302
    assert not Member.objects.filter(username="alice").exists()


def test_a_manager_erases_a_member_and_not_a_manager(alice, charlie):
    manager = signed_in(charlie)
    manager.post("/manage/members/alice/data/", {"username": "alice"})
    manager.post("/manage/members/charlie/data/", {"username": "charlie"})

    assert set(Member.objects.values_list("username", flat=True)) == {f"erased-{alice.pk}", "charlie"}


def test_why_not_now_is_said_to_oneself_and_to_a_manager_of_somebody(alice, charlie):
    Presence.objects.create(member=alice, zone=factories.zone("hall"), since=NOW)

    own = signed_in(alice).get("/me/data/").context["hindered"]
    theirs = signed_in(charlie).get("/manage/members/alice/data/").context["hindered"]

    assert (len(own), len(theirs)) == (1, 1)
    assert own != theirs
