"""Erased, a member is nowhere any more: not in a row, not in the history."""

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import serializers
from django.db.models import Model

from booking.models import AccessEvent, Booking, Presence, UsageSession
from booking.privacy import Hindered, erase
from lab.actions.changes import facts_of, note_change
from lab.models import Badge, Member
from tests import factories
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db


def everything() -> str:
    """All that stands in the database."""
    models: list[type[Model]] = [model for model in apps.get_models() if model._meta.managed]
    return "\n".join(serializers.serialize("json", model._base_manager.all()) for model in models)


def test_nothing_names_them_any_more(alice, charlie, traces):
    before = facts_of(alice)
    alice.last_name = "Durand"
    alice.save()
    note_change(row=alice, before=before, by=charlie)
    laser = traces.claims.get().unit.resource
    factories.booking(alice, laser, factories.span(15, 16, day=3), purpose="a gift")

    erase(member=alice, by=charlie, now=NOW)

    left = everything().lower()
    assert [word for word in ("alice", "martin", "durand", "a gift") if word in left] == []
    assert not Badge.objects.exists()
    assert not LogEntry.objects.exists()


def test_what_the_machines_did_stays_and_names_an_empty_account(alice, charlie, traces):
    erase(member=alice, by=charlie, now=NOW)

    empty = Member.objects.get(pk=alice.pk)
    assert (empty.username, empty.is_active, empty.has_usable_password()) == (
        f"erased-{alice.pk}",
        False,
        False,
    )
    assert UsageSession.objects.get().member == empty
    assert AccessEvent.objects.get().member is None


def test_coming_bookings_are_given_back(alice, charlie, traces):
    coming = factories.booking(alice, factories.resource("mill"), factories.span(15, 16, day=3))

    erase(member=alice, by=alice, now=NOW)

    coming.refresh_from_db()
    assert coming.state == Booking.State.CANCELLED
    assert not coming.claims.filter(standing=True).exists()


def test_not_while_something_of_theirs_goes_on(alice, charlie, reader):
    laser = factories.resource()
    factories.booking(alice, laser, factories.span(9, 11))
    Presence.objects.create(member=alice, zone=reader.door.zone, since=at(9))
    UsageSession.objects.create(resource=laser, member=alice, started_at=at(9))

    with pytest.raises(Hindered) as hindered:
        erase(member=alice, by=charlie, now=NOW)

    assert hindered.value.codes == ["inside", "running", "booked"]
    assert Member.objects.filter(username="alice").exists()


def test_nobody_slips_away_from_a_suspension(alice, charlie):
    Member.objects.filter(pk=alice.pk).update(suspended=True)
    alice.refresh_from_db()

    with pytest.raises(Hindered):
        erase(member=alice, by=alice, now=NOW)
    erase(member=alice, by=charlie, now=NOW)

    assert not Member.objects.filter(username="alice").exists()


def test_managers_are_made_makers_first(charlie):
    with pytest.raises(Hindered):
        erase(member=charlie, by=charlie, now=NOW)
