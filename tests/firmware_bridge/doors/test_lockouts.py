"""A lock-out is told to the table, outlives the process, and ends when a manager lifts it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from devices import lockouts
from devices.models import Device, Lockout
from firmware_bridge.doors.floods import FIRST_LOCK, HURRIED, Fate
from firmware_bridge.doors.lockouts import Lockouts
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
UNTIL = NOW + timedelta(seconds=FIRST_LOCK)


@pytest.fixture
def door():
    return factories.device("door-1", door=factories.door())


@pytest.fixture
def flooded(door):
    made = Lockouts()
    made.step(now=NOW)
    for _ in range(int(HURRIED) + 11):
        made.judge("door-1", waiting=True, now=NOW)
    made.step(now=NOW)
    return made


def seconds_off(moment):
    return abs((moment - UNTIL).total_seconds())


def test_the_table_tells_since_when_until_when_and_how_much(flooded):
    row = Lockout.objects.get()

    assert (row.device.name, row.since, row.turned_away) == ("door-1", NOW, 11)
    assert seconds_off(row.until) < 5


def test_a_reader_that_the_table_does_not_know_is_locked_out_all_the_same():
    made = Lockouts()
    fates = [made.judge("nobody", waiting=True, now=NOW) for _ in range(int(HURRIED) + 2)]
    made.step(now=NOW)

    assert fates[-2:] == [Fate.LOCKED, Fate.REFUSE]
    assert not Lockout.objects.exists()


def test_a_process_that_begins_anew_goes_on_refusing(flooded):
    anew = Lockouts()
    anew.step(now=NOW)

    assert anew.judge("door-1", waiting=False, now=NOW) is Fate.REFUSE
    assert anew.judge("door-2", waiting=False, now=NOW) is Fate.TAKE


def test_a_manager_lifts_it_and_that_is_written_down(flooded, monkeypatch):
    monkeypatch.setattr("firmware_bridge.doors.lockouts.BETWEEN_LOOKS", 0)
    flooded._next_look = 0.0
    charlie, later = factories.manager(), NOW + timedelta(seconds=5)

    for _ in range(2):
        lockouts.lift(device=Device.objects.get(), by=charlie, now=later)
    flooded.step(now=later)

    assert flooded.judge("door-1", waiting=False, now=later) is Fate.TAKE
    assert [(line.user, line.change_message) for line in LogEntry.objects.all()] == [
        (charlie, lockouts.LIFTED)
    ]


def test_nothing_is_asked_of_the_table_while_nobody_floods(door, django_assert_num_queries):
    made = Lockouts()
    made.step(now=NOW)

    with django_assert_num_queries(0):
        for number in range(100):
            made.judge("door-1", waiting=False, now=NOW)
            made.step(now=NOW + timedelta(seconds=number))
