"""Pages of devices: adopted by managers, closed to others."""

import pytest
from django.test import Client

from devices.models import Channel, Device
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    return sign_in(factories.manager(language="en"))


@pytest.fixture
def plug() -> Device:
    made = factories.device("plug-new", claimed=False, profile="tasmota")
    Channel.objects.create(device=made, key="power", unit="W")
    return made


def sign_in(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_a_new_device_is_adopted_for_a_resource(manager, plug):
    factories.resource("laser-1")
    answer = manager.post(
        "/devices/plug-new/adopt/", {"speaks_for": "resource:laser-1", "label": "Laser plug"}
    )
    plug.refresh_from_db()

    assert answer["Location"] == "/devices/plug-new/"
    assert (plug.claimed, plug.resource.slug, plug.label) == (True, "laser-1", "Laser plug")
    assert "Laser plug now speaks for laser-1." in manager.get("/devices/plug-new/").content.decode()


@pytest.mark.parametrize("kind", ["door", "zone"])
def test_a_device_may_speak_for_a_door_or_a_zone(manager, plug, kind):
    factories.door("door-1", zone=factories.zone("zone-1"))
    manager.post("/devices/plug-new/adopt/", {"speaks_for": f"{kind}:{kind}-1"})
    plug.refresh_from_db()

    assert getattr(plug, kind).slug == f"{kind}-1"


@pytest.mark.parametrize("place", ["", "resource:moon", "laser-1", "member:alice"])
def test_a_place_that_is_not_there_is_asked_again(manager, plug, place):
    answer = manager.post("/devices/plug-new/adopt/", {"speaks_for": place})
    plug.refresh_from_db()

    assert (answer.status_code, plug.claimed) == (422, False)


def test_an_ignored_device_is_no_longer_offered(manager, plug):
    manager.post("/devices/plug-new/ignore/")

    assert manager.get("/devices/").context["unclaimed"] == []


@pytest.mark.parametrize("act", ["adopt", "ignore"])
def test_only_managers_steer_devices_and_only_by_post(plug, manager, act):
    maker = sign_in(factories.member())

    assert maker.post(f"/devices/plug-new/{act}/", {"speaks_for": "zone:fablab"}).status_code == 403
    assert manager.get(f"/devices/plug-new/{act}/").status_code == 405
    plug.refresh_from_db()
    assert (plug.claimed, plug.ignored) == (False, False)


def test_makers_see_what_is_in_service_and_nothing_to_steer(plug):
    laser = factories.resource("laser-1")
    factories.device("meter-1", resource=laser)
    maker = sign_in(factories.member(language="en"))

    page = maker.get("/devices/meter-1/").content.decode()
    assert "Account on the broker" not in page
    assert maker.get("/devices/plug-new/").status_code == 404


@pytest.mark.parametrize("asked", ["", "range=7d", "range=moon", "channel=power", "channel=moon&range=15m"])
def test_the_curve_asks_for_a_channel_that_exists(manager, plug, asked):
    answer = manager.get(f"/devices/plug-new/?{asked}")

    assert (answer.status_code, answer.context["channel"].key) == (200, "power")


def test_a_device_without_channels_says_that_it_has_not_spoken(manager):
    factories.device("mute")

    assert "No reading yet" in manager.get("/devices/mute/").content.decode()


def test_after_a_flood_a_screenful_is_offered_and_the_rest_is_let_go_together(manager, plug):
    Device.objects.bulk_create([Device(name=f"junk-{n}", profile="tasmota") for n in range(40)])
    shown = manager.get("/devices/").context
    found = manager.get("/devices/?name=PLUG").context
    board = manager.get("/dashboard/").context
    manager.post("/devices/new/ignore/", {"name": "junk"}, follow=True)
    left = manager.get("/devices/").context

    assert (len(shown["unclaimed"]), shown["waiting"]) == (24, 41)
    assert [view.device for view, _ in found["unclaimed"]] == [plug]
    assert (len(board["unclaimed"]), board["unclaimed_more"], board["waiting"]) == (5, 36, 41)
    assert ([view.device for view, _ in left["unclaimed"]], left["ignored_count"]) == ([plug], 40)


def test_a_maker_lets_no_device_go(client, plug):
    client.force_login(factories.member("alice"))

    assert client.post("/devices/new/ignore/").status_code == 403
    assert not Device.objects.filter(ignored=True).exists()
