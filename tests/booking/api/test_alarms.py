"""Alarms for other programs."""

import pytest

from devices.models import Alarm, AlarmRule
from tests import factories
from tests.booking.alarms.air import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def hot():
    sensor = factories.device("room-1", label="Air")
    rule = AlarmRule.objects.create(device=sensor, key="temperature", limit=30)
    data = {"condition": "above", "limit": 30.0, "unit": "°C", "value": 31.5}
    facts = {"rule": rule, "device": sensor, "key": "temperature", "severity": "warning", "data": data}
    Alarm.objects.create(
        subject="a", raised_at=moment(-60), noted_at=moment(-60), cleared_at=moment(-50), **facts
    )
    return Alarm.objects.create(subject="a", raised_at=moment(0), noted_at=moment(0), **facts)


@pytest.fixture
def manager(client):
    client.force_login(factories.manager("carol", language="en"))
    return client


def test_a_manager_reads_alarms_the_newest_first(manager, hot):
    items = manager.get("/api/v1/alarms").json()["items"]

    assert [item["cleared_at"] is None for item in items] == [True, False]
    assert items[0] | {"title": ""} == {
        "id": hot.pk, "code": "above", "title": "", "severity": "warning", "device": "room-1",
        "channel": "temperature", "resource": None, "rule": hot.rule_id, "limit": 30.0, "value": 31.5,
        "times": 1, "raised_at": "2026-05-04T10:00:00+02:00", "cleared_at": None, "acknowledged_at": None,
        "acknowledged_by": None, "note": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("open=true", 1),
        ("device=room-1", 2),
        ("device=moon", 0),
        ("to=2026-05-04T09:55:00%2B02:00", 1),
        ("from=2026-05-04T09:10:00%2B02:00", 1),
        ("limit=1", 1),
    ],
)
def test_alarms_are_narrowed(manager, hot, asked, found):
    assert len(manager.get(f"/api/v1/alarms?{asked}").json()["items"]) == found


def test_one_who_takes_care_is_named_and_the_next_is_told_so(manager, hot):
    address = f"/api/v1/alarms/{hot.pk}/acknowledge"
    answers = [manager.post(address, {"note": "on my way"}, "application/json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert (answers[0].json()["acknowledged_by"], answers[0].json()["note"]) == ("carol", "on my way")
    assert answers[1].json()["code"] == "acknowledged"
    assert (
        manager.post("/api/v1/alarms/99999/acknowledge", content_type="application/json").status_code == 404
    )


def test_others_are_refused(client, hot):
    assert client.get("/api/v1/alarms").status_code == 401
    client.force_login(factories.member("alice"))
    answers = [
        client.get("/api/v1/alarms"),
        client.post(f"/api/v1/alarms/{hot.pk}/acknowledge", content_type="application/json"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
