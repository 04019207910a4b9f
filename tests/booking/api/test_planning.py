"""The planning as facts: unit by unit, who it is told to, and only as far as asked."""

import pytest

from lab.models import Outage
from tests import factories
from tests.callers import ahead, soon

pytestmark = pytest.mark.django_db


def z(hours: float) -> str:
    return soon(hours).isoformat().replace("+00:00", "Z")


def test_bookings_stand_by_unit_with_their_state_and_whose_they_are(as_alice, alice, as_bob):
    desk = factories.resource("desk", units=2)
    factories.booking(alice, desk, ahead(9, 10), unit=2, state="checked_in")
    status, told = as_bob("GET", f"planning?from={z(8)}&to={z(12)}")

    assert status == 200
    assert [(item["resource"], item["unit"], item["bookings"]) for item in told["items"]] == [
        ("desk", 1, []),
        (
            "desk",
            2,
            [
                {
                    "id": alice.bookings.get().pk,
                    "starts_at": soon(9).astimezone(factories.PARIS).isoformat(),
                    "ends_at": soon(10).astimezone(factories.PARIS).isoformat(),
                    "state": "checked_in",
                    "mine": False,
                }
            ],
        ),
    ]
    assert as_alice("GET", f"planning?from={z(8)}&to={z(12)}")[1]["items"][1]["bookings"][0]["mine"]


def test_what_was_given_back_or_only_asked_for_does_not_stand(as_alice, alice):
    room = factories.resource("room")
    factories.booking(alice, room, ahead(9, 10), standing=False, state="cancelled")
    factories.booking(alice, room, ahead(9, 10), standing=False, state="requested")

    assert as_alice("GET", "planning")[1]["items"][0]["bookings"] == []


def test_outages_and_closed_hours_are_told(as_alice):
    room = factories.resource("room", zone=factories.zone("hall"))
    room.zone.closures.create(starts_at=soon(9), ends_at=soon(10))
    Outage.objects.create(resource=room, starts_at=soon(10), ends_at=soon(11))
    (item,) = as_alice("GET", f"planning?from={z(8)}&to={z(12)}")[1]["items"]

    assert [span["starts_at"] for span in item["closed"]] == [soon(9).astimezone(factories.PARIS).isoformat()]
    assert [span["ends_at"] for span in item["outages"]] == [soon(11).astimezone(factories.PARIS).isoformat()]


@pytest.mark.parametrize(("query", "slugs"), [("zone=hall", ["room"]), ("resource=laser-1", ["laser-1"])])
def test_a_part_of_the_lab_can_be_asked_for(as_alice, query, slugs):
    factories.resource("laser-1")
    factories.resource("room", zone=factories.zone("hall"))

    assert [item["resource"] for item in as_alice("GET", f"planning?{query}")[1]["items"]] == slugs


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2026-05-04T10:00:00Z&to=2026-05-04T10:00:00Z", 422),
        ("from=garbage", 422),
        ("from=9999-12-31T23:00:00Z", 422),
        ("from=2026-05-04T10:00:00Z&to=2199-05-04T10:00:00Z", 200),
    ],
)
def test_a_window_makes_sense_or_is_refused(as_alice, query, status):
    factories.resource("laser-1")

    assert as_alice("GET", f"planning?{query}")[0] == status


def test_a_long_window_goes_on_where_next_says(as_alice):
    factories.resource("laser-1")
    first = as_alice("GET", f"planning?from={z(0)}&to={z(24 * 40)}")[1]
    rest = as_alice("GET", first["next"].partition("/api/v1/")[2])[1]

    cut = soon(24 * 31).astimezone(factories.PARIS).isoformat()
    assert (first["to"], rest["from"], rest["next"]) == (cut, cut, None)
    assert rest["to"] == soon(24 * 40).astimezone(factories.PARIS).isoformat()
