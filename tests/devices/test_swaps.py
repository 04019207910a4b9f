"""New hardware takes over a place; the old keeps its past, and the way back is the same."""

import pytest
from django.test import Client

from devices.models import AlarmRule, Channel, Device
from devices.swaps import replace
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def old():
    made = factories.device("plug-old", resource=factories.resource("laser-1"), label="Laser plug")
    Channel.objects.create(device=made, key="power", unit="W", label="Cut", keep_days=7)
    return made


@pytest.fixture
def new():
    made = factories.device("plug-new", claimed=False)
    Channel.objects.create(device=made, key="power", unit="W")
    return made


def facts(device):
    device.refresh_from_db()
    return device.claimed, device.ignored, device.resource and device.resource.slug, device.label


def test_the_new_one_speaks_for_what_the_old_one_did(old, new):
    replace(old=old, new=new, by=factories.manager(), now=NOW)

    assert facts(new) == (True, False, "laser-1", "Laser plug")
    assert facts(old) == (False, True, None, "Laser plug")
    assert new.replaces == old
    channel = new.channels.get()
    assert (channel.label, channel.keep_days) == ("Cut", 7)


def test_the_way_back_is_the_same(old, new):
    manager = factories.manager()
    replace(old=old, new=new, by=manager, now=NOW)
    replace(old=Device.objects.get(pk=new.pk), new=Device.objects.get(pk=old.pk), by=manager, now=NOW)

    assert facts(old) == (True, False, "laser-1", "Laser plug")
    assert facts(new)[:3] == (False, True, None)
    assert new.replaces is None


def test_a_manager_replaces_on_the_page_and_both_pages_know_it(old, new):
    client = Client()
    client.force_login(factories.manager(language="en"))

    page = client.post("/devices/plug-new/replace/", {"old": "plug-old"}, follow=True).content.decode()

    assert "Laser plug takes the place of plug-old, whose readings stay." in page
    assert 'href="/devices/plug-old/"' in page
    assert 'href="/devices/plug-new/"' in client.get("/devices/plug-old/").content.decode()


@pytest.mark.parametrize("name", ["", "plug-new", "moon"])
def test_only_what_is_in_service_can_be_replaced(old, new, name):
    client = Client()
    client.force_login(factories.manager())

    assert client.post("/devices/plug-new/replace/", {"old": name}).status_code == 422
    assert facts(new)[0] is False


def test_only_managers_replace(old, new):
    client = Client()
    client.force_login(factories.member())

    assert client.post("/devices/plug-new/replace/", {"old": "plug-old"}).status_code == 403


def test_a_new_device_is_shown_with_what_we_think_and_adopted_at_once(old):
    factories.device("meter-laser-1", claimed=False, profile="shelly2", firmware="1.4")
    client = Client()
    client.force_login(factories.manager(language="en"))

    answer = client.get("/devices/")
    ((view, form),) = answer.context["unclaimed"]
    assert "Speaks Shelly Gen2+ · 1.4" in answer.content.decode()
    assert form.initial == {"speaks_for": "resource:laser-1"}

    client.post(f"/devices/{view.device.name}/adopt/", form.initial)
    assert facts(view.device)[:3] == (True, False, "laser-1")


def test_alarm_rules_and_what_hangs_behind_follow_the_new_one(old, new):
    rule = AlarmRule.objects.create(device=old, key="power", limit=9)
    behind = factories.device("tag-1", behind=old)
    replace(old=old, new=new, by=factories.manager(), now=NOW)
    rule.refresh_from_db()
    behind.refresh_from_db()

    assert (rule.device, behind.behind) == (new, new)
