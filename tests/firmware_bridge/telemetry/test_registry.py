"""What devices told reaches the device table, sooner or later."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from booking.models import UsageSession
from devices.machine_time import Standing
from devices.models import Device, MachineState
from devices.rules.running import Levels, State
from firmware_bridge.telemetry.known import Known
from firmware_bridge.telemetry.registry import Registry, Wish
from firmware_bridge.telemetry.working import Change
from tests import factories

pytestmark = pytest.mark.django_db
AT = 1_795_400_000.0


def test_a_wish_becomes_an_unclaimed_device_with_channels():
    registry = Registry()
    registry.wish("plug-1", Wish("tasmota", "14.2", (("power", "W"), ("energy", "Wh"))))

    registry.work()

    device = Device.objects.get()
    assert (device.name, device.profile, device.firmware, device.claimed) == (
        "plug-1",
        "tasmota",
        "14.2",
        False,
    )
    assert set(device.channels.values_list("key", "unit")) == {("power", "W"), ("energy", "Wh")}
    assert registry.pending == 0


def test_a_status_is_reported():
    factories.device("plug-1", online=True)
    registry = Registry()
    registry.report("plug-1", online=False, at=AT)

    registry.work()

    device = Device.objects.get()
    assert (device.online, device.status_at.timestamp()) == (False, AT)


def test_work_makes_a_session_and_is_kept_as_the_machines_state():
    laser = factories.resource()
    registry = Registry()
    registry.observe(Change(laser.pk, State.BUSY, AT))
    registry.observe(Change(laser.pk, State.OFF, AT + 60, State.BUSY))

    registry.work()

    session = UsageSession.objects.get()
    assert (session.started_at.timestamp(), session.ended_at.timestamp()) == (AT, AT + 60)
    kept = MachineState.objects.values_list("state", "since", "until")
    assert [(state, since.timestamp(), until and until.timestamp()) for state, since, until in kept] == [
        ("busy", AT, AT + 60),
        ("off", AT + 60, None),
    ]


def test_a_resource_that_is_gone_blocks_nobody():
    laser = factories.resource()
    registry = Registry()
    registry.observe(Change(999, State.BUSY, AT))
    registry.observe(Change(laser.pk, State.BUSY, AT))

    registry.work()

    assert UsageSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_the_database_does_not_take_now_it_takes_later():
    registry = Registry()
    registry.wish("plug-1", Wish("native", "", ()))
    registry.report("plug-1", online=False, at=AT)
    rename(connection, "devices_device", "gone")
    try:
        with pytest.raises(DatabaseError):
            registry.work()
    finally:
        rename(connection, "gone", "devices_device")
    assert registry.pending == 2

    registry.work()

    assert registry.pending == 0


def rename(connection, old, new):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")


def test_a_look_tells_what_the_table_knows():
    laser = factories.resource(idle_below_w=50, busy_above_w=200)
    factories.device("meter-1", resource=laser, profile="meter", label="Compteur", online=True)
    MachineState.objects.create(resource=laser, state="busy", since=factories.NOW, heard_at=factories.NOW)
    registry = Registry()

    registry.look()

    assert registry.known == {
        "meter-1": Known(
            "meter", "Compteur", True, "laser-1", laser.pk, "fablab", True, levels=Levels(50.0, 200.0)
        )
    }
    assert registry.standing == {laser.pk: Standing(State.BUSY, factories.NOW, heard=False)}


def test_a_meter_that_speaks_is_noted_with_its_session():
    laser = factories.resource()
    registry = Registry()
    registry.observe(Change(laser.pk, State.BUSY, AT))
    registry.work()

    registry.hear({laser.pk: State.BUSY})
    registry.tell_heard()

    session = UsageSession.objects.get()
    assert session.heard_at.timestamp() > AT
    assert session.busy_since.timestamp() == AT


def test_work_whose_session_ended_unheard_gets_a_new_one():
    laser = factories.resource()
    registry, rounds = Registry(), []

    for busy in (True, False, True, True, True):
        registry.hear({laser.pk: State.BUSY if busy else State.IDLE})
        registry.tell_heard()
        rounds.append(UsageSession.objects.count())

    assert rounds == [0, 0, 0, 1, 1]


def test_the_table_is_read_every_two_seconds_and_not_with_every_round():
    registry, seen = Registry(), []

    for seconds in (0, 0.1, 1.9, 2, 2.1, 4):
        registry.round(factories.NOW + timedelta(seconds=seconds))
        seen.append(registry.known)

    assert [after is before for before, after in pairwise(seen)] == [True, True, False, True, False]
