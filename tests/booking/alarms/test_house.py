"""Alarms that every lab has."""

from collections import namedtuple
from datetime import timedelta

import pytest

from booking.alarms.house import HOUSE
from devices.models import Alarm, AlarmRule, AllowList, Channel, Service
from devices.rules.lists import ListState
from lab.models import Totem
from tests import factories
from tests.booking.alarms.air import moment

pytestmark = pytest.mark.django_db
Space = namedtuple("Space", "total used free")


def told():
    rows = Alarm.objects.filter(cleared_at=None).order_by("rule__house")
    return [(row.rule.house, row.subject) for row in rows]


def looked(air, *minutes):
    for at in minutes:
        if at >= 0:
            air.hears(at)
        air.watch.sweep(now=moment(abs(at)))
    return told()


@pytest.fixture
def reader(air):
    made = factories.device("reader-1", online=True, status_at=moment(0))
    AllowList.objects.create(
        device=made, version=2, held=2, issued_at=moment(0), stale_at=moment(500), expires_at=moment(999)
    )
    return made


def test_each_of_them_is_there_once(air):
    looked(air, 0, 0.1)

    assert AlarmRule.objects.exclude(house=None).count() == len(HOUSE)
    assert told() == []


def test_a_reader_that_is_gone(air, reader):
    type(reader).objects.filter(pk=reader.pk).update(online=False)

    assert looked(air, 0, 1) == []
    assert looked(air, 2) == [("reader_offline", "reader-1")]


def test_a_reader_is_not_offline_because_the_bridge_is(air, reader):
    looked(air, 0)
    type(reader).objects.filter(pk=reader.pk).update(online=False)

    assert looked(air, -1, -2, -4) == [("telemetry", "")]


def test_a_case_that_was_opened_is_told_also_when_it_is_closed_before_anybody_looked(air, reader):
    Channel.objects.create(device=reader, key="tamper")
    looked(air, 0)
    air.says((1, 1.0), (1.05, 0.0), device="reader-1", channel="tamper")
    air.listen(0, 2)

    assert looked(air, 2) == []
    assert [(row.rule.house, row.device, row.severity) for row in Alarm.objects.all()] == [
        ("tamper", reader, "alarm")
    ]
    air.says((3, 1.0), device="reader-1", channel="tamper")
    assert looked(air, 3) == [("tamper", "reader-1/tamper")]
    reader.delete()
    assert looked(air, 4) == []


def test_a_list_that_is_not_taken(air, reader):
    AllowList.objects.update(held=1)

    assert looked(air, 0, 4) == []
    assert looked(air, 5) == [("list_refused", "reader-1")]
    AllowList.objects.update(held=2)
    assert looked(air, 6) == []


def test_a_screen_that_shows_another_day(air):
    screen = Totem.objects.create(
        zone=factories.zone("fablab"),
        label="Hall",
        digest="d",
        seen_at=moment(0),
        shown_on=moment(0).date() - timedelta(days=1),
    )

    assert looked(air, 0, 2) == [("totem", f"totem:{screen.pk}")]
    screen.delete()
    assert looked(air, 3) == []


def test_a_disk_that_is_nearly_full(air, monkeypatch):
    free = {"now": 50}
    monkeypatch.setattr(
        "booking.alarms.house.shutil.disk_usage", lambda _path: Space(100, 100 - free["now"], free["now"])
    )
    seen = []
    for minute, left in enumerate([50, 9, 12, 20]):
        free["now"] = left
        seen.append(looked(air, minute))

    assert seen == [[], [("disk", "")], [("disk", "")], []]


def test_one_that_is_switched_off_says_nothing(air):
    looked(air, 0)
    AlarmRule.objects.filter(house="telemetry").update(enabled=False)
    Service.objects.all().update(since=moment(-60), seen_at=moment(-60))

    assert looked(air, -1, -2, -5) == []


def test_the_states_of_lists_are_those_that_readers_have():
    assert {ListState.CURRENT, ListState.UNKNOWN} < set(ListState)
