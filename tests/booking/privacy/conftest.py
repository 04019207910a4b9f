"""Alice has left her traces everywhere."""

from datetime import timedelta

import pytest

from booking.models import AccessEvent, FaultReport, Notice, Presence, UsageSession
from lab.models import ApiToken, Look
from tests import factories
from tests.factories import NOW, at

OLD = NOW - timedelta(days=400)


@pytest.fixture
def door():
    return factories.door()


@pytest.fixture
def reader(door):
    return factories.device("reader-door", door=door)


def passage(reader, member, when, *, badge=None, reason="welcome"):
    return AccessEvent.objects.create(
        device=reader, nonce=f"{AccessEvent.objects.count()}", member=member, badge=badge, door=reader.door,
        zone=reader.door.zone, reason=reason, granted=reason == "welcome", tapped_at=when, decided_at=when,
    )  # fmt: skip


@pytest.fixture
def alice(db):
    return factories.member("alice", first_name="Alice", last_name="Martin")


@pytest.fixture
def charlie(db):
    return factories.manager("charlie")


@pytest.fixture
def traces(alice, charlie, reader):
    """One row of most kinds, all in the past."""
    laser = factories.resource(certification=factories.certification())
    badge = factories.badge(alice)
    factories.award(alice, laser.certification)
    booking = factories.booking(alice, laser, factories.span(8, 9, day=-7), state="done", purpose="a gift")
    passage(reader, alice, at(8, day=-7), badge=badge)
    Presence.objects.create(member=alice, zone=reader.door.zone, since=at(8, day=-7), until=at(9, day=-7))
    UsageSession.objects.create(
        resource=laser, member=alice, booking=booking, badge=badge,
        started_at=at(8, day=-7), ended_at=at(9, day=-7),
    )  # fmt: skip
    FaultReport.objects.create(resource=laser, member=alice, text="it smokes", at=NOW, decided_at=NOW)
    Notice.objects.create(member=alice, kind="booked", key="n1", created_at=NOW)
    ApiToken.issue(alice)
    Look.note(charlie, Look.What.MEMBER, now=NOW, about=alice)
    return booking
