"""Sessions, passages and presence over the API: facts, and who may see them."""

import pytest

from booking.models import AccessEvent, Presence, UsageSession
from tests import factories
from tests.callers import Caller
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return factories.member("alice", first_name="Alice")


@pytest.fixture
def as_charlie():
    return Caller(factories.manager("charlie"))


@pytest.fixture
def _sessions(alice):
    laser, cnc = factories.resource("laser-1"), factories.resource("cnc-1")
    mine = factories.booking(alice, laser, span(9, 11))
    UsageSession.objects.create(
        resource=laser,
        member=alice,
        booking=mine,
        started_at=at(9),
        ended_at=at(10),
        energy_wh=120.5,
        busy_seconds=1800,
    )
    UsageSession.objects.create(resource=cnc, member=factories.member("bob"), started_at=at(12))


def started(answer) -> list[str]:
    return [session["resource"] for session in answer[1]["items"]]


@pytest.mark.usefixtures("_sessions")
def test_a_maker_sees_their_own_sessions_whatever_they_ask(alice):
    call = Caller(alice)

    status, told = call("GET", "sessions")

    assert status == 200
    (session,) = told["items"]
    session.pop("id"), session.pop("booking")
    assert session == {
        "resource": "laser-1",
        "member": "alice",
        "starts_at": "2026-05-04T09:00:00+02:00",
        "ends_at": "2026-05-04T10:00:00+02:00",
        "energy_wh": 120.5,
        "busy_seconds": 1800,
        "project": None,
        "materials": [],
    }
    assert started(call("GET", "sessions?mine=false&resource=cnc-1")) == []


@pytest.mark.usefixtures("_sessions")
@pytest.mark.parametrize(
    ("query", "resources"),
    [
        ("", ["cnc-1", "laser-1"]),
        ("?mine=true", []),
        ("?resource=laser-1", ["laser-1"]),
        ("?from=2026-05-04T10:00:00%2B02:00", ["cnc-1"]),
        ("?from=2026-05-04T09:59:00%2B02:00", ["cnc-1", "laser-1"]),
        ("?to=2026-05-04T12:00:00%2B02:00", ["laser-1"]),
        ("?limit=1", ["cnc-1"]),
        ("?limit=1&offset=1", ["laser-1"]),
    ],
)
def test_a_manager_sees_them_all_or_those_that_touch_a_span(as_charlie, query, resources):
    assert started(as_charlie("GET", f"sessions{query}")) == resources


def test_passages_tell_who_where_and_why(alice, as_charlie):
    door = factories.door()
    reader = factories.device("door-reader", door=door)
    AccessEvent.objects.create(
        device=reader,
        nonce="n-1",
        member=alice,
        door=door,
        zone=door.zone,
        reason="welcome",
        granted=True,
        tapped_at=NOW,
        decided_at=NOW,
    )

    _status, told = as_charlie("GET", "access-events")

    (event,) = told["items"]
    event.pop("id")
    assert event == {
        "device": "door-reader",
        "nonce": "n-1",
        "member": "alice",
        "door": "door-fablab",
        "resource": None,
        "zone": "fablab",
        "granted": True,
        "verdict": "granted",
        "reason": "welcome",
        "offline": False,
        "tapped_at": "2026-05-04T10:00:00+02:00",
        "decided_at": "2026-05-04T10:00:00+02:00",
    }


def test_presence_tells_who_is_in(alice, as_charlie):
    zone = factories.zone()
    Presence.objects.create(member=alice, zone=zone, since=at(9))
    Presence.objects.create(member=factories.member("bob"), zone=zone, since=at(8), until=at(9))

    assert as_charlie("GET", "presence")[1]["items"] == [
        {"member": "alice", "name": "Alice", "zone": "fablab", "since": "2026-05-04T09:00:00+02:00"}
    ]


@pytest.mark.parametrize("path", ["access-events", "presence", "dead-letters"])
def test_what_is_for_managers_is_only_for_them(alice, as_charlie, path):
    status, told = Caller(alice)("GET", path)

    assert (status, told["code"]) == (403, "forbidden")
    assert as_charlie("GET", path)[0] == 200
