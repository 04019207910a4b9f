"""The API tells every member of every device, those that nobody adopted yet too."""

from dataclasses import replace

import pytest
from django.conf import settings

from tests import factories
from tests.devices.test_history import START, kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def stray(client, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=tmp_path))
    kept(tmp_path / "telemetry.sqlite3", [(0, 132.5)])
    client.force_login(factories.member("alice"))
    return factories.device("plug-1", claimed=False)


def test_an_unclaimed_device_is_told_to_makers(client, stray):
    listed, one = client.get("/api/v1/devices").json(), client.get("/api/v1/devices/plug-1").json()

    assert [(item["device"], item["claimed"]) for item in listed["items"]] == [("plug-1", False)]
    assert (one["device"], one["claimed"]) == ("plug-1", False)


def test_so_is_what_it_measured(client, stray):
    hour = f"from={START.isoformat()}&to={START.replace(hour=START.hour + 1).isoformat()}".replace("+", "%2B")

    told = client.get(f"/api/v1/devices/plug-1/readings?channel=power&{hour}").json()

    assert [value for _, value in told["points"]] == [132.5]


def test_nobody_else_is_told_anything(client, stray):
    client.logout()

    assert client.get("/api/v1/devices").status_code == 401
    assert client.get("/api/v1/devices/plug-1").status_code == 401
