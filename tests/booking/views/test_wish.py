"""The wish while one fills it in: all that would be said, several resources, for others, rules aside."""

import pytest

from booking.models import Booking, Change
from lab.models import Link, Tariff
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import span

pytestmark = pytest.mark.django_db


def wish(*resources: str, start: str = "2026-05-04T14:00", end: str = "2026-05-04T15:00", **more) -> dict:
    return {"resource": list(resources) or ["laser-1"], "starts_at": start, "ends_at": end} | more


def said(who, *resources: str, **more) -> str:
    answer = sign_in(who).post("/book/check/", wish(*resources, **more))
    assert answer.status_code == 200
    assert Booking.objects.filter(member=who).count() == 0
    return answer.content.decode()


class TestWhileOneFillsItIn:
    def test_a_free_time_says_so(self, alice, laser):
        assert "Free, and within the rules" in said(alice)

    def test_every_objection_is_told_before_it_is_sent(self, alice):
        laser = factories.resource(certification=factories.certification(), max_minutes=30)
        factories.booking(factories.member("bob"), laser, span(14, 15))

        words = said(alice)

        for part in (
            "You need the certification “laser training”",
            "Book at most 30",
            "Somebody has this time",
        ):
            assert part in words

    def test_a_taken_time_leads_to_the_waitlist(self, alice, laser):
        factories.booking(factories.member("bob"), laser, span(14, 15))

        assert (
            'href="/waits/new/?resource=laser-1&amp;starts_at=2026-05-04T14%3A00%3A00%2B02%3A00'
            "&amp;ends_at=2026-05-04T15%3A00%3A00%2B02%3A00" in said(alice)
        )

    def test_nobody_is_sent_to_wait_for_what_they_may_not_book(self, alice):
        laser = factories.resource(certification=factories.certification())
        factories.booking(factories.member("bob"), laser, span(14, 15))

        words = said(alice)

        assert "/waits/new/" not in words
        assert 'href="/certifications/laser/"' in words

    def test_what_disturbs_it_is_called_by_its_name(self, alice, laser):
        band = factories.resource("uhf-band", name="Bande UHF")
        Link.objects.create(resource=laser, also=band, why=Link.Why.INTERFERENCE)
        factories.booking(factories.member("bob"), band, span(14, 15))

        assert "disturb it by radio (Bande UHF)" in said(alice)

    def test_a_time_without_objection_leads_to_no_waitlist(self, alice, laser):
        assert "/waits/new/" not in said(alice)
        laser.max_minutes = 30
        laser.save()
        assert "/waits/new/" not in said(alice)

    def test_what_a_manager_approves_turns_the_button_into_a_question(self, alice, laser):
        laser.approval = True
        laser.save()
        bob = factories.member("bob")
        factories.booking(bob, laser, span(14, 15), state="requested", standing=False)

        words = said(alice)

        assert "<span hidden data-asks></span>" in words
        assert "Your request goes to a lab manager" in words
        assert "1 other request asks for the same time." in words

    def test_the_price_is_told_where_there_is_one(self, alice, laser):
        assert "credits" not in said(alice)
        laser.tariff = Tariff.objects.create(slug="day", name="Jour", credits_per_hour="4.50")
        laser.save()

        assert "about 6.75 credits" in said(alice, end="2026-05-04T15:30")

    def test_what_is_claimed_with_it_is_told(self, alice, laser):
        drill = factories.resource("drill", kind="kit", name="Drill kit")
        Link.objects.create(resource=laser, also=drill, why=Link.Why.KIT)

        assert "reserved with it: Drill kit" in said(alice)
        assert "reserved with it" not in said(alice, "laser-1", "drill")

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"end": "2026-05-04T13:00"}, "The end must come after the start."),
            ({"start": "2026-10-25T02:30", "end": "2026-10-25T04:00"}, "The clocks change that night"),
            ({"start": "", "end": ""}, ""),
            ({"start": "yesterday"}, "Enter a valid date/time."),
            ({"start": "0001-01-01T00:00"}, "Choose a time that a lab can mean."),
        ],
    )
    def test_what_is_no_time_yet_is_told_in_words_and_what_is_missing_is_not(
        self, alice, laser, change, words
    ):
        told = said(alice, **change)

        assert words in told
        assert ("verdict-line" in told) == bool(words)

    def test_it_is_for_members(self, client, laser):
        assert client.post("/book/check/", wish()).status_code == 302
        assert client.get("/book/check/").status_code == 302

    def test_the_form_opens_with_its_verdict(self, alice, laser):
        factories.booking(factories.member("bob"), laser, span(14, 15))
        query = "resource=laser-1&starts_at=2026-05-04T14:00&ends_at=2026-05-04T15:00"

        assert "Somebody has this time already" in sign_in(alice).get(f"/book/?{query}").content.decode()


