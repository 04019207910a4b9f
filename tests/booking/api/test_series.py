"""Series over the API: a wish that repeats, refused occurrence by occurrence, changed from one on."""

from datetime import date, datetime, time, timedelta
from functools import cache
from time import process_time

import pytest
from django.utils import timezone

from booking.models import Booking, Series
from lab.spans import Span
from tests import factories
from tests.callers import MARGIN, PROBLEM

pytestmark = pytest.mark.django_db
DAILY = {"repeat": "FREQ=DAILY;COUNT=3"}


def at(hours: int, *, days: int = 1) -> datetime:
    """An hour on the lab's wall clock, so many days ahead."""
    return datetime.combine(today() + timedelta(days=days), time(hours), factories.PARIS)


@cache
def today() -> date:
    """The same for the whole run; shortly before midnight it is the day that begins."""
    return (timezone.now() + MARGIN).astimezone(factories.PARIS).date()


def local(hours: int, *, days: int = 1) -> str:
    return at(hours, days=days).isoformat()


def span(start: int, end: int, *, days: int = 1) -> Span:
    return Span(at(start, days=days), at(end, days=days))


def wish(**more):
    return {"resources": ["laser-1"], "starts_at": local(14), "ends_at": local(16)} | more


def book(caller, **more):
    status, told = caller("POST", "bookings", wish(**(DAILY | more)))
    assert status == 201, told
    return told


def starts(rows) -> list[str]:
    return [row["starts_at"] for row in rows]


def test_a_wish_that_repeats_answers_its_first_booking_and_the_whole_series(as_alice, laser):
    told = book(as_alice, purpose="Cours")

    assert (told["starts_at"], told["state"], told["purpose"]) == (local(14), "booked", "Cours")
    series = told["series"]
    assert (series["rule"], series["id"]) == ("FREQ=DAILY;COUNT=3", Series.objects.get().pk)
    assert starts(series["bookings"]) == [local(14, days=day) for day in (1, 2, 3)]
    assert series["bookings"][0] == told | {"series": series["id"]}
    assert {row["units"][0] for row in series["bookings"]} == {"laser-1/1"}


@pytest.mark.parametrize("rule", ["RRULE:FREQ=DAILY;COUNT=3", "rrule:freq=daily;count=3"])
def test_a_rule_may_say_that_it_is_one(as_alice, laser, rule):
    assert book(as_alice, repeat=rule)["series"]["rule"] == "FREQ=DAILY;COUNT=3"


def test_a_taken_occurrence_answers_409_and_what_would_be_possible(as_alice, laser):
    factories.booking(factories.member("carol"), laser, span(15, 17, days=2))

    response = as_alice.call("POST", "bookings", wish(**DAILY))

    told = response.json()
    assert (response.status_code, told["code"], response["Content-Type"]) == (409, "taken", PROBLEM)
    assert [one["data"]["occurrence"] for one in told["objections"]] == [local(14, days=2)]
    assert [(one["occurrence"], one["ok"]) for one in told["occurrences"]] == [
        (local(14), True),
        (local(14, days=2), False),
        (local(14, days=3), True),
    ]
    assert set(told["occurrences"][1]["alternatives"][0]) == {"resources", "starts_at", "ends_at"}
    assert (Booking.objects.count(), Series.objects.count()) == (1, 0)


def test_conflicts_are_resolved_with_the_answer_itself(as_alice, laser):
    for day in (2, 3):
        factories.booking(factories.member(f"carol-{day}"), laser, span(15, 17, days=day))
    refused = as_alice("POST", "bookings", wish(**DAILY))[1]["occurrences"]
    resolve = {refused[1]["occurrence"]: "skip", refused[2]["occurrence"]: refused[2]["alternatives"][0]}

    told = book(as_alice, resolve=resolve)

    rows = told["series"]["bookings"]
    assert starts(rows) == [local(14), refused[2]["alternatives"][0]["starts_at"]]


def test_objections_other_than_taken_answer_422(as_alice):
    factories.resource(max_minutes=60)

    status, told = as_alice("POST", "bookings", wish(**DAILY))

    assert (status, told["code"]) == (422, "refused")
    assert [one["code"] for one in told["objections"]] == ["too_long"] * 3
    assert told["detail"] == "Book at most 1\u00a0h."


BAD_RULES = [
    "", " ", "nonsense", "FREQ", "FREQ=", "FREQ=DAILY", "FREQ=DAILY;COUNT=10000", "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=-1", "FREQ=DAILY;COUNT=1e9", "FREQ=DAILY;COUNT=" + "9" * 400, "FREQ=SECONDLY;COUNT=3",
    "FREQ=MINUTELY;COUNT=3", "FREQ=HOURLY;COUNT=3", "FREQ=DAILY;INTERVAL=0;COUNT=3",
    "FREQ=YEARLY;COUNT=99", "FREQ=DAILY;UNTIL=99991231", "FREQ=DAILY;UNTIL=00010101T000000",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=300", "FREQ=DAILY;COUNT=3\nDTSTART:20261231T100000",
    "FREQ=DAILY;BYHOUR=1,2,3;COUNT=3", "FREQ=DAILY;COUNT=3;" * 50_000, "é" * 100, "RRULE:" * 9,
]  # fmt: skip


