"""Requests before a manager: by date, rivals side by side, yes and no with words."""

import pytest

from booking.models import Booking, Notice
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def studio(db):
    return factories.resource("studio", approval=True)


def asks(who, what, when, **more) -> Booking:
    return factories.booking(who, what, when, state="requested", standing=False, **more)


@pytest.fixture
def bob(db):
    return factories.member("bob", first_name="Bob")


def groups(who) -> list[list[str]]:
    found = sign_in(who).get("/manage/requests/").context["groups"]
    return [[one["request"].booking.member.username for one in group] for group in found]


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_they_are_for_managers(client, alice, studio):
    assert client.get("/manage/requests/").status_code == 302
    assert sign_in(alice).get("/manage/requests/").status_code == 403
    asked = asks(alice, studio, span(14, 16))
    for deed in ("approve", "decline"):
        assert sign_in(alice).post(f"/manage/requests/{asked.pk}/{deed}/").status_code == 403


def test_rivals_stand_side_by_side_and_the_first_comes_first(alice, bob, charlie, studio):
    eve = factories.member("eve")
    asks(eve, studio, span(9, 10, day=2))
    asks(alice, studio, span(14, 16, day=1))
    asks(bob, studio, span(17, 18, day=1))
    asks(eve, studio, span(15, 17.5, day=1))  # who wants some of both

    assert groups(charlie) == [["alice", "eve", "bob"], ["eve"]]


def test_of_several_resources_one_in_common_makes_rivals(alice, bob, charlie, studio):
    booth = factories.resource("booth", approval=True)
    both = asks(alice, studio, span(14, 16))
    both.claims.create(
        unit=booth.units.get(), blocked_from=both.starts_at, blocked_until=both.ends_at, standing=False
    )
    asks(bob, booth, span(15, 16))

    assert groups(charlie) == [["alice", "bob"]]


def test_what_is_over_waits_no_longer(alice, charlie, studio, clock):
    asks(alice, studio, span(11, 12))
    clock(at(13))

    assert "No request waits" in sign_in(charlie).get("/manage/requests/").content.decode()


def test_what_speaks_against_one_by_now_is_told(alice, charlie):
    laser = factories.resource(approval=True, certification=factories.certification())
    asks(alice, laser, span(14, 16))

    assert (
        "Alice Martin needs the certification" in sign_in(charlie).get("/manage/requests/").content.decode()
    )


def test_of_a_time_that_is_gone_it_is_told_who_has_it_and_yes_is_not_offered(alice, bob, charlie, studio):
    asked = asks(alice, studio, span(14, 16))
    taken = factories.booking(bob, studio, span(15, 17))

    page = sign_in(charlie).get("/manage/requests/").content.decode()

    assert f'Taken meanwhile: <a href="/bookings/{taken.pk}/">Bob, today 15:00–17:00</a>' in page
    assert f"/manage/requests/{asked.pk}/approve/" not in page
    assert '<details class="more" open>' in page


def test_of_a_time_that_is_free_yes_is_offered(alice, bob, charlie, studio):
    asked = asks(alice, studio, span(14, 16))
    factories.booking(bob, studio, span(16, 17))

    page = sign_in(charlie).get("/manage/requests/").content.decode()

    assert "Taken meanwhile" not in page
    assert f"/manage/requests/{asked.pk}/approve/" in page


def test_how_many_wait_stands_in_the_navigation_and_on_the_board(alice, charlie, studio):
    asks(alice, studio, span(14, 16))

    for path in ("/", "/dashboard/"):
        assert '<span class="badge-count">1<span class="sr-only"> waiting</span></span>' in (
            sign_in(charlie).get(path).content.decode()
        )
    assert "1 request to decide" in sign_in(charlie).get("/dashboard/").content.decode()
    assert "badge-count" not in sign_in(alice).get("/").content.decode()


def test_yes_books_it_and_tells_that_others_still_wait(alice, bob, charlie, studio):
    first, other = asks(alice, studio, span(14, 16)), asks(bob, studio, span(15, 17))

    answer = sign_in(charlie).post(f"/manage/requests/{first.pk}/approve/", follow=True)

    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {first.pk: "booked", other.pk: "requested"}
    assert words(answer) == [
        "Approved: Alice Martin, studio, today 14:00–16:00. 1 other request for that time still waits."
    ]


def test_yes_may_say_no_to_the_others_in_the_same_step(alice, bob, charlie, studio):
    first, other = asks(alice, studio, span(14, 16)), asks(bob, studio, span(15, 17))
    elsewhere = asks(bob, studio, span(18, 19))

    answer = sign_in(charlie).post(f"/manage/requests/{first.pk}/approve/", {"rivals": "1"}, follow=True)

    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {first.pk: "booked", other.pk: "declined", elsewhere.pk: "requested"}
    assert "1 other request declined." in words(answer)[0]
    assert Notice.objects.get(member=bob, kind="declined").data["reason"] == "Somebody else got this time."


def test_no_is_told_with_its_reason(alice, charlie, studio):
    asked = asks(alice, studio, span(14, 16))

    answer = sign_in(charlie).post(
        f"/manage/requests/{asked.pk}/decline/", {"reason": " Open\0 day "}, follow=True
    )

    asked.refresh_from_db()
    assert asked.state == "declined"
    assert Notice.objects.get(member=alice, kind="declined").data["reason"] == "Open day"
    assert words(answer) == ["Declined: Alice Martin, studio. They hear of it by mail."]


def test_a_time_that_is_gone_by_now_is_not_approved(alice, bob, charlie, studio):
    asked = asks(alice, studio, span(14, 16))
    factories.booking(bob, studio, span(15, 17))

    answer = sign_in(charlie).post(f"/manage/requests/{asked.pk}/approve/", follow=True)

    asked.refresh_from_db()
    assert asked.state == "requested"
    assert words(answer) == ["Not approved: somebody else has this time by now."]


@pytest.mark.parametrize("deed", ["approve", "decline"])
def test_what_is_decided_or_not_there_is_not_decided_again(alice, charlie, studio, deed):
    gone = factories.booking(alice, studio, span(14, 16), state="cancelled", standing=False)
    client = sign_in(charlie)

    assert words(client.post(f"/manage/requests/{gone.pk}/{deed}/", follow=True)) == [
        "It waits for no decision: somebody decided it, or it was taken back. Load the list anew."
    ]
    for pk in (0, 2**63):
        assert client.post(f"/manage/requests/{pk}/{deed}/").status_code == 404
    assert client.get(f"/manage/requests/{gone.pk}/{deed}/").status_code == 405
