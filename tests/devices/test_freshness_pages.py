"""Why a device is as fresh as it is, on its page and for other programs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from devices import actions
from devices.models import Channel, Device
from devices.rhythms import Rhythms
from firmware_bridge.profiles.base import Read, Reading
from firmware_bridge.sinks.embedded import Batch, Store
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=tmp_path))
    made = Store(tmp_path / "telemetry.sqlite3")
    yield made
    made.close()


@pytest.fixture
def manager(client):
    client.force_login(factories.manager("carol", language="en"))
    return client


@pytest.fixture
def sensor():
    made = factories.device("room-1", label="Air", online=True, status_at=timezone.now())
    Channel.objects.create(device=made, key="co2", unit="ppm")
    return made


def says(store, *ages: float) -> None:
    now = timezone.now().timestamp()
    readings = [Reading("room-1", "co2", 1.0, "ppm", round((now - age) * 1e6) * 1000, True) for age in ages]
    store.write(Batch(readings=[readings]))


def told(manager):
    facts = manager.get("/api/v1/devices/room-1").json()
    return facts["freshness"], facts["freshness_reason"], facts["channels"][0]["freshness_reason"]


def test_what_a_device_mostly_keeps_is_expected_of_it(manager, store, sensor):
    says(store, *(600.0 * n + 700 for n in range(20)))
    before = told(manager)
    rhythms, now = Rhythms(), timezone.now()
    learned = [rhythms.sweep(now=now), rhythms.sweep(now=now + timedelta(minutes=1))]

    assert (before, told(manager)) == (("silent", "overdue", "overdue"), ("fresh", "on_time", "on_time"))
    assert (learned, Channel.objects.get().rhythm) == ([1, 0], 600.0)
    assert "A value every 10 min, as expected." in manager.get("/devices/room-1/").content.decode().replace(
        "\xa0", " "
    )


def test_a_device_that_signed_off_is_unknown_while_its_gateway_or_our_bridge_is_away(manager, store, sensor):
    says(store, 5)
    gateway = factories.device("gateway", label="The gateway", online=False, status_at=timezone.now())
    Device.objects.filter(pk=sensor.pk).update(online=False)
    found = [told(manager)]
    manager.post("/devices/room-1/behind/", {"gateway": "gateway"})
    found.append(told(manager))
    page = manager.get("/devices/room-1/").content.decode()
    Device.objects.filter(pk=gateway.pk).update(online=True)
    actions.beat(name="telemetry", now=timezone.now() - timedelta(minutes=5))
    found.append(told(manager))

    assert found == [
        ("offline", "last_will", "last_will"),
        ("fresh", "gateway_away", "gateway_away"),
        ("fresh", "bridge_away", "bridge_away"),
    ]
    assert "Unknown: The gateway, which it speaks through, is offline." in page


def test_devices_do_not_hang_behind_each_other_in_a_circle(manager, sensor):
    factories.device("gateway", behind=sensor)
    manager.post("/devices/room-1/behind/", {"gateway": "gateway"})
    sensor.refresh_from_db()

    assert sensor.behind is None
    manager.post("/devices/gateway/behind/", {"gateway": ""})
    assert Device.objects.get(name="gateway").behind is None


def test_a_reader_that_has_no_word_for_coming_and_going_is_as_fresh_as_the_last_tag_it_saw(manager, store):
    factories.device("gate", online=False, status_at=None)
    before = manager.get("/api/v1/devices/gate").json()
    seen = round((timezone.now().timestamp() - 3) * 1e6) * 1000
    store.write(Batch(reads=[Read("gate", "7EDA9038051002710002C0AE", 1, -52.0, 1, seen, True)]))
    after = manager.get("/api/v1/devices/gate").json()

    assert (before["freshness"], before["freshness_reason"]) == ("silent", "never_heard")
    assert (after["freshness"], after["freshness_reason"]) == ("fresh", "on_time")


def test_a_reader_without_values_is_silent_in_a_whole_sentence(manager, store):
    factories.device("gate", profile="zebra", online=True, status_at=timezone.now())
    seen = round((timezone.now().timestamp() - 900) * 1e9)
    store.write(Batch(reads=[Read("gate", "7EDA9038051002710002C0AE", 1, -52.0, 1, seen, True)]))

    assert (
        "Nothing came for a while; something is expected every"
        in manager.get("/devices/gate/").content.decode()
    )
