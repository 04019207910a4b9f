"""What changes a device: it appears once, is adopted by a manager, comes and goes."""

import pytest
from django.db import IntegrityError, transaction

from devices import actions, enrolment
from devices.models import Channel, Device
from tests import factories
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db


def discover(name="plug-1", *, profile="native", now=NOW, **more) -> Device:
    return actions.discover(name=name, profile=profile, now=now, **more)


def channels(device: Device) -> list[tuple[str, str]]:
    return list(device.channels.values_list("key", "unit"))


def test_an_unheard_of_device_appears_once_unclaimed_and_online():
    for _ in range(2):
        discover(channels=[("power", "W"), ("energy", "Wh")], firmware="1.4.0")

    device = Device.objects.get()
    assert (device.name, device.profile, device.firmware) == ("plug-1", "native", "1.4.0")
    assert (device.claimed, device.online, device.status_at, device.credential) == (False, True, NOW, "")
    assert channels(device) == [("energy", "Wh"), ("power", "W")]


def test_new_channels_are_added_and_known_ones_kept():
    discover(channels=[("power", "W")])
    Channel.objects.update(label="Puissance")

    device = discover(channels=[("power", "kW"), ("state", "")])

    assert channels(device) == [("power", "W"), ("state", "")]
    assert device.channels.get(key="power").label == "Puissance"


def test_a_channel_named_twice_in_one_breath_is_one():
    assert channels(discover(channels=[("power", "W"), ("power", "W")])) == [("power", "W")]


def test_a_device_that_is_known_keeps_what_a_manager_said():
    laser, charlie = factories.resource(), factories.manager()
    actions.adopt(device=discover(), by=charlie, resource=laser, label="Prise", now=NOW)

    device = discover(profile="tasmota", firmware="13.1", now=at(11))

    device.refresh_from_db()
    assert (device.profile, device.firmware) == ("native", "13.1")
    assert (device.resource, device.label, device.claimed) == (laser, "Prise", True)


def test_an_unclaimed_device_may_turn_out_to_be_another_family():
    discover(profile="native")

    assert discover(profile="tasmota").profile == "tasmota"


@pytest.mark.parametrize("what", ["resource", "door", "zone"])
def test_an_adopted_device_speaks_for_one_thing(what):
    thing, charlie = getattr(factories, what)(), factories.manager()
    device = discover()
    actions.ignore(device=device)

    actions.adopt(device=device, by=charlie, now=NOW, **{what: thing})

    device.refresh_from_db()
    assert [device.resource, device.door, device.zone].count(thing) == 1
    assert (device.claimed_at, device.claimed_by, device.ignored) == (NOW, charlie, False)


def test_a_device_that_changes_its_place_remembers_who_adopted_it_first():
    device, charlie = discover(), factories.manager()
    actions.adopt(device=device, by=charlie, now=NOW, resource=factories.resource(), label="Prise")

    door = factories.door()
    actions.adopt(device=device, by=factories.manager("dora"), now=at(12), door=door)

    device.refresh_from_db()
    assert (device.resource, device.door, device.label) == (None, door, "Prise")
    assert (device.claimed_at, device.claimed_by) == (NOW, charlie)


def test_a_device_never_speaks_for_a_machine_and_a_door():
    device, charlie = discover(), factories.manager()
    both = {"resource": factories.resource(), "door": factories.door()}

    with pytest.raises(IntegrityError), transaction.atomic():
        actions.adopt(device=device, by=charlie, now=NOW, **both)


def test_a_status_counts_from_its_first_report():
    discover()

    for online, now in [(True, at(11)), (False, at(12)), (False, at(13)), (True, at(14)), (True, at(15))]:
        actions.report_status(name="plug-1", online=online, now=now)

    device = Device.objects.get()
    assert (device.online, device.status_at) == (True, at(14))


def test_the_first_status_of_a_device_counts_even_when_it_is_offline():
    device, _password = enrolment.register(name="plug-1", profile="native", now=NOW)
    assert device.status_at is None

    actions.report_status(name="plug-1", online=False, now=NOW)

    device.refresh_from_db()
    assert (device.online, device.status_at) == (False, NOW)


def test_a_status_of_nobody_makes_no_device():
    actions.report_status(name="stranger", online=True, now=NOW)

    assert not Device.objects.exists()


def test_a_unit_that_is_told_after_the_first_reading_is_learned_and_never_another():
    discover(channels=[("power", ""), ("state", "")])
    discover(channels=[("power", "W"), ("state", "")])

    assert channels(discover(channels=[("power", "kW")])) == [("power", "W"), ("state", "")]
