"""A channel's chart as the server says it: its table without a script, its limits and alarms in words."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from devices.models import Alarm, AlarmRule, Channel
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def plug():
    made = factories.device("plug-1", resource=factories.resource("laser-1"))
    Channel.objects.create(device=made, key="power", unit="W")
    Channel.objects.create(device=made, key="state")
    return made


@pytest.fixture
def manager() -> Client:
    return client_of(factories.manager(language="en"))


@pytest.fixture
def hot(plug):
    rule = AlarmRule.objects.create(device=plug, key="power", limit=500.75, clear=400, severity="alarm")
    data = {"condition": "above", "limit": 500.75, "unit": "W"}
    now = timezone.now()
    return Alarm.objects.create(
        rule=rule, subject="plug-1/power", device=plug, key="power", severity="alarm", raised_at=now,
        noted_at=now, data=data,
    )  # fmt: skip


def client_of(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def says(settings, tmp_path):
    """Writes values, a second apart, the last of them just now; gives the second of the first."""
    settings.CONFIG = replace(settings.CONFIG, state=tmp_path)
    told = Store(tmp_path / "telemetry.sqlite3")

    def write(channel: str, *values: float | str) -> int:
        past = round(timezone.now().timestamp()) - len(values)
        readings = [
            Reading("plug-1", channel, value, "", (past + n) * 10**9, True) for n, value in enumerate(values)
        ]
        told.write(Batch(readings=[readings]))
        return past

    yield write
    told.close()


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/devices/plug-1/?range=15m{query}")
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def rows(html: str) -> list[list[str]]:
    body = html.split("data-chart-table", 1)[1].split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    plain = [re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>")]
    return [[re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row] for row in plain if row]


def test_without_a_script_the_values_stand_in_an_open_table(manager, plug, says):
    says("power", 12, 612.7)
    html = page(manager)

    assert "<details open data-chart-table>" in html
    assert [row[1:] for row in rows(html)] == [["613 W", ""], ["12 W", ""]]
    assert "The curve needs JavaScript." in html


def test_a_channel_of_words_has_a_table_of_words(manager, plug, says):
    says("state", "idle", "busy")

    assert [row[1].strip() for row in rows(page(manager, "&channel=state"))] == ["at work", "idle"]


def test_the_table_is_the_newest_sixty_values(manager, plug, says):
    says("power", *range(80))

    assert [row[1] for row in rows(page(manager))] == [f"{n} W" for n in range(79, 19, -1)]


def test_a_channel_that_said_nothing_in_this_time_says_so(manager, plug):
    assert rows(page(manager)) == [["No value in this time."]]


def test_a_limit_stands_in_words_and_as_numbers_that_a_script_reads(manager, plug, hot):
    html = page(manager)
    lines = re.findall(r'data-chart-limit="(.*?)" data-mark="(.*?)"( data-dots)?', html)

    assert lines == [("500.75", "▲", ""), ("400.0", "✓", " data-dots")]
    assert "Power above 501 W" in html
    assert "over at 400 W" in html


def test_an_alarm_stands_in_the_legend_and_beside_the_values_of_its_time(manager, plug, hot, says):
    first = says("power", 12, 600)
    Alarm.objects.update(raised_at=datetime.fromtimestamp(first + 0.5, UTC))
    html = page(manager)

    assert "An alarm stood 1 time" in html
    assert [row[1:] for row in rows(html)] == [["600 W", "Power above 501 W"], ["12 W", ""]]


def test_makers_see_the_curve_and_no_alarm(plug, hot):
    html = page(client_of(factories.member("alice", language="en")))

    assert "data-chart-plot" in html
    assert "chart-bands" not in html
