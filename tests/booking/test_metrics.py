"""`/metrics` as Prometheus reads it: whole, bounded, and without anybody's name."""

from datetime import timedelta

import msgspec
import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from booking.metrics.text import histogram, metric
from lab.actions import hooks
from lab.hub import hub
from lab.telemetry import Influx, Past
from lab.timing import BOUNDS, Timing
from tests import factories
from tests.factories import NOW, span
from tests.lab.actions.test_hooks import hook, post

DOORS = {"up": True, "at": (NOW - timedelta(seconds=3)).timestamp(), "taps": 7, "refused": 2}
TELEMETRY = {"up": False, "readings": 41, "waiting": 3, "dead_letters": "many"}


def read(text: str) -> dict[str, dict[tuple, float]]:
    """Samples by name and labels."""
    families = text_string_to_metric_families(text)
    return {
        sample.name: {tuple(sorted(each.labels.items())): each.value for each in family.samples}
        for family in families
        for sample in family.samples
    } | {}


@pytest.fixture
def told(monkeypatch, tmp_path):
    """Pictures of two processes, as they come from the bus."""
    monkeypatch.setattr("devices.queries.store", lambda: tmp_path / "telemetry.sqlite3")
    for topic, picture in (("system/doors", DOORS), ("system/telemetry", TELEMETRY)):
        hub.receive(topic, msgspec.json.encode(picture))
    yield
    hub.receive("system/doors", b"")
    hub.receive("system/telemetry", b"")


def scrape() -> str:
    client = Client()
    client.force_login(factories.manager("charlie"))
    answer = client.get("/metrics")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.content.decode()


@pytest.mark.django_db
def test_names_end_in_total_for_counters_and_for_nothing_else(told, settings):
    settings.PAST = Past(30, 366, 0, Influx("http://127.0.0.1:9", "lab"))

    kinds = [line.split(" ")[2:] for line in scrape().splitlines() if line.startswith("# TYPE")]

    assert ["etabli_influx_refused_total", "counter"] in kinds
    assert [name for name, kind in kinds if (kind == "counter") != name.endswith("_total")] == []


@pytest.mark.django_db
def test_prometheus_reads_every_line_and_each_name_once(told):
    text = scrape()

    found = read(text)
    names = [line.split(" ")[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert found["etabli_taps_total"] == {(): 7}
    assert found["etabli_readings_total"] == {(): 41}
    assert found["etabli_process_up"] == {(("process", "doors"),): 1, (("process", "telemetry"),): 0}
    assert found["etabli_broker_up"] == {(): 0}
    assert "etabli_messages_unreadable_total" not in found  # no number was told


@pytest.mark.django_db
def test_what_waits_is_counted(told):
    hook("device.online")
    post()
    row = hook("device.offline")
    hooks.switch(hook=row, on=False, now=NOW)
    alice, laser = factories.member("alice"), factories.resource("laser-1")
    factories.booking(alice, laser, span(10, 11, day=400 * 3), state="requested")

    found = read(scrape())

    assert found["etabli_webhook_messages"] == {
        (("state", "waiting"),): 1,
        (("state", "sent"),): 0,
        (("state", "dead"),): 0,
    }
    assert found["etabli_webhook_behind_seconds"][()] > 0
    assert found["etabli_webhooks_paused"] == {(): 0}
    assert found["etabli_requests_waiting"] == {(): 1}


@pytest.mark.django_db
def test_nobodys_name_is_a_label(told):
    alice = factories.member("alice", first_name="Alice", last_name="Martin")
    factories.booking(alice, factories.resource("laser-1"), span(10, 11, day=400 * 3))

    text = scrape().lower()

    assert not any(name in text for name in ("alice", "martin", "charlie"))


def test_a_histogram_is_cumulative_and_ends_with_everything():
    spent = Timing()
    for seconds in (0.0004, 0.001, 0.004, 99.0):
        spent.add(seconds)

    (family,) = text_string_to_metric_families(
        "\n".join(histogram("taps_seconds", "Taps", spent.told())) + "\n"
    )

    counts = {s.labels["le"]: s.value for s in family.samples if s.name == "taps_seconds_bucket"}
    assert (family.type, len(counts)) == ("histogram", len(BOUNDS) + 1)
    assert (counts["0.001"], counts["0.0025"], counts["0.005"], counts["10"], counts["+Inf"]) == (
        2,
        2,
        3,
        3,
        4,
    )
    rest = {s.name: s.value for s in family.samples if not s.labels}
    assert rest == {"taps_seconds_count": 4, "taps_seconds_sum": pytest.approx(99.0054)}


@pytest.mark.parametrize("told", [None, {}, {"bounds": [1], "counts": [1], "sum": 1}, {"bounds": 3}, "x"])
def test_a_histogram_that_nobody_told_is_left_out(told):
    assert list(histogram("taps_seconds", "Taps", told)) == []


def test_a_label_holds_any_text():
    text = "\n".join(metric("x", "gauge", "X", [({"who": 'a"b\\c\nd'}, 1.5)])) + "\n"

    (family,) = text_string_to_metric_families(text)

    assert [(s.labels, s.value) for s in family.samples] == [({"who": 'a"b\\c\nd'}, 1.5)]
