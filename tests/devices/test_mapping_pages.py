"""Mappings on pages: tried on the last messages by the bridge itself, then saved, ordered, switched off."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.test import Client

from devices import history, letters, mappings
from devices.forms.mappings import read_states
from devices.models import Mapping
from firmware_bridge.sinks.embedded import Batch, DeadLetter, Store
from firmware_bridge.sinks.rawlog import RawLog
from tests import factories

pytestmark = pytest.mark.django_db
AT = 1_795_400_000 * 10**9
SAID = b'{"temp":{"c":812.5},"kwh":1.5,"etat":"CHAUFFE","odd key":1}'
OVEN = {
    "label": "Ovens",
    "topic": "workshop/{device}/state",
    "device": "",
    "at_path": "",
    "rows-TOTAL_FORMS": "3",
    "rows-INITIAL_FORMS": "0",
    "rows-0-path": "temp.c",
    "rows-0-key": "temperature",
    "rows-0-unit": "C",
    "rows-2-path": "etat",
    "rows-2-key": "state",
    "rows-2-states": "CHAUFFE=busy, *=0",
}


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=tmp_path))
    monkeypatch.setattr("devices.views.mappings.PATIENCE", 120)  # a process begins slowly on a busy machine
    raw = RawLog(tmp_path / "raw.sqlite3", most_bytes=10**6, days=7)
    raw.note(AT, "workshop/oven-1/state", SAID, False, [])
    raw.close()
    store = Store(tmp_path / "telemetry.sqlite3")
    lost = DeadLetter(AT, "workshop/oven-1/state", SAID, "no family reads this topic", "", "unknown")
    store.write(Batch(letters=[lost]))
    store.close()
    return tmp_path


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(factories.manager(language="en"))
    return client


def saved(**facts):
    channels = [{"key": "t", "path": "temp.c"}]
    plain = {"label": "Ovens", "topic": "workshop/{device}/state", "channels": channels}
    return Mapping.objects.create(**(plain | facts))


def test_a_mapping_is_tried_while_it_is_written_and_then_saved(state, manager):
    tried = manager.post("/devices/mappings/preview/", OVEN).content.decode()
    assert "oven-1 / temperature" in tried
    assert "812" in tried
    assert "busy" in tried

    answer = manager.post("/devices/mappings/new/", OVEN | {"do": "save"})

    assert answer["Location"] == "/devices/mappings/"
    assert mappings.in_use() == [
        {
            "topic": "workshop/{device}/state",
            "device": "",
            "at": "",
            "channels": [
                {"key": "temperature", "path": "temp.c", "unit": "C", "states": {}},
                {"key": "state", "path": "etat", "unit": "", "states": {"CHAUFFE": "busy", "*": "0"}},
            ],
        }
    ]
    assert LogEntry.objects.get().change_message == "workshop/{device}/state"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"topic": "tele/{device}/SENSOR"}, "Topics: Topics that begin so belong to a family"),
        ({"topic": "workshop//{device}/{device}"}, "Topics: This is no pattern"),
        ({"topic": "workshop/+/state"}, "The topic names no device"),
        ({"rows-2-path": "etat[["}, "Row 3, Path: This is no path"),
        ({"rows-2-key": "temperature"}, "Row 3, Channel: Two rows have this channel."),
    ],
)
def test_what_is_wrong_is_said_while_it_is_written(state, manager, changed, said):
    tried = manager.post("/devices/mappings/preview/", OVEN | changed).content.decode()

    assert said in tried
    assert "No message of these topics yet" not in tried


def test_nothing_is_wrong_before_anything_is_written(state, manager):
    empty = {"topic": "", "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}

    assert "notice" not in manager.post("/devices/mappings/preview/", empty).content.decode()


def test_once_it_is_saved_what_came_before_is_read_again(state, manager):
    manager.post("/devices/mappings/new/", OVEN | {"do": "save"})

    manager.post("/devices/dead-letters/act/", {"scope": "all", "do": "replay"})

    last = history.last(state / "telemetry.sqlite3")["oven-1"]
    assert {key: (found.value, found.unit) for key, found in last.items()} == {
        "temperature": (812.5, "°C"),
        "state": ("busy", ""),
    }
    assert letters.count(state / "telemetry.sqlite3") == 0


def test_a_value_of_the_last_message_becomes_a_row(state, manager):
    page = manager.get("/devices/mappings/new/?topic=workshop/oven-1/state").content.decode()
    assert 'name="add" value="temp.c"' in page
    assert "name=&quot;add&quot;" not in page

    answer = manager.post("/devices/mappings/new/", OVEN | {"add": '["odd key"]'})

    assert answer.context["rows"].forms[1]["path"].value() == '["odd key"]'
    assert answer.context["rows"].forms[1]["key"].value() == "odd_key"
    assert not Mapping.objects.exists()


def test_more_rows_and_a_try_ask_for_no_name_yet(state, manager):
    page = manager.get("/devices/mappings/new/?topic=workshop/oven-1/state").content.decode()
    presses = [part.split(">", 1)[0] for part in page.split("<button")[1:]]
    early = [one for one in presses if 'value="more"' in one or 'value="try"' in one or 'name="add"' in one]

    assert len(early) >= 3
    assert all("formnovalidate" in one for one in early)


def test_more_rows_keep_what_was_written(state, manager):
    answer = manager.post("/devices/mappings/new/", OVEN | {"do": "more"})

    assert len(answer.context["rows"].forms) == 5
    assert answer.context["rows"].forms[0]["key"].value() == "temperature"


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"topic": "tele/{device}/x"}, "topic", "belong to a family"),
        ({"at_path": "a..b"}, "at_path", "This is no path"),
        ({"rows-2-key": "temperature"}, "rows-2-key", "Two rows have this channel."),
        (dict.fromkeys(("rows-0-path", "rows-0-key", "rows-2-path", "rows-2-key"), ""), "", "At least one"),
        ({"label": ""}, "label", ""),
    ],
)
def test_what_can_not_be_used_is_told_at_its_field(state, manager, changed, field, said):
    answer = manager.post("/devices/mappings/new/", OVEN | {"do": "save"} | changed)
    form, rows = answer.context["form"], answer.context["rows"]
    if field.startswith("rows-"):
        _, number, column = field.split("-")
        errors = rows.forms[int(number)].errors[column]
    else:
        errors = form.errors[field or "__all__"]

    assert (answer.status_code, said in errors[0]) == (422, True)
    assert said in answer.content.decode()
    assert not Mapping.objects.exists()


def test_the_first_that_fits_takes_a_topic_and_the_order_can_be_changed(state, manager):
    first, second = saved(label="a", position=0), saved(label="b", position=1)

    manager.post(f"/devices/mappings/{second.pk}/raise/")
    assert [each.label for each in Mapping.objects.all()] == ["b", "a"]
    manager.post(f"/devices/mappings/{second.pk}/raise/")
    assert [each.label for each in Mapping.objects.all()] == ["b", "a"]

    manager.post(f"/devices/mappings/{second.pk}/switch/")
    assert len(mappings.in_use()) == 1
    manager.post(f"/devices/mappings/{first.pk}/remove/")
    assert mappings.in_use() == []


def test_a_saved_one_is_shown_as_it_was_written(state, manager):
    row = saved(channels=[{"key": "state", "path": "etat", "unit": "", "states": {"ON": "1", "*": "0"}}])

    page = manager.get(f"/devices/mappings/{row.pk}/")

    assert page.context["rows"].forms[0]["states"].value() == "ON=1, *=0"


def test_topics_that_nobody_reads_are_offered(state, manager):
    page = manager.get("/devices/mappings/").content.decode()

    assert "/devices/mappings/new/?topic=workshop/oven-1/state" in page


@pytest.mark.parametrize("path", ["", "new/", "preview/", "1/", "1/switch/", "1/raise/", "1/remove/"])
def test_only_managers_map(state, path):
    saved()
    maker = Client()
    maker.force_login(factories.member())

    assert maker.post(f"/devices/mappings/{path}").status_code == 403


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("ON=1, OFF=0", {"ON": "1", "OFF": "0"}),
        ("a=b=c,,", {"a=b": "c"}),
        ("busy", {"busy": "busy"}),
        ("", {}),
    ],
)
def test_states_are_pairs(text, states):
    assert read_states(text) == states
