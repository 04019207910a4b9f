"""What time has run out for goes; numbers stay."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from booking.models import AccessEvent, Notice, PassageCount, Presence, UsageSession
from booking.privacy import purge
from booking.rules.retention import ACCOUNTS, ALARMS, LOOKS, ORDERS, PASSAGES
from booking.sweeps import Forgetting
from devices.models import Alarm, AlarmMute, AlarmRule, Control, Order
from devices.orders import place
from lab.models import Look, Member
from tests import factories
from tests.booking.privacy.conftest import passage
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_old_passages_become_numbers_and_young_ones_stay(alice, reader):
    old = NOW - PASSAGES - DAY
    for minutes in range(3):
        passage(reader, alice, old + timedelta(minutes=minutes))
    passage(reader, None, old, reason="unknown_badge")
    young = passage(reader, alice, NOW - PASSAGES + DAY)

    assert purge(now=NOW)["passages"] == 4

    assert list(AccessEvent.objects.all()) == [young]
    counted = PassageCount.objects.values_list("day", "place", "reason", "granted", "passages")
    day = old.date()
    assert set(counted) == {
        (day, "door-fablab", "welcome", True, 3), (day, "door-fablab", "unknown_badge", False, 1),
    }  # fmt: skip


def test_doing_it_twice_changes_nothing_and_a_late_passage_is_added(alice, reader):
    old = NOW - PASSAGES - DAY
    passage(reader, alice, old)
    purge(now=NOW)
    passage(reader, alice, old + timedelta(minutes=1))

    purge(now=NOW)
    purge(now=NOW)

    assert PassageCount.objects.get().passages == 2


def test_stays_looks_notices_and_badges_of_sessions_go(alice, charlie, traces):
    Look.note(charlie, Look.What.DATA, now=NOW - LOOKS - 2 * DAY, about=alice)
    Notice.objects.create(member=alice, kind="booked", key="old", created_at=NOW - 370 * DAY)

    gone = purge(now=NOW + PASSAGES)

    assert (gone["presences"], gone["badges of sessions"], gone["looks"], gone["notices"]) == (1, 1, 1, 1)
    assert UsageSession.objects.get().badge is None
    assert not Presence.objects.exists()


def test_nobody_inside_is_forgotten(alice, reader):
    Presence.objects.create(member=alice, zone=reader.door.zone, since=at(9, day=-300))

    assert purge(now=NOW)["presences"] == 0


def test_an_account_without_a_sign_of_life_goes_and_others_stay(alice, charlie):
    ago = NOW - ACCOUNTS - 2 * DAY
    Member.objects.update(date_joined=ago)
    bob, dora = (factories.member(name, date_joined=ago) for name in ("bob", "dora"))
    factories.booking(bob, factories.resource(), factories.span(8, 9, day=-9), state="done")
    Member.objects.filter(pk=dora.pk).update(member_until=NOW.date())

    assert purge(now=NOW)["accounts"] == 1

    assert set(Member.objects.values_list("username", flat=True)) == {
        f"erased-{alice.pk}", "bob", "charlie", "dora",
    }  # fmt: skip


def test_the_command_can_only_say_it(alice, reader):
    passage(reader, alice, timezone.now() - PASSAGES - 2 * DAY)
    out = StringIO()

    call_command("purge", dry_run=True, stdout=out)
    assert (AccessEvent.objects.count(), "1 passages" in out.getvalue()) == (1, True)
    call_command("purge", stdout=out)
    assert AccessEvent.objects.count() == 0


def test_the_worker_does_it_once_an_hour(alice, reader):
    forgetting = Forgetting()
    forgetting.sweep(now=NOW)
    passage(reader, alice, NOW - PASSAGES - 2 * DAY)

    assert forgetting.sweep(now=NOW + timedelta(minutes=59)) == {}
    assert forgetting.sweep(now=NOW + timedelta(minutes=60))["passages"] == 1


def test_orders_to_devices_go_after_a_year(alice):
    relay = Control.objects.create(device=factories.device("plug-1"), key="relay")
    for age in (ORDERS + 2 * DAY, ORDERS - 2 * DAY):
        place(control=relay, on=True, by=alice, now=NOW - age)

    assert purge(now=NOW)["orders"] == 1
    assert Order.objects.count() == 1


def test_alarms_that_are_long_over_go_and_open_ones_stay(charlie):
    facts = {"severity": "info", "raised_at": NOW - 400 * DAY, "noted_at": NOW, "acknowledged_by": charlie}
    rule = AlarmRule.objects.create(key="power", limit=9)
    Alarm.objects.create(subject="over", cleared_at=NOW - ALARMS - 2 * DAY, **facts)
    still = Alarm.objects.create(subject="open", rule=rule, **facts)
    AlarmMute.objects.create(rule=rule, until=NOW - ALARMS - 2 * DAY, by=charlie, created_at=NOW - 400 * DAY)

    assert purge(now=NOW)["alarms"] == 2
    assert (Alarm.objects.get(), AlarmMute.objects.count()) == (still, 0)
