"""Sixteen makers want the same unit in the same hour: the database lets exactly one have it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import connection
from django.db.models import Count

from booking.models import Booking, Claim
from lab.models import ApiToken
from tests import factories
from tests.callers import wish
from tests.site import Site, at_once, site_on

MAKERS = 16
ROUNDS = 4
SERVER = pytest.mark.server("postgresql")


def rows() -> list[str]:
    """A laser, a CNC, eight desks, a studio to ask for and sixteen makers; their tokens."""
    factories.resource("laser-1")
    factories.resource("cnc-1")
    factories.resource("desk", units=8)
    factories.resource("studio", approval=True)
    return [ApiToken.issue(factories.member(f"maker-{n}")) for n in range(MAKERS)]


def standing(slug: str) -> list[int]:
    """How many claims each hour of each unit holds."""
    claims = Claim.objects.filter(standing=True, unit__resource__slug=slug)
    return [row["n"] for row in claims.values("unit", "blocked_from").annotate(n=Count("pk")).order_by("n")]


def left() -> list[int]:
    """How many bookings there are, and how many claims that stand."""
    return [Booking.objects.count(), Claim.objects.filter(standing=True).count()]


def take_the_constraint_away() -> list[str]:
    """What would put it back."""
    postgres = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(postgres, ["claim_unit_taken"])
            ((name, definition),) = cursor.fetchall()
            cursor.execute(f"ALTER TABLE booking_claim DROP CONSTRAINT {name}")
            return [f"ALTER TABLE booking_claim ADD CONSTRAINT {name} {definition}"]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'claim_unit_taken%%'")
        triggers = dict(cursor.fetchall())
        for name in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        return list(triggers.values())


def put_the_constraint_back(statements: list[str]) -> None:
    Claim.objects.all().delete()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@dataclass
class Lab:
    """A real site with its makers' tokens."""

    site: Site
    tokens: list[str]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=SERVER)])
def lab(request) -> Iterator[Lab]:
    """One of each database for all the races, each at hours of its own."""
    with site_on(request.param) as found:
        yield Lab(found, found.do(rows))


def race(lab: Lab, *bodies, tokens=None, **headers) -> list[tuple[int, dict]]:
    """Everybody asks at once, one of the bodies each in turn."""
    clients = [lab.site.client(token) for token in tokens or lab.tokens]
    return at_once(
        [
            partial(client, "POST", "bookings", bodies[n % len(bodies)], **headers)
            for n, client in enumerate(clients)
        ]
    )


def test_of_sixteen_exactly_one_wins_and_the_others_are_told_what_else_is_free(lab):
    bookings, claims = lab.site.do(left)

    for hour in range(ROUNDS):
        answers = race(lab, wish("laser-1", start=hour, end=hour + 1))

        assert Counter(status for status, _told in answers) == {201: 1, 409: MAKERS - 1}
        for told in (told for status, told in answers if status == 409):
            assert (told["code"], [o["code"] for o in told["objections"]]) == ("taken", ["taken"])
            assert told["alternatives"]

    assert lab.site.do(standing, "laser-1") == [1] * ROUNDS
    assert lab.site.do(left) == [bookings + ROUNDS, claims + ROUNDS]  # who lost left nothing behind


def test_of_sixteen_for_eight_desks_eight_win(lab):
    answers = race(lab, wish("desk", start=1, end=2))

    assert Counter(status for status, _told in answers) == {201: 8, 409: 8}
    assert sorted(told["units"][0] for status, told in answers if status == 201) == [
        f"desk/{number}" for number in range(1, 9)
    ]


def test_many_things_at_once_are_had_by_one_and_nobody_waits_for_ever(lab):
    desks = ["desk"] * 8
    bookings, claims = lab.site.do(left)

    answers = race(lab, *(wish(*want, start=10, end=11) for want in (["cnc-1", *desks], [*desks, "cnc-1"])))

    assert Counter(status for status, _told in answers) == {201: 1, 409: MAKERS - 1}
    assert lab.site.do(left) == [bookings + 1, claims + 9]


@pytest.mark.parametrize(("what", "held"), [("cnc-1", 1), ("desk", 1), ("studio", 0)])
def test_one_wish_sent_sixteen_times_at_once_under_one_key_is_one_booking(lab, what, held):
    bookings, claims = lab.site.do(left)
    same = lab.tokens[:1] * MAKERS

    answers = race(lab, wish(what, start=20, end=21), tokens=same, Idempotency_Key=f"key-{what}")

    assert {(status, told["id"]) for status, told in answers} == {(201, answers[0][1]["id"])}
    assert lab.site.do(left) == [bookings + 1, claims + held]


def test_without_the_constraint_the_same_race_is_lost(lab):
    """It is the constraint, and neither luck nor a lock, that keeps an hour for one."""
    constraint, winners = lab.site.do(take_the_constraint_away), []
    try:
        while not winners or (max(winners) == 1 and len(winners) < 5 * ROUNDS):
            hour = 30 + len(winners)
            answers = race(lab, wish("laser-1", start=hour, end=hour + 1))
            winners.append([status for status, _told in answers].count(201))

        assert max(winners) > 1
        assert max(lab.site.do(standing, "laser-1")) == max(winners)
    finally:
        lab.site.do(put_the_constraint_back, constraint)
