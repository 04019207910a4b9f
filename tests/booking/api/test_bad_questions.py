"""What no lab can answer is refused with a code, never answered as if it meant something."""

import pytest

from tests import factories
from tests.callers import Caller, ahead, soon, wish

pytestmark = pytest.mark.django_db
NAIVE = "2026-11-24T00:00:00"


def z(hours: float) -> str:
    return f"{soon(hours):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    "path",
    [
        f"bookings?from={NAIVE}",
        f"bookings?to={NAIVE}",
        f"sessions?from={NAIVE}",
        f"planning?from={NAIVE}",
        f"planning?to={NAIVE}",
        f"resources/laser-1/availability?from={NAIVE}",
        f"availability?to={NAIVE}",
        f"availability?around={NAIVE}",
        "bookings?limit=0",
        "bookings?limit=-1",
        "bookings?offset=-1",
        "sessions?offset=-1",
        "devices?limit=0",
    ],
)
@pytest.mark.usefixtures("laser")
def test_a_question_that_cannot_be_read(as_alice, path):
    status, told = as_alice("GET", path)

    assert (status, told["code"]) == (422, "invalid")


@pytest.mark.parametrize("path", ["bookings", "sessions", "planning", "resources/laser-1/availability"])
@pytest.mark.parametrize("end", [8, 7])
@pytest.mark.usefixtures("laser")
def test_what_ends_before_it_begins(as_alice, path, end):
    status, told = as_alice("GET", f"{path}?from={z(8)}&to={z(end)}")

    assert (status, told["code"]) == (422, "bad_span")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bookings?resource=nope", "unknown_resource"),
        ("sessions?resource=nope", "unknown_resource"),
        ("planning?resource=nope", "unknown_resource"),
        ("planning?zone=nope", "unknown_zone"),
        ("availability?kind=nope", "unknown_kind"),
    ],
)
def test_a_name_that_nothing_has(as_alice, path, code):
    status, told = as_alice("GET", path)

    assert (status, told["code"], told["detail"]) == (422, code, "nope")


@pytest.mark.parametrize("time", [1800000000, "1800000000", True, 1.8e9])
@pytest.mark.parametrize("path", ["bookings", "bookings/check", "waits"])
@pytest.mark.usefixtures("laser")
def test_a_body_with_a_time_that_is_a_number(as_alice, path, time):
    said = wish(starts_at=time) if path != "waits" else {"resource": "laser-1", "minutes": 60, **ends(time)}
    status, told = as_alice("POST", path, said)

    assert (status, told["code"]) == (422, "invalid")


def ends(time) -> dict[str, object]:
    return {"starts_at": time, "ends_at": soon(10).isoformat()}


def test_minutes_that_are_a_truth_value(alice, laser, as_alice):
    made = factories.booking(alice, laser, ahead(8, 9))
    status, told = as_alice("POST", f"bookings/{made.pk}/extend", {"minutes": True})

    assert (status, told["code"]) == (422, "invalid")


def test_an_occurrence_of_a_series_without_its_offset(laser, as_alice):
    made = as_alice("POST", "bookings", wish(repeat="FREQ=DAILY;COUNT=2"))[1]
    status, told = as_alice("PATCH", f"series/{made['series']['id']}?from={NAIVE}", {"purpose": "x"})

    assert (status, told["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("readings?channel=power&from=2026-11-23T00:00:00Z&to=2026-11-22T00:00:00Z", "doit venir après"),
        ("readings?channel=power&from=2000-01-01T00:00:00Z&step=1", "prenez un pas plus grand"),
        ("reads?from=2026-11-23T00:00:00Z&to=2026-11-22T00:00:00Z", "doit venir après"),
        ("export?channel=nope", "n’a pas la voie nope"),
        ("export?from=2000-01-01T00:00:00Z&step=1", "prenez un pas plus grand"),
    ],
)
def test_why_not_is_said_in_the_readers_language(path, said):
    device = factories.device("plug-1", resource=factories.resource("saw"))
    device.channels.create(key="power")
    as_camille = Caller(factories.member("camille", language="fr"))

    status, told = as_camille("GET", f"devices/plug-1/{path}")

    assert status == 422
    assert said in told["title"]
