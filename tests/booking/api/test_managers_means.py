"""What only managers may do over the API: book for others, set rules aside with a reason, decide requests."""

import pytest

from booking.models import Booking, Change, IdempotencyKey
from tests import factories
from tests.callers import ahead, soon, wish

pytestmark = pytest.mark.django_db


def codes(answer) -> list[str]:
    return [objection["code"] for objection in answer["objections"]]


class TestForSomebodyElse:
    def test_a_manager_books_for_a_member(self, laser, alice, as_charlie):
        status, told = as_charlie("POST", "bookings", wish(member="alice"))

        made = Booking.objects.get()
        assert (status, told["member"], told["mine"]) == (201, "alice", False)
        assert (made.member, made.booked_by.username) == (alice, "charlie")

    def test_the_member_is_judged_not_the_manager(self, laser, alice, as_charlie):
        laser.certification = factories.certification()
        laser.save()

        status, told = as_charlie("POST", "bookings/check", wish(member="alice"))

        assert (status, told["ok"], codes(told)) == (200, False, ["not_certified"])

    @pytest.mark.parametrize("path", ["bookings", "bookings/check"])
    def test_a_maker_does_not(self, laser, as_alice, as_bob, path):
        status, told = as_alice("POST", path, wish(member="bob"))

        assert (status, told["code"], Booking.objects.count()) == (403, "forbidden", 0)

    def test_ones_own_name_is_no_other_member(self, laser, as_alice):
        assert as_alice("POST", "bookings", wish(member="alice"))[0] == 201

    @pytest.mark.parametrize("name", ["nobody", "", "%", "ali"])
    def test_a_member_who_is_not_there(self, laser, alice, as_charlie, name):
        status, told = as_charlie("POST", "bookings", wish(member=name))

        assert (status, told["code"]) == (422, "unknown_member")

    def test_a_mail_address_names_a_member_too(self, laser, alice, as_charlie):
        assert as_charlie("POST", "bookings", wish(member="Alice@example.org"))[1]["member"] == "alice"


class TestSettingAside:
    @pytest.fixture
    def short(self, laser):
        laser.max_minutes = 60
        laser.save()

    def test_a_rule_is_set_aside_with_a_reason_that_stays(self, short, alice, as_charlie):
        answer = as_charlie(
            "POST", "bookings", wish(member="alice", override=["too_long"], reason="Final exam")
        )

        assert answer[0] == 201
        kept = Change.objects.get(what=Change.What.OVERRIDDEN)
        assert (kept.before, kept.reason, kept.by.username) == (
            {"codes": ["too_long"]},
            "Final exam",
            "charlie",
        )

    def test_only_the_named_rule_is_set_aside(self, short, laser, as_charlie):
        laser.certification = factories.certification()
        laser.save()

        status, told = as_charlie("POST", "bookings", wish(override=["too_long"], reason="Exam"))

        assert (status, codes(told)) == (422, ["not_certified"])

    def test_the_overlap_never_is(self, laser, as_alice, as_charlie):
        as_alice("POST", "bookings", wish())

        status, told = as_charlie("POST", "bookings", wish(override=["taken"], reason="I want it"))

        assert (status, codes(told), Booking.objects.count()) == (409, ["taken"], 1)

    def test_a_check_tells_whether_that_would_do(self, short, as_charlie):
        for aside, ok in (([], False), (["too_long"], True)):
            told = as_charlie("POST", "bookings/check", wish(override=aside, reason="Exam"))[1]
            assert (told["ok"], codes(told)) == (ok, ["too_long"])

    @pytest.mark.parametrize("path", ["bookings", "bookings/check"])
    def test_a_maker_sets_nothing_aside(self, short, as_alice, path):
        status, told = as_alice("POST", path, wish(override=["too_long"], reason="Please"))

        assert (status, told["code"], Booking.objects.count()) == (403, "forbidden", 0)

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_the_reason_is_asked_for(self, short, as_charlie, reason):
        status, told = as_charlie("POST", "bookings", wish(override=["too_long"], reason=reason))

        assert (status, told["code"]) == (422, "reason_missing")

    @pytest.mark.parametrize("aside", [["gravity"], "too_long", [1], [None], ["too_long"] * 21])
    def test_what_is_no_rule_can_not_be_set_aside(self, short, as_charlie, aside):
        status, told = as_charlie("POST", "bookings", wish(override=aside, reason="Exam"))

        assert (status, told["code"]) == (422, "invalid")

    def test_a_move_may_set_aside_too(self, short, as_charlie):
        made = as_charlie("POST", "bookings", wish(end=15))[1]
        longer = {"ends_at": soon(17).isoformat(), "override": ["too_long"], "reason": "Exam"}

        assert as_charlie("PATCH", f"bookings/{made['id']}", longer)[0] == 200
        (line,) = as_charlie("GET", f"bookings/{made['id']}")[1]["history"]
        assert (line["what"], line["reason"], line["before"]["overridden"]) == ("moved", "Exam", ["too_long"])


