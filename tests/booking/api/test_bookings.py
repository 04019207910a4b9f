"""Bookings over the API: one way in, kind refusals, nobody's secrets."""

import pytest
from django.utils import translation

from booking.models import Booking, IdempotencyKey
from tests import factories
from tests.callers import Caller, ahead, soon, wish

pytestmark = pytest.mark.django_db


def codes(answer) -> list[str]:
    return [objection["code"] for objection in answer["objections"]]


def test_a_booking_is_made_and_told_back(laser, alice, as_alice):
    status, told = as_alice("POST", "bookings", wish(purpose="Lampe"))

    made = Booking.objects.get()
    assert status == 201
    assert (made.member, made.booked_by, made.span, made.purpose) == (alice, alice, ahead(14, 16), "Lampe")
    created_at = told.pop("created_at")
    assert created_at[:10] >= "2020"
    assert told == {
        "id": made.pk,
        "resources": ["laser-1"],
        "units": ["laser-1/1"],
        "starts_at": soon(14).astimezone(factories.PARIS).isoformat(),
        "ends_at": soon(16).astimezone(factories.PARIS).isoformat(),
        "state": "booked",
        "mine": True,
        "member": "alice",
        "member_name": "Alice Martin",
        "purpose": "Lampe",
        "series": None,
        "project": None,
        "held_until": None,
    }
    whole = told | {"created_at": created_at, "history": []}
    assert as_alice("GET", f"bookings/{made.pk}") == (200, whole)


def test_others_see_that_it_is_taken_and_not_by_whom_or_what_for(laser, as_alice, as_bob, as_charlie):
    _status, made = as_alice("POST", "bookings", wish(purpose="A secret lamp"))

    for path in ("bookings", f"bookings/{made['id']}"):
        for shown in (as_bob("GET", path)[1], as_bob("GET", f"{path}?mine=false")[1]):
            text = str(shown)
            assert "laser-1/1" in text
            assert "secret" not in text
            assert "lice" not in text

    _status, shown = as_charlie("GET", f"bookings/{made['id']}")
    assert (shown["member"], shown["purpose"], shown["mine"]) == ("alice", "A secret lamp", False)


def test_a_taken_hour_is_a_conflict_with_other_times(laser, as_alice, as_bob):
    as_alice("POST", "bookings", wish())

    response = as_bob.call("POST", "bookings", wish())

    told = response.json()
    assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
    assert (told["status"], told["code"], codes(told)) == (409, "taken", ["taken"])
    assert told["alternatives"]
    assert "lice" not in str(told)
    instead = told["alternatives"][0]
    assert as_bob("POST", "bookings", wish() | instead)[0] == 201


def test_ones_own_hour_is_a_conflict_too(laser, as_alice):
    as_alice("POST", "bookings", wish())

    assert as_alice("POST", "bookings", wish(start=15, end=17))[0] == 409


def test_everything_else_is_unprocessable_with_every_objection(laser, as_alice):
    factories.booking(factories.member("bob"), laser, ahead(14, 16))
    laser.max_minutes, laser.certification = 60, factories.certification()
    laser.save()

    status, told = as_alice("POST", "bookings", wish())

    assert (status, told["code"], told["status"]) == (422, "refused", 422)
    assert codes(told) == ["too_long", "not_certified", "taken"]
    assert [sorted(objection) for objection in told["objections"]] == [
        ["code", "data", "detail", "title"]
    ] * 3
    assert told["objections"][1]["data"]["certification"] == "laser"
    assert "laser training" in told["objections"][1]["detail"]
    assert not Booking.objects.filter(member__username="alice").exists()


def test_a_single_objection_gives_the_problem_its_name(laser, as_alice):
    status, told = as_alice("POST", "bookings", wish(start=-48, end=-47))

    assert (status, told["code"], told["title"]) == (422, "in_past", told["objections"][0]["title"])


def test_sentences_are_in_the_members_language(laser, as_alice):
    zoe = Caller(factories.member("zoe", language="fr"))
    past = wish(start=-48, end=-47)

    english, french = (who("POST", "bookings", past)[1]["title"] for who in (as_alice, zoe))

    assert english == "In the past"
    with translation.override("fr"):
        assert french == translation.gettext("In the past")