@pytest.mark.parametrize("path", ["bookings", "bookings/check"])
@pytest.mark.parametrize("rule", BAD_RULES, ids=lambda rule: rule[:24].strip() or "blank")
def test_a_rule_that_is_not_kept_is_a_bad_repeat(as_alice, laser, path, rule):
    status, told = as_alice("POST", path, wish(repeat=rule))

    assert status == (200 if path.endswith("check") else 422)
    assert told["objections"][0]["code"] == "bad_repeat"
    assert told["objections"][0]["detail"].endswith(".")
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    "more",
    [
        {"repeat": 3},
        {"repeat": ["FREQ=DAILY;COUNT=3"]},
        {"repeat": "FREQ=DAILY;COUNT=3\0"},
        DAILY | {"resolve": "skip"},
        DAILY | {"resolve": {"never": "skip"}},
        DAILY | {"resolve": {"2026-05-05T14:00:00Z": "cancel"}},
        DAILY | {"resolve": {"2026-05-05T14:00:00Z": {}}},
        DAILY | {"resolve": {"2026-05-05T14:00:00Z": "skip"}},
        DAILY | {"resolve": {local(14): {"starts_at": local(15), "ends_at": local(15)}}},
        DAILY | {"resolve": {local(14): wish(resources=["moon"])}},
        DAILY | {"resolve": {local(14, days=day): "skip" for day in (1, 2, 3)}},
        DAILY | {"starts_at": local(16), "ends_at": local(14)},
        DAILY | {"starts_at": "2026-05-05T14:00:00", "ends_at": "2026-05-05T16:00:00"},
        DAILY | {"starts_at": "9999-12-31T00:00:00Z", "ends_at": "9999-12-31T23:00:00Z"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_problem_and_books_nothing(as_alice, laser, more):
    response = as_alice.call("POST", "bookings", wish() | more)

    assert (response.status_code, response["Content-Type"]) == (422, PROBLEM)
    assert Booking.objects.count() == 0


def test_ten_years_again_and_again_are_refused(as_alice, laser):
    long = {"starts_at": local(14), "ends_at": local(14, days=3650)}

    status, told = as_alice("POST", "bookings", wish() | DAILY | long)

    assert status == 422
    assert {"too_long", "too_far"} <= {one["code"] for one in told["objections"]}


def test_a_check_tells_every_occurrence_and_books_nothing(as_alice, laser):
    factories.booking(factories.member("carol"), laser, span(15, 17, days=2))

    status, told = as_alice("POST", "bookings/check", wish(**DAILY, resolve={local(14, days=3): "skip"}))

    assert (status, told["ok"], told["alternatives"]) == (200, False, [])
    assert [(one["ok"], one["skipped"]) for one in told["occurrences"]] == [
        (True, False), (False, False), (True, True),
    ]  # fmt: skip
    assert [one["code"] for one in told["objections"]] == ["taken"]
    assert Booking.objects.count() == 1


def test_a_free_series_is_ok(as_alice, laser):
    told = as_alice("POST", "bookings/check", wish(**DAILY))[1]

    assert (told["ok"], told["objections"], len(told["occurrences"])) == (True, [], 3)


def test_a_check_of_a_single_wish_says_nothing_of_occurrences(as_alice, laser):
    assert set(as_alice("POST", "bookings/check", wish())[1]) == {"ok", "objections", "alternatives"}


def test_the_same_key_and_body_give_the_same_series(as_alice, laser):
    first = as_alice("POST", "bookings", wish(**DAILY), Idempotency_Key="k")
    again = as_alice("POST", "bookings", wish(**DAILY), Idempotency_Key="k")
    other = as_alice("POST", "bookings", wish(repeat="FREQ=DAILY;COUNT=2"), Idempotency_Key="k")

    assert first[0] == 201
    assert again == first
    assert (other[0], other[1]["code"]) == (422, "idempotency_mismatch")
    assert Series.objects.count() == 1


def test_a_series_is_for_its_member_and_for_managers(as_alice, as_bob, as_charlie, laser):
    pk = book(as_alice, resolve={local(14, days=2): "skip"})["series"]["id"]

    status, told = as_alice("GET", f"series/{pk}")

    assert status == 200
    assert (told["id"], told["rule"], told["member"]) == (pk, "FREQ=DAILY;COUNT=3", "alice")
    assert told["words"].startswith("Every day, 2 times, until ")  # what is left of it
    assert (told["starts_at"], told["ends_at"]) == (local(14), local(16))
    assert starts(told["bookings"]) == [local(14), local(14, days=3)]
    assert starts(told["left_out"]) == [local(14, days=2)]
    assert as_charlie("GET", f"series/{pk}")[1]["id"] == pk
    for method, body in (("GET", None), ("PATCH", {"purpose": "x"}), ("DELETE", None)):
        assert as_bob(method, f"series/{pk}", body)[0] == 403
        assert as_alice(method, "series/99", body)[0] == 404
        assert as_alice(method, f"series/{2**70}", body)[0] == 404


def test_a_booking_of_a_series_changes_alone(as_alice, laser):
    rows = book(as_alice)["series"]["bookings"]

    as_alice("PATCH", f"bookings/{rows[0]['id']}", {"starts_at": local(9), "ends_at": local(10)})
    as_alice("DELETE", f"bookings/{rows[1]['id']}")

    told = as_alice("GET", f"series/{rows[0]['series']}")[1]["bookings"]
    assert [(row["starts_at"], row["state"]) for row in told] == [
        (local(9), "booked"),
        (local(14, days=2), "cancelled"),
        (local(14, days=3), "booked"),
    ]


def test_all_of_a_series_moves(as_alice, laser):
    pk = book(as_alice)["series"]["id"]

    status, told = as_alice(
        "PATCH", f"series/{pk}", {"starts_at": local(9), "ends_at": local(10), "purpose": "Cours"}
    )

    assert (status, told["id"]) == (200, pk)
    assert starts(told["bookings"]) == [local(9, days=day) for day in (1, 2, 3)]
    assert {row["purpose"] for row in told["bookings"]} == {"Cours"}


def test_only_the_end_may_be_named(as_alice, laser):
    pk = book(as_alice)["series"]["id"]

    told = as_alice("PATCH", f"series/{pk}", {"ends_at": local(17)})[1]

    assert [(row["starts_at"], row["ends_at"]) for row in told["bookings"]] == [
        (local(14, days=day), local(17, days=day)) for day in (1, 2, 3)
    ]


def test_what_follows_moves_and_is_a_series_of_its_own(as_alice, laser):
    pk = book(as_alice)["series"]["id"]

    status, told = as_alice(
        "PATCH",
        f"series/{pk}?from={local(14, days=2).replace('+', '%2B')}",
        {"starts_at": local(9, days=2), "ends_at": local(10, days=2)},
    )

    assert status == 200
    assert told["id"] != pk
    assert starts(told["bookings"]) == [local(9, days=2), local(9, days=3)]
    assert starts(as_alice("GET", f"series/{pk}")[1]["bookings"]) == [local(14)]


def test_a_change_that_conflicts_is_refused_and_may_be_resolved(as_alice, laser):
    pk = book(as_alice)["series"]["id"]
    factories.booking(factories.member("carol"), laser, span(9, 10, days=2))
    change = {"starts_at": local(9), "ends_at": local(10)}

    status, refused = as_alice("PATCH", f"series/{pk}", change)
    told = as_alice("PATCH", f"series/{pk}", change | {"resolve": {local(14, days=2): "skip"}})[1]

    assert (status, refused["code"]) == (409, "taken")
    assert [one["ok"] for one in refused["occurrences"]] == [True, False, True]
    assert starts(told["bookings"]) == [local(9), local(14, days=2), local(9, days=3)]


def test_what_follows_is_cancelled(as_alice, laser):
    pk = book(as_alice)["series"]["id"]

    status, told = as_alice(
        "DELETE", f"series/{pk}?from={local(14, days=2).replace('+', '%2B')}&reason=Malade"
    )

    assert (status, told) == (204, None)
    rows = as_alice("GET", f"series/{pk}")[1]["bookings"]
    assert [row["state"] for row in rows] == ["booked", "cancelled", "cancelled"]


@pytest.mark.parametrize("start", ["nonsense", "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_an_occurrence_that_is_not_there_changes_nothing(as_alice, laser, start):
    pk = book(as_alice)["series"]["id"]

    for method, body in (("PATCH", {"purpose": "x"}), ("DELETE", None)):
        assert as_alice(method, f"series/{pk}?from={start}", body)[0] == 422
    assert not Booking.objects.exclude(state="booked").exists()


def test_managers_book_a_series_for_others_against_a_rule(as_charlie, alice):
    factories.resource(max_minutes=60)

    told = book(as_charlie, member="alice", override=["too_long"], reason="Cours du soir")

    assert {row["member"] for row in told["series"]["bookings"]} == {"alice"}
    assert as_charlie("GET", f"bookings/{told['id']}")[1]["history"][0]["what"] == "overridden"


def test_makers_set_nothing_aside(as_alice, laser):
    assert as_alice("POST", "bookings", wish(**DAILY, override=["too_long"], reason="x"))[0] == 403


def test_three_hundred_refusals_are_told_in_seconds(as_alice, laser):
    carol = factories.member("carol")
    for day in range(1, 301):
        factories.booking(carol, laser, span(14, 16, days=day))

    began = process_time()
    status, told = as_alice("POST", "bookings", wish(repeat="FREQ=DAILY;COUNT=300"))

    assert status == 409
    assert [len(told[name]) for name in ("objections", "occurrences")] == [300, 300]
    assert process_time() - began < 10