class TestDeciding:
    @pytest.fixture
    def asked(self, laser, as_alice):
        laser.approval = True
        laser.save()
        status, told = as_alice("POST", "bookings", wish())
        assert (status, told["state"]) == (201, "requested")
        return told

    def test_a_request_is_approved_and_then_holds_its_time(self, asked, as_bob, as_charlie):
        status, told = as_charlie("POST", f"bookings/{asked['id']}/approve")

        assert (status, told["state"]) == (200, "booked")
        assert codes(as_bob("POST", "bookings", wish())[1]) == ["taken", "needs_approval"]

    def test_who_competes_is_told_and_the_second_yes_is_a_conflict(self, asked, as_bob, as_charlie):
        checked = as_bob("POST", "bookings/check", wish())[1]
        assert (checked["ok"], checked["objections"][0]["data"]["competing"]) == (True, 1)
        rival = as_bob("POST", "bookings", wish())[1]

        as_charlie("POST", f"bookings/{asked['id']}/approve")
        status, told = as_charlie("POST", f"bookings/{rival['id']}/approve")

        assert (status, codes(told)) == (409, ["taken"])
        assert Booking.objects.get(pk=rival["id"]).state == "requested"

    def test_a_no_has_a_reason(self, asked, as_charlie):
        status, told = as_charlie("POST", f"bookings/{asked['id']}/decline", {"reason": "Open day"})

        assert (status, told["state"]) == (200, "declined")
        (line,) = as_charlie("GET", f"bookings/{asked['id']}")[1]["history"]
        assert (line["what"], line["by"], line["reason"]) == ("declined", "charlie", "Open day")

    def test_a_no_may_go_without_words(self, asked, as_charlie):
        assert as_charlie("POST", f"bookings/{asked['id']}/decline")[0] == 200

    @pytest.mark.parametrize("deed", ["approve", "decline"])
    def test_makers_decide_nothing(self, asked, as_alice, deed):
        status, told = as_alice("POST", f"bookings/{asked['id']}/{deed}")

        assert (status, told["code"], Booking.objects.get().state) == (403, "forbidden", "requested")

    @pytest.mark.parametrize("deed", ["approve", "decline"])
    def test_what_is_decided_is_not_decided_again(self, asked, as_charlie, deed):
        as_charlie("POST", f"bookings/{asked['id']}/decline")

        status, told = as_charlie("POST", f"bookings/{asked['id']}/{deed}")

        assert (status, codes(told)) == (422, ["too_late_to_cancel"])

    def test_a_key_gives_a_request_back_too(self, asked, as_bob):
        first, again = (as_bob("POST", "bookings", wish(), Idempotency_Key="k") for _ in range(2))

        assert first == again
        assert (first[0], first[1]["state"], IdempotencyKey.objects.count()) == (201, "requested", 1)


def test_a_manager_lists_one_members_bookings(laser, alice, as_charlie, as_bob):
    factories.booking(alice, laser, ahead(8, 9))
    as_bob("POST", "bookings", wish())

    told = as_charlie("GET", "bookings?member=alice")[1]["items"]

    assert [booking["member"] for booking in told] == ["alice"]
    assert as_bob("GET", "bookings?member=alice")[0] == 403
    assert as_charlie("GET", "bookings?member=nobody")[1]["code"] == "unknown_member"
