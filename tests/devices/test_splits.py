"""Channels of a device become a device of their own: what was said stays, what comes is the part's."""

import pytest

from devices import splits
from devices.models import Channel, Control, Device
from firmware_bridge.telemetry.registry import Registry
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole():
    made = factories.device("shelly-4", resource=factories.resource("laser-1"))
    for key in ("power", "power_2", "energy_2", "relay_2"):
        Channel.objects.create(device=made, key=key, unit="W", label="Saw" if key == "power_2" else "")
    Control.objects.create(device=made, key="relay_2")
    return made


@pytest.fixture
def manager(client):
    client.force_login(factories.manager("carol", language="en"))
    return client


def split_off(whole, *keys, name="saw-meter"):
    return splits.split(
        device=whole, channels=whole.channels.filter(key__in=keys), name=name, label="Saw",
        place={"resource": factories.resource("saw")}, by=factories.manager(), now=NOW,
    )  # fmt: skip


def test_the_part_speaks_for_its_own_place_under_plain_names(whole):
    part = split_off(whole, "power_2", "energy_2")

    assert (part.resource.slug, part.claimed, part.behind) == ("saw", True, whole)
    assert (part.profile, part.online, part.status_at) == ("part", whole.online, NOW)
    assert list(part.channels.values_list("key", "label")) == [("energy", ""), ("power", "Saw")]
    since = round(NOW.timestamp() * 1e6) * 1000
    assert splits.in_use() == [
        ("shelly-4", "energy_2", "saw-meter", "energy", since),
        ("shelly-4", "power_2", "saw-meter", "power", since),
    ]
    assert list(whole.channels.values_list("key", flat=True)) == ["energy_2", "power", "power_2", "relay_2"]


def test_the_bridge_is_told(whole):
    split_off(whole, "power_2")
    registry = Registry()

    registry.look()

    assert registry.parts == splits.in_use()


def test_what_is_switched_or_gone_already_can_not_be_split_off(whole):
    split_off(whole, "power_2")

    assert [channel.key for channel in splits.splittable(whole)] == ["energy_2", "power"]


@pytest.mark.parametrize(
    ("keys", "called"),
    [
        (["power_2", "energy_2"], {"power_2": "power", "energy_2": "energy"}),
        (["power-2"], {"power-2": "power"}),
        (["power_c", "energy_c"], {"power_c": "power", "energy_c": "energy"}),
        (["power_a", "power_b", "power_c"], {f"power_{phase}": f"power_{phase}" for phase in "abc"}),
        (["power_1", "power_2"], {"power_1": "power_1", "power_2": "power_2"}),
        (["power", "power_2"], {"power": "power", "power_2": "power_2"}),
        (["co2", "tool0"], {"co2": "co2", "tool0": "tool0"}),
    ],
)
def test_numbers_and_phases_fall_away_where_that_is_clear(keys, called):
    assert splits.plain(keys) == called


def test_a_name_that_is_taken_changes_nothing(whole):
    factories.device("saw-meter")

    with pytest.raises(splits.Taken):
        split_off(whole, "power_2")

    assert splits.in_use() == []


def test_given_back_the_whole_says_it_again_and_the_part_is_out_of_the_way(whole):
    part = split_off(whole, "power_2")

    splits.give_back(part=part)

    part.refresh_from_db()
    assert splits.in_use() == []
    assert (part.claimed, part.ignored, part.resource) == (False, True, None)


def test_a_manager_splits_on_a_page_and_takes_it_back(whole, manager):
    factories.resource("saw")
    power = whole.channels.get(key="power_2")
    page = manager.get("/devices/shelly-4/split/").content.decode()
    wish = {
        "channels": [power.pk],
        "part_speaks_for": "resource:saw",
        "part_label": "Saw",
        "part_name": "shelly-4-2",
    }

    done = manager.post("/devices/shelly-4/split/", wish, follow=True)
    twice = manager.post("/devices/shelly-4/split/", wish)

    assert 'value="shelly-4-2"' in page
    assert "relay_2" not in page
    assert done.redirect_chain == [("/devices/shelly-4-2/", 302)]
    assert "It is part of another device" in done.content.decode()
    assert twice.status_code == 422
    assert "shelly-4-2" in manager.get("/devices/shelly-4/").content.decode()
    back = manager.post("/devices/shelly-4-2/unsplit/", follow=True)
    assert back.redirect_chain == [("/devices/shelly-4/", 302)]
    assert splits.in_use() == []


def test_a_name_of_another_device_is_told_at_its_field(whole, manager):
    factories.resource("saw")
    factories.device("plug-9")
    wish = {
        "channels": [whole.channels.get(key="power_2").pk],
        "part_speaks_for": "resource:saw",
        "part_name": "plug-9",
    }

    answer = manager.post("/devices/shelly-4/split/", wish)

    assert answer.status_code == 422
    assert "Another device has this name." in answer.content.decode()


def test_only_managers_split(client, whole):
    client.force_login(factories.member("alice"))

    assert client.get("/devices/shelly-4/split/").status_code in {302, 403}
    assert client.post("/devices/shelly-4/unsplit/").status_code in {302, 403}
    assert Device.objects.count() == 1
