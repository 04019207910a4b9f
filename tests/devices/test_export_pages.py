"""The page and the call that give readings as a file: who may, of what, and what is refused."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone

from devices.exports import download
from devices.models import Channel
from lab.models import ApiToken
from tests import factories
from tests.devices.test_history import START, kept

pytestmark = pytest.mark.django_db
FROM, TO = "2026-03-28T12:00:00Z", "2026-03-28T13:00:00Z"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: START + timedelta(hours=1))


@pytest.fixture
def plug(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=tmp_path))
    kept(tmp_path / "telemetry.sqlite3", [(0, 132.5), (60, 140.0), (120, 0.5)])
    kept(tmp_path / "telemetry.sqlite3", [(0, "=busy")], channel="state", unit="")
    row = factories.device("plug-1", resource=factories.resource("laser-1"))
    Channel.objects.bulk_create(
        [Channel(device=row, key="power", unit="W"), Channel(device=row, key="state")]
    )
    return row


@pytest.fixture
def alice(db):
    return factories.member("alice", language="en")


def ask(who, **asked):
    token = ApiToken.issue(who)
    return Client().get(
        "/api/v1/devices/plug-1/export",
        {"from": FROM, "to": TO} | asked,
        headers={"Authorization": f"Bearer {token}"},
    )


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def page(who, **asked):
    client = Client()
    client.force_login(who)
    return client.get("/devices/plug-1/export/", asked)


def test_a_file_of_every_channel_with_its_name(plug, alice):
    answer = ask(alice)

    assert answer["Content-Disposition"] == 'attachment; filename="plug-1_2026-03-28_2026-03-28.csv"'
    assert answer["Content-Type"].startswith("text/csv")
    assert [line.rsplit(",", 3)[1:] for line in body(answer).decode().split("\r\n")[1:-1]] == [
        ["power", "W", "132.5"],
        ["power", "W", "140.0"],
        ["power", "W", "0.5"],
        ["state", "", "'=busy"],
    ]


def test_channels_means_and_other_kinds_of_files(plug, alice):
    told = pq.read_table(io.BytesIO(body(ask(alice, channel="power", step=120, format="parquet"))))
    assert told.column("value").to_pylist() == [136.25, 0.5]

    lines = body(ask(alice, channel=["state", "power"], format="lp")).decode().splitlines()
    at = int(START.timestamp())
    assert lines[:2] == [
        f'texts,channel=state,device=plug-1 text="=busy" {at}000000000',
        f"readings,channel=power,device=plug-1 value=132.5 {at}000000000",
    ]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"channel": "heat"}, 422, "unknown_channel"),
        ({"from": TO, "to": FROM}, 422, "bad_span"),
        ({"step": 0.0001}, 422, "too_many_points"),
        ({"format": "xlsx"}, 422, None),
    ],
)
def test_what_is_refused_says_why(plug, alice, asked, status, code):
    answer = ask(alice, **asked)

    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code


def test_a_device_that_waits_for_adoption_is_for_managers(plug, alice):
    plug.claimed_at = None
    plug.save()

    assert ask(alice).status_code == 404
    assert page(alice).status_code == 404
    assert page(factories.manager("charlie")).status_code == 200
    assert Client().get("/devices/plug-1/export/").status_code == 302


def test_few_files_at_once_and_each_gives_its_place_back(plug, alice):
    under_way = [ask(alice) for _ in range(download.AT_ONCE)]

    assert (ask(alice).status_code, ask(alice).json()["code"]) == (429, "busy")
    assert "Try again in a moment" in page(alice, **WISH).content.decode()
    for answer in under_way:
        hang_up(answer)
    assert body(ask(alice)).startswith(b"time,")


def hang_up(answer):
    """The reader is gone; the database's connection stays, as it is the test's."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


WISH = {
    "channel": "power",
    "start": "2026-03-28T13:00",
    "end": "2026-03-28T14:00",
    "step": "60",
    "format": "csv",
}


def test_the_page_proposes_the_last_day_of_everything(plug, alice):
    told = page(alice).content.decode()

    assert 'value="2026-03-28T14:00"' in told  # now, by the lab's clock
    assert told.count("checked") == 3  # both channels, and CSV


def test_the_page_gives_the_file(plug, alice):
    assert body(page(alice, **WISH)).count(b"\r\n") == 4


def test_the_page_says_what_cannot_be(plug, alice):
    answer = page(alice, **(WISH | {"end": "2026-03-28T12:00"}))

    assert answer.status_code == 422
    assert "The end comes after the start." in answer.content.decode()


def test_years_as_minutes_are_too_much(plug, alice):
    start = datetime(2026, 1, 1) - timedelta(days=20 * 365)

    assert page(alice, **(WISH | {"start": f"{start:%Y-%m-%dT%H:%M}"})).status_code == 422