@pytest.mark.parametrize(
    "span",
    [
        {"starts_at": "2030-05-05T10:00:00", "ends_at": "2030-05-05T12:00:00"},  # whose clock?
        {"starts_at": "2030-05-05T10:00:00Z", "ends_at": "2030-05-05T12:00:00"},
        {"starts_at": "2030-05-05T12:00:00Z", "ends_at": "2030-05-05T10:00:00Z"},
        {"starts_at": "2030-05-05T10:00:00Z", "ends_at": "2030-05-05T12:00:00+02:00"},
        {"starts_at": "0001-01-01T00:00:00Z", "ends_at": "9999-12-31T23:59:59Z"},
    ],
)
@pytest.mark.parametrize("path", ["bookings", "bookings/check"])
def test_a_span_that_is_none_is_a_bad_span(laser, as_alice, span, path):
    status, told = as_alice("POST", path, wish() | span)

    assert status == (200 if path.endswith("check") else 422)
    assert codes(told) == ["bad_span"]


@pytest.mark.parametrize(
    "change",
    [
        {"resources": []},
        {"resources": "laser-1"},
        {"resources": [None]},
        {"resources": ["laser-1"] * 21},
        {"resources": ["laser\u00001"]},
        {"resources": ["x" * 1_000_000] * 2 + [1]},
        {"starts_at": "tomorrow"},
        {"starts_at": None},
        {"purpose": "x" * 201},
        {"purpose": "\u0000"},
        {"purpose": "\ud800"},
        {"purpose": {"x": 1}},
        {"purpose": "x" * 1_000_000},
        {"member": "x" * 151},
        {"member": ["bob"]},
        {"reason": "\u0000"},
        {"override": ["\u0000"]},
        {"repeat_": "daily"},
    ],
)
def test_a_body_that_can_not_be_read_says_which_part(laser, as_alice, change):
    status, told = as_alice("POST", "bookings", wish() | change)

    assert (status, told["code"], told["objections"]) == (422, "invalid", [])
    assert told["errors"][0]["detail"].startswith(next(iter(change)))


def test_ten_years_are_too_long_and_nothing_is_half_written(laser, as_alice):
    ten_years = wish(end=24 * 3650)

    assert codes(as_alice("POST", "bookings", ten_years)[1]) == ["too_long", "too_far"]
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    ("offsets", "length"),
    [
        (("2030-03-31T02:30:00+01:00", "2030-03-31T03:30:00+02:00"), None),  # the same instant twice
        (("2030-10-27T02:30:00+02:00", "2030-10-27T02:30:00+01:00"), 60),  # an hour that comes twice
    ],
)
def test_an_offset_leaves_no_doubt_when_clocks_change(laser, as_alice, offsets, length):
    laser.horizon_days = 5000
    laser.save()

    status, told = as_alice(
        "POST", "bookings", wish() | dict(zip(("starts_at", "ends_at"), offsets, strict=True))
    )

    assert (status, codes(told) if status == 422 else Booking.objects.get().span.minutes) == (
        (201, length) if length else (422, ["bad_span"])
    )


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "[" * 3_000_000, "null", "[" * 100_000, b"\xff\xfe", '{"resources": NaN}']
)
def test_a_body_that_is_no_wish_is_a_problem_and_no_failure(laser, as_alice, body):
    response = as_alice.call("POST", "bookings", body)

    assert response.status_code in {400, 422}
    assert response["Content-Type"] == "application/problem+json"


def test_an_unknown_resource_is_named(laser, as_alice):
    status, told = as_alice("POST", "bookings", wish("laser-1", "laser-9"))

    assert (status, told["code"], told["detail"]) == (422, "unknown_resource", "laser-9")