class TestSeveralResources:
    def test_all_of_them_are_booked_at_once(self, alice, laser):
        factories.resource("desk", units=3)
        sign_in(alice).post("/book/", wish("laser-1", "desk", "desk"))

        claims = Booking.objects.get().claims.values_list("unit__resource__slug", "unit__number")
        assert set(claims) == {("laser-1", 1), ("desk", 1), ("desk", 2)}

    def test_or_none_of_them_and_each_objection_names_its_resource(self, alice, laser):
        desk = factories.resource("desk", name="Desk by the window")
        factories.booking(factories.member("bob"), desk, span(14, 15))

        answer = sign_in(alice).post("/book/", wish("laser-1", "desk"))

        assert answer.status_code == 422
        assert "<strong>Desk by the window</strong>" in answer.content.decode()
        assert Booking.objects.filter(member=alice).count() == 0

    def test_one_is_added_and_the_rest_of_the_form_stays(self, alice, laser):
        factories.resource("desk")
        page = sign_in(alice).post("/book/", wish(also="desk", purpose="Lampe", add="1"))

        told = page.content.decode()
        assert page.status_code == 200
        for slug in ("laser-1", "desk"):
            assert f'name="resource" value="{slug}" checked' in told
        assert 'value="Lampe"' in told
        assert 'value="2026-05-04T14:00"' in told
        assert Booking.objects.count() == 0

    def test_what_is_chosen_but_not_added_counts_too(self, alice, laser):
        sign_in(alice).post("/book/", wish(resource=[], also="laser-1"))

        assert Booking.objects.get().span == span(14, 15)

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"resource": []}, "also"),
            ({"resource": ["moon"]}, "resource"),
            ({"resource": ["\0"]}, "resource"),
            ({"resource": ["laser-1"] * 21}, "resource"),
            ({"also": "moon"}, "also"),
        ],
    )
    def test_what_can_not_be_chosen_is_said_there(self, alice, laser, asked, field):
        answer = sign_in(alice).post("/book/", wish() | asked)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


class TestForManagers:
    @pytest.mark.parametrize("name", ["alice", "ALICE@example.org", "Alice Martin", "mart"])
    def test_they_book_for_somebody_else(self, alice, charlie, laser, name):
        sign_in(charlie).post("/book/", wish(member=name))

        made = Booking.objects.get()
        assert (made.member, made.booked_by) == (alice, charlie)

    @pytest.mark.parametrize(
        ("name", "words"), [("nobody", "No member is called that."), ("example.org", "Several members fit")]
    )
    def test_a_name_that_fits_nobody_or_several_is_asked_again(self, alice, charlie, laser, name, words):
        answer = sign_in(charlie).post("/book/", wish(member=name))

        assert list(answer.context["form"].errors) == ["member"]
        assert words in answer.content.decode()

    def test_the_member_is_judged(self, alice, charlie):
        factories.resource(certification=factories.certification())

        assert "Alice Martin needs the certification" in said(charlie, member="alice")

    def test_members_are_proposed_while_one_types(self, alice, charlie):
        page = sign_in(charlie).get("/book/members/?member=mart").content.decode()

        assert '<option value="alice">Alice Martin</option>' in page
        assert sign_in(alice).get("/book/members/?member=mart").status_code == 403
        assert "option" not in sign_in(charlie).get("/book/members/?member=m").content.decode()

    def test_a_maker_has_no_such_field_and_what_they_send_is_ignored(self, alice, charlie, laser):
        assert 'name="member"' not in sign_in(alice).get("/book/?resource=laser-1").content.decode()
        laser.max_minutes = 30
        laser.save()

        forged = wish(member="charlie", override=["too_long"], reason="Please")
        assert sign_in(alice).post("/book/", forged).status_code == 422
        assert Booking.objects.count() == 0

    def test_only_rules_that_are_broken_can_be_set_aside_and_never_the_overlap(self, charlie, laser):
        assert "set aside" not in said(charlie)
        laser.max_minutes = 30
        laser.save()
        factories.booking(factories.member("bob"), laser, span(14, 15))

        words = said(charlie)

        assert 'name="override" value="too_long"' in words
        assert 'name="override" value="taken"' not in words

    def test_a_rule_is_set_aside_with_a_reason(self, charlie, laser):
        laser.max_minutes = 30
        laser.save()
        client = sign_in(charlie)

        without = client.post("/book/", wish(override=["too_long"]))
        assert (without.status_code, list(without.context["form"].errors)) == (422, ["reason"])
        assert 'value="too_long" checked' in without.content.decode()

        client.post("/book/", wish(override=["too_long"], reason="Final exam"))
        assert Booking.objects.count() == 1
        assert Change.objects.get().reason == "Final exam"

    def test_what_they_book_needs_nobodys_approval(self, alice, charlie, laser):
        laser.approval = True
        laser.save()

        assert "data-asks" not in said(charlie, member="alice")
        sign_in(charlie).post("/book/", wish(member="alice"))
        assert Booking.objects.get().state == "booked"


def test_a_request_says_that_somebody_decides(alice, laser):
    laser.approval = True
    laser.save()
    client = sign_in(alice)

    answer = client.post("/book/", wish(), follow=True)

    assert Booking.objects.get().state == "requested"
    words = ["Asked for: laser-1, today 14:00–15:00. A lab manager decides; you hear of it by mail."]
    assert [str(message) for message in answer.context["messages"]] == words


def test_an_alternative_keeps_what_was_filled_in(alice, laser):
    factories.booking(factories.member("bob"), laser, span(14, 15))

    page = sign_in(alice).post("/book/", wish(purpose="Lampe & Co", next="/planning/")).content.decode()

    assert "purpose=Lampe+%26+Co&amp;next=%2Fplanning%2F" in page
