"""Projects, material and accounts over the API."""

from datetime import timedelta
from decimal import Decimal

import pytest

from booking.actions.accounts import begin_project, use_material
from booking.models import Booking, Material, UsageSession
from tests import factories
from tests.callers import wish
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp(alice):
    return begin_project(name="Lampe", member=alice)


@pytest.fixture
def cut(alice, laser, lamp):
    row = UsageSession.objects.create(
        resource=laser, member=alice, project=lamp, started_at=at(8), ended_at=at(9), busy_seconds=1800.0,
        energy_wh=500.0, credits_per_hour=4,
    )  # fmt: skip
    pla = Material.objects.create(slug="pla", name="PLA", unit="g", price="0.03")
    use_material(session=row, material=pla, amount=Decimal(100), by=alice, now=NOW)
    return row


def test_a_booking_is_charged_changed_and_told(as_alice, laser, lamp):
    _status, made = as_alice("POST", "bookings", wish(project="lampe"))
    assert (made["project"], Booking.objects.get().project) == ("lampe", lamp)

    assert as_alice("PATCH", f"bookings/{made['id']}", {"purpose": "x"})[1]["project"] == "lampe"
    assert as_alice("PATCH", f"bookings/{made['id']}", {"project": ""})[1]["project"] is None
    assert as_alice("PATCH", f"bookings/{made['id']}", {"project": "lampe"})[1]["project"] == "lampe"


def test_a_series_is_charged_with_all_its_dates(as_alice, laser, lamp):
    status, made = as_alice("POST", "bookings", wish(project="lampe", repeat="FREQ=WEEKLY;COUNT=3"))
    assert (status, Booking.objects.filter(project=lamp).count()) == (201, 3)

    as_alice("PATCH", f"series/{made['series']['id']}", {"project": ""})
    assert Booking.objects.filter(project=None).count() == 3


@pytest.mark.parametrize("name", ["theirs", "nothing", "\u202e"])
def test_a_project_that_is_not_theirs_is_refused(as_alice, laser, name):
    begin_project(name="Theirs", member=factories.member("bob"))

    status, told = as_alice("POST", "bookings", wish(project=name))

    assert (status, told["code"], Booking.objects.count()) == (422, "unknown_project", 0)


def test_handed_over_a_booking_leaves_the_project(as_alice, laser, lamp):
    _status, made = as_alice("POST", "bookings", wish(project="lampe"))
    factories.member("bob")

    as_alice("POST", f"bookings/{made['id']}/hand-over", {"member": "bob"})

    assert Booking.objects.get().project is None


def test_sessions_carry_project_and_material(as_alice, cut):
    (told,) = as_alice("GET", "sessions")[1]["items"]

    assert told["project"] == "lampe"
    assert told["materials"] == [
        {"material": "pla", "name": "PLA", "amount": "100", "unit": "g", "price": "0.03", "credits": "3.00"}
    ]


def test_a_month_adds_up(as_charlie, cut, laser):
    UsageSession.objects.create(resource=laser, started_at=at(10), ended_at=at(10) + timedelta(minutes=5))
    figures = {
        "sessions": 1, "minutes": 60, "busy_minutes": 30, "energy_wh": 500.0, "time_credits": "4.00",
        "material_credits": "3.00", "credits": "7.00",
    }  # fmt: skip

    status, told = as_charlie("GET", "accounts?month=2026-05&by=project")

    assert (status, told["starts_at"], told["ends_at"]) == (
        200,
        "2026-05-01T00:00:00+02:00",
        "2026-06-01T00:00:00+02:00",
    )
    assert told["items"][0] == {"key": "lampe", "name": "Lampe", **figures}
    assert told["items"][1]["busy_minutes"] is None
    assert told["total"]["minutes"] == 65


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "by=nobody", "month=1999-01"])
def test_what_is_no_question_is_refused(as_charlie, db, query):
    assert as_charlie("GET", f"accounts?{query}")[0] == 422


def test_accounts_are_for_managers(as_alice, db):
    assert as_alice("GET", "accounts")[0] == 403
