"""A booking's page: what it is, what became of it, and what may still be done with it."""

import pytest

from booking import actions
from booking.models import Booking, Change
from lab.models import Link, Tariff
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(alice, laser) -> Booking:
    return actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 16), purpose="Lampe", now=NOW
    )


def page(who, booking) -> str:
    answer = sign_in(who).get(f"/bookings/{booking.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def may(who, booking) -> set[str]:
    found = sign_in(who).get(f"/bookings/{booking.pk}/").context["may"]
    return {deed for deed, allowed in found.items() if allowed}


def test_it_says_what_when_and_in_which_state(alice, laser, booking):
    laser.tariff = Tariff.objects.create(slug="day", name="Jour", credits_per_hour=3)
    laser.save()
    told = page(alice, booking)

    for words in ("laser-1", "14:00–16:00", "Lampe", "Booked", "about 6 credits", "Alice Martin made it."):
        assert words in told
    assert f'href="/bookings/{booking.pk}.ics"' in told


def test_it_says_which_copy_it_is_and_what_comes_with_it(alice, laser):
    desk = factories.resource("desk", units=3, name="Desk")
    kit = factories.resource("drill", kind="kit", name="Drill kit")
    Link.objects.create(resource=laser, also=kit, why=Link.Why.KIT)
    made = actions.book(member=alice, by=alice, resources=[laser, desk], span=span(14, 16), now=NOW)

    told = page(alice, made)
    assert "Desk 1" in told
    assert "Drill kit" in told


def test_it_is_for_its_member_and_for_managers(client, charlie, booking):
    path = f"/bookings/{booking.pk}/"

    assert client.get(path).status_code == 302
    assert sign_in(factories.member("mallory")).get(path).status_code == 404
    assert "Alice Martin" in page(charlie, booking)
    assert sign_in(charlie).get(f"/bookings/{2**63}/").status_code == 404


def test_history_is_told_in_sentences(alice, charlie, laser, booking):
    desk = factories.resource("desk", name="Desk")
    actions.move(booking=booking, span=span(15, 17), by=alice, now=NOW, resources=[desk])
    override = actions.Override.by(charlie, ["too_long"], "Exam")
    actions.move(booking=booking, span=span(15, 18), by=charlie, now=NOW, override=override)
    actions.hand_over(booking=booking, to=factories.member("bob"), by=charlie, now=NOW)
    actions.cancel(booking=booking, by=charlie, now=NOW, reason="Open day")

    lines = [
        (line.words, line.reason)
        for line in sign_in(charlie).get(f"/bookings/{booking.pk}/").context["story"]
    ]
    assert set(lines) == {
        ("Alice Martin made it.", ""),
        ("Alice Martin changed it. Before: laser-1, today 14:00–16:00.", ""),
        ("charlie changed it. Before: Desk, today 15:00–17:00. Set aside: « Too long ».", "Exam"),
        ("charlie handed it over. It was Alice Martin’s.", ""),
        ("charlie cancelled it.", "Open day"),
    }


@pytest.mark.parametrize("what", Change.What.values)
def test_every_change_has_a_sentence(alice, booking, what):
    booking.changes.create(what=what, at=NOW)

    newest = sign_in(alice).get(f"/bookings/{booking.pk}/").context["story"]
    assert any(line.words and "{" not in line.words for line in newest if line.at == NOW)


class TestWhatMayBeDone:
    def test_long_before(self, alice, booking):
        assert may(alice, booking) == {"change", "cancel", "hand_over", "charge"}

    def test_shortly_before_one_says_that_one_is_here(self, alice, booking, clock):
        clock(at(13.8))
        assert may(alice, booking) == {"change", "cancel", "hand_over", "arrive", "charge"}

        sign_in(alice).post(f"/bookings/{booking.pk}/arrive/")
        booking.refresh_from_db()
        assert booking.state == "checked_in"

    def test_where_a_reader_stands_the_badge_says_it(self, alice, laser, booking, clock):
        factories.device("reader-1", profile="machine-reader", resource=laser)
        clock(at(13.8))
        assert "arrive" not in may(alice, booking)

        answer = sign_in(alice).post(f"/bookings/{booking.pk}/arrive/", follow=True)
        booking.refresh_from_db()
        assert booking.state == "booked"
        assert "Tap your badge at the reader" in answer.content.decode()

    def test_under_way(self, alice, booking, clock):
        actions.arrive(booking=booking, now=at(14))
        clock(at(15))
        assert may(alice, booking) == {"change", "finish", "hand_over", "charge"}

    def test_a_manager_may_cancel_it_then_too(self, charlie, booking, clock):
        clock(at(15))
        assert "cancel" in may(charlie, booking)

    def test_when_it_is_over(self, alice, booking, clock):
        clock(at(17))
        assert may(alice, booking) == {"again", "charge"}

    def test_a_change_is_taken_back_from_here(self, alice, booking):
        actions.move(booking=booking, span=span(18, 19), by=alice, now=NOW)
        assert "undo" in may(alice, booking)

        sign_in(alice).post(f"/bookings/{booking.pk}/again/")
        booking.refresh_from_db()
        assert booking.span == span(14, 16)


class TestLonger:
    def steps(self, who, booking) -> list[int]:
        return sign_in(who).get(f"/bookings/{booking.pk}/").context["extensions"]

    def test_by_every_step_that_is_free(self, alice, laser, booking):
        assert self.steps(alice, booking) == [15, 30, 60, 120]
        factories.booking(factories.member("bob"), laser, span(17, 18))
        assert self.steps(alice, booking) == [15, 30, 60]

    def test_by_none_when_somebody_is_next(self, alice, laser, booking):
        factories.booking(factories.member("bob"), laser, span(16, 18))

        assert self.steps(alice, booking) == []
        assert "It cannot simply end later" in page(alice, booking)

    def test_by_none_that_would_turn_it_into_a_request(self, alice, laser, booking):
        laser.approval = True
        laser.save()

        assert self.steps(alice, booking) == []

    @pytest.mark.parametrize(
        ("sent", "end"),
        [({"minutes": "60"}, 17), ({"minutes": "x"}, 16.5), ({"minutes": "9" * 30}, 16.5), ({}, 16.5)],
    )
    def test_with_one_press(self, alice, booking, sent, end):
        sign_in(alice).post(f"/bookings/{booking.pk}/extend/", sent)
        booking.refresh_from_db()

        assert booking.span == span(14, end)


class TestHandingOver:
    def give(self, who, booking, to: str):
        return sign_in(who).post(f"/bookings/{booking.pk}/hand-over/", {"to": to})

    def test_to_a_member_by_name_or_mail(self, alice, booking):
        bob = factories.member("bob")

        answer = self.give(alice, booking, "bob@example.org")

        booking.refresh_from_db()
        assert (answer["Location"], booking.member) == ("/me/", bob)

    def test_not_to_somebody_who_may_not_use_it(self, alice, laser, booking):
        factories.member("bob")
        laser.certification = factories.certification()
        laser.save()

        answer = self.give(alice, booking, "bob")

        booking.refresh_from_db()
        assert (answer.status_code, booking.member) == (422, alice)
        assert "bob needs the certification" in answer.content.decode()

    def test_not_to_the_one_whose_it_is(self, alice, booking):
        answer = self.give(alice, booking, "alice")

        assert (answer.status_code, booking.changes.count()) == (422, 0)
        assert "theirs already" in answer.content.decode()

    @pytest.mark.parametrize("to", ["", "nobody", "bo", "\0"])
    def test_only_to_somebody_who_is_named_exactly(self, alice, booking, to):
        factories.member("bob")

        assert self.give(alice, booking, to).status_code == 422

    def test_a_manager_may_search(self, charlie, booking):
        bob = factories.member("bob", first_name="Bob", last_name="Dupont")

        assert self.give(charlie, booking, "dupo")["Location"] == f"/bookings/{booking.pk}/"
        booking.refresh_from_db()
        assert booking.member == bob


@pytest.mark.parametrize("deed", ["arrive", "hand-over", "move", "change", "check"])
def test_nobody_touches_what_is_not_theirs(booking, deed):
    answer = sign_in(factories.member("mallory")).post(f"/bookings/{booking.pk}/{deed}/", {"to": "mallory"})

    assert answer.status_code == 404


def test_a_request_tells_how_many_compete(alice, laser):
    laser.approval = True
    laser.save()
    mine = factories.booking(alice, laser, span(14, 16), state="requested", standing=False)
    factories.booking(factories.member("bob"), laser, span(15, 17), state="requested", standing=False)

    told = page(alice, mine)
    assert "A lab manager decides about it" in told
    assert "1 other request asks for some of the same time." in told
    assert "Withdraw" in told