def test_a_check_books_nothing_and_tells_all(laser, as_alice, as_bob):
    assert as_alice("POST", "bookings/check", wish()) == (
        200,
        {"ok": True, "objections": [], "alternatives": []},
    )
    as_bob("POST", "bookings", wish())

    status, told = as_alice("POST", "bookings/check", wish())

    assert (status, told["ok"], codes(told)) == (200, False, ["taken"])
    assert told["alternatives"][0].keys() == {"resources", "starts_at", "ends_at"}
    assert Booking.objects.count() == 1


class TestIdempotency:
    @pytest.mark.parametrize("written", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.000+00:00"])
    def test_the_same_moments_written_otherwise_are_the_same_wish(self, laser, as_alice, written):
        local = {"starts_at": soon(14).astimezone(factories.PARIS).isoformat()}
        first = as_alice("POST", "bookings", wish() | local, Idempotency_Key="k-1")[1]
        again = {"starts_at": f"{soon(14):{written}}", "ends_at": f"{soon(16):{written}}"}

        assert as_alice("POST", "bookings", wish() | again, Idempotency_Key="k-1")[1]["id"] == first["id"]

    def test_other_times_of_a_series_are_another_wish(self, laser, as_alice):
        def sent(hour: float, zone=None):
            at = soon(14, days=2).astimezone(zone).isoformat()
            other = {"starts_at": soon(hour, days=2).isoformat(), "ends_at": soon(20, days=2).isoformat()}
            body = wish(repeat="FREQ=DAILY;COUNT=2", resolve={at: other})
            return as_alice("POST", "bookings", body, Idempotency_Key="k-1")[0]

        assert (sent(18), sent(18, factories.PARIS), sent(19)) == (201, 201, 422)

    def test_the_same_wish_twice_is_one_booking(self, laser, as_alice):
        first = as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")
        again = as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")

        assert first[0] == again[0] == 201
        assert first[1] == again[1]
        assert Booking.objects.count() == 1

    def test_another_wish_under_the_same_key_is_a_mistake(self, laser, as_alice):
        as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")

        status, told = as_alice("POST", "bookings", wish(start=18, end=19), Idempotency_Key="k-1")

        assert (status, told["code"]) == (422, "idempotency_mismatch")

    def test_keys_of_two_people_have_nothing_in_common(self, laser, as_alice, as_bob):
        as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")

        assert as_bob("POST", "bookings", wish(start=18, end=19), Idempotency_Key="k-1")[0] == 201

    def test_a_refused_wish_may_be_tried_again(self, laser, as_alice, as_bob):
        _status, theirs = as_bob("POST", "bookings", wish())
        assert as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")[0] == 409
        assert not IdempotencyKey.objects.exists()

        as_bob("DELETE", f"bookings/{theirs['id']}")

        assert as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")[0] == 201

    def test_a_key_gives_its_booking_whatever_became_of_it(self, laser, as_alice, as_bob):
        first = as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")[1]
        as_alice("DELETE", f"bookings/{first['id']}")
        as_bob("POST", "bookings", wish())

        status, told = as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")

        assert (status, told["id"], told["state"]) == (201, first["id"], "cancelled")
        assert Booking.objects.filter(member__username="alice").count() == 1

    def test_the_order_of_keys_and_what_is_usual_make_no_other_body(self, laser, as_alice):
        body = wish()
        first = as_alice("POST", "bookings", body, Idempotency_Key="k-1")[1]

        turned = dict(reversed(body.items())) | {"purpose": "", "override": [], "member": None}

        assert as_alice("POST", "bookings", turned, Idempotency_Key="k-1")[1]["id"] == first["id"]

    @pytest.mark.parametrize("change", [{"starts_at": "x"}, {"resources": ["moon"]}, {"purpose": "x" * 201}])
    def test_a_body_that_can_not_be_read_is_not_remembered(self, laser, as_alice, change):
        assert as_alice("POST", "bookings", wish() | change, Idempotency_Key="k-1")[0] == 422

        assert as_alice("POST", "bookings", wish(), Idempotency_Key="k-1")[0] == 201

    def test_a_key_has_a_length(self, laser, as_alice):
        assert as_alice("POST", "bookings", wish(), Idempotency_Key="k" * 201)[0] == 422
