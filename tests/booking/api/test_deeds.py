"""One word about a booking over the API: undo, hand over, check in; and what became of it."""

import pytest
from django.utils import timezone

from booking.models import Booking
from tests import factories
from tests.callers import ahead, soon, wish

pytestmark = pytest.mark.django_db


def codes(answer) -> list[str]:
    return [objection["code"] for objection in answer["objections"]]


@pytest.fixture
def made(laser, as_alice):
    return as_alice("POST", "bookings", wish(purpose="Lampe"))[1]


def test_other_resources_are_taken_all_or_none(made, as_alice, as_bob):
    factories.resource("desk", units=2)
    factories.resource("cnc-1")
    path = f"bookings/{made['id']}"

    told = as_alice("PATCH", path, {"resources": ["desk", "desk", "cnc-1"]})[1]
    assert told["units"] == ["cnc-1/1", "desk/1", "desk/2"]

    as_bob("POST", "bookings", wish("laser-1"))
    status, told = as_alice("PATCH", path, {"resources": ["desk", "laser-1"]})
    assert (status, codes(told)) == (409, ["taken"])
    assert as_alice("GET", path)[1]["units"] == ["cnc-1/1", "desk/1", "desk/2"]


@pytest.mark.parametrize("change", [{}, {"starts_at": None}, {"resources": None, "purpose": None}])
def test_a_change_that_names_nothing_changes_nothing(made, as_alice, change):
    told = as_alice("PATCH", f"bookings/{made['id']}", change)[1]

    assert told == made
    assert as_alice("GET", f"bookings/{made['id']}")[1]["history"] == []


def test_the_last_change_is_taken_back_once(made, as_alice):
    path = f"bookings/{made['id']}"
    as_alice("PATCH", path, {"starts_at": soon(18).isoformat(), "ends_at": soon(19).isoformat()})

    status, told = as_alice("POST", f"{path}/undo")

    assert (status, told["starts_at"]) == (200, made["starts_at"])
    assert Booking.objects.get().span == ahead(14, 16)
    assert codes(as_alice("POST", f"{path}/undo")[1]) == ["too_late_to_cancel"]


def test_a_cancelled_booking_comes_back_while_its_time_is_free(made, as_alice, as_bob):
    path = f"bookings/{made['id']}"
    as_alice("DELETE", path)
    assert as_alice("POST", f"{path}/undo")[1]["state"] == "booked"

    as_alice("DELETE", path)
    as_bob("POST", "bookings", wish())
    status, told = as_alice("POST", f"{path}/undo")

    assert (status, codes(told)) == (409, ["taken"])
    assert Booking.objects.get(pk=made["id"]).state == "cancelled"


def test_the_reason_of_a_cancellation_is_kept(made, as_charlie):
    as_charlie("DELETE", f"bookings/{made['id']}?reason=Open%20day")

    (line,) = as_charlie("GET", f"bookings/{made['id']}")[1]["history"]
    assert (line["what"], line["by"], line["reason"], line["before"]["state"]) == (
        "cancelled", "charlie", "Open day", "booked",
    )  # fmt: skip


class TestHandingOver:
    def test_to_a_member_who_may(self, made, as_alice, as_bob):
        status, told = as_alice("POST", f"bookings/{made['id']}/hand-over", {"member": "bob"})

        assert (status, told["mine"], "member" in told) == (200, False, False)
        assert as_bob("GET", f"bookings/{made['id']}")[1]["mine"] is True

    def test_not_to_one_who_may_not(self, made, laser, as_alice, as_bob):
        laser.certification = factories.certification()
        laser.save()

        status, told = as_alice("POST", f"bookings/{made['id']}/hand-over", {"member": "bob"})

        assert (status, codes(told)) == (422, ["not_certified"])
        assert told["detail"].startswith("bob needs the certification")
        assert Booking.objects.get().member.username == "alice"

    @pytest.mark.parametrize(
        "body", [{}, {"member": ""}, {"member": None}, {"member": ["bob"]}, {"to": "bob"}]
    )
    def test_to_nobody(self, made, as_alice, body):
        assert as_alice("POST", f"bookings/{made['id']}/hand-over", body)[1]["code"] == "invalid"

    def test_to_the_one_whose_it_is(self, made, as_alice):
        status, told = as_alice("POST", f"bookings/{made['id']}/hand-over", {"member": "alice"})

        assert (status, told["code"]) == (422, "same_member")
        assert as_alice("GET", f"bookings/{made['id']}")[1]["history"] == []

    def test_to_somebody_who_is_not_there(self, made, as_alice):
        told = as_alice("POST", f"bookings/{made['id']}/hand-over", {"member": "nobody"})[1]

        assert told["code"] == "unknown_member"


class TestCheckingIn:
    @pytest.fixture
    def running(self, alice, laser):
        hour = timezone.now() - timezone.timedelta(minutes=5)
        when = factories.Span(hour, hour + timezone.timedelta(hours=1))
        return factories.booking(alice, laser, when)

    def test_by_a_word_where_no_reader_stands(self, running, as_alice):
        status, told = as_alice("POST", f"bookings/{running.pk}/check-in")

        assert (status, told["state"]) == (200, "checked_in")

    def test_not_where_a_reader_stands_except_by_a_manager(self, running, laser, as_alice, as_charlie):
        factories.device("reader-1", profile="machine-reader", resource=laser)

        status, told = as_alice("POST", f"bookings/{running.pk}/check-in")
        assert (status, told["code"]) == (422, "tap_to_check_in")
        assert as_charlie("POST", f"bookings/{running.pk}/check-in")[1]["state"] == "checked_in"

    def test_not_a_day_ahead(self, made, as_alice):
        assert codes(as_alice("POST", f"bookings/{made['id']}/check-in")[1]) == ["too_late_to_cancel"]


@pytest.mark.parametrize("deed", ["extend", "finish", "undo", "hand-over", "check-in"])
def test_nobody_does_anything_with_what_is_somebody_elses(made, as_bob, deed):
    body = {"minutes": 5, "member": "bob"}
    body = {key: told for key, told in body.items() if (key == "minutes") == (deed == "extend")}

    status, told = as_bob("POST", f"bookings/{made['id']}/{deed}", body)

    assert (status, told["code"]) == (403, "forbidden")


@pytest.mark.parametrize("deed", ["approve", "decline", "undo", "check-in", "finish"])
@pytest.mark.parametrize("pk", ["0", str(2**63), "9" * 40])
def test_nothing_is_done_with_what_is_not_there(as_charlie, deed, pk):
    assert as_charlie("POST", f"bookings/{pk}/{deed}")[0] == 404


def test_history_is_for_those_who_may_see_it(made, as_alice, as_bob, as_charlie):
    path = f"bookings/{made['id']}"
    as_alice("PATCH", path, {"purpose": "A secret"})

    assert "history" not in as_bob("GET", path)[1]
    for who in (as_alice, as_charlie):
        (line,) = who("GET", path)[1]["history"]
        assert (line["what"], line["by"], line["before"]["purpose"]) == ("renamed", "alice", "Lampe")


def test_a_manager_who_books_for_somebody_reads_who_lacks_what(laser, alice, as_charlie, as_alice):
    laser.certification = factories.certification()
    laser.save()

    for path in ("bookings", "bookings/check"):
        told = as_charlie("POST", path, wish(member="alice"))[1]["objections"][0]
        assert (told["detail"].partition(" needs")[0], told["data"]["member"]) == ("Alice Martin",) * 2
    assert "member" not in as_alice("POST", "bookings", wish())[1]["objections"][0]["data"]
