"""Pages of dead letters: shown safely, read again by the bridge's own decoders, exported, deleted."""

import json
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client

from devices import history, letters
from devices.letters import Wanted
from devices.models import Device
from devices.templatetags.letters_ui import as_hex, as_text
from firmware_bridge.sinks.embedded import Batch, DeadLetter, Store
from tests import factories

pytestmark = pytest.mark.django_db
AT = 1_795_400_000 * 10**9


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=tmp_path))
    found = [
        DeadLetter(AT, "fablab/v1/plug-1/readings", b'{"power":7}', "not yet", "native", "value", "plug-1"),
        DeadLetter(AT, "x/<b>y</b>", b"\xff\x00<script>", "not UTF-8", "", "encoding"),
        DeadLetter(AT, "x/z", b"?", "no family reads this topic", "", "unknown"),
    ]
    opened = Store(tmp_path / "telemetry.sqlite3")
    opened.write(Batch(letters=found, suppressed={"unknown": 40}))
    opened.close()
    return tmp_path / "telemetry.sqlite3"


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(factories.manager(language="en"))
    return client


def act(manager, query="", **said):
    return manager.post(f"/devices/dead-letters/act/{query}", said, follow=True).content.decode()


def test_what_could_not_be_read_is_shown_with_its_reason_and_what_to_do(store, manager):
    answer = manager.get("/devices/dead-letters/")
    page = answer.content.decode()

    assert [each.id for each in answer.context["letters"]] == [3, 2, 1]
    assert "No family that we know speaks like this." in page
    assert '<td class="number" data-label="Only counted">40</td>' in page
    assert "<script>" not in page.partition("<main")[2].partition("</main>")[0]


def test_the_list_is_narrowed(store, manager):
    answer = manager.get("/devices/dead-letters/?code=encoding&topic=x/&device=&start=2026-01-01T10:00&end=")

    assert [each.id for each in answer.context["letters"]] == [2]


@pytest.mark.parametrize("query", ["code=moon", "start=yesterday", "before=x", "before=" + "9" * 22])
def test_a_filter_that_says_nothing_shows_all(store, manager, query):
    assert manager.get(f"/devices/dead-letters/?{query}").context["shown"] == 3


def test_an_empty_house_says_that_all_could_be_read(tmp_path, monkeypatch, manager):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=tmp_path))

    assert "Everything could be read" in manager.get("/devices/dead-letters/").content.decode()


def test_one_letter_shows_its_bytes_and_gives_them(store, manager):
    page = manager.get("/devices/dead-letters/2/").content.decode()
    raw = manager.get("/devices/dead-letters/2/raw/")

    assert "0000  ff 00 3c 73" in page
    assert "\\xff\\x00&lt;script&gt;" in page
    assert (raw.content, raw["Content-Type"]) == (b"\xff\x00<script>", "application/octet-stream")
    assert manager.get("/devices/dead-letters/99/").status_code == 404


def test_reading_again_keeps_what_is_understood_now(store, manager):
    page = act(manager, scope="all", do="replay")

    assert "1 message is understood now. 2 still can’t be read." in page
    assert history.last(store)["plug-1"]["power"].value == 7.0
    assert Device.objects.get(name="plug-1").profile == "native"
    judged = [(each.id, each.code, len(each.version)) for each in letters.find(store, limit=9)]
    assert judged == [(3, "unknown", 8), (2, "unknown", 8)]


def test_only_what_was_chosen_is_read_again(store, manager):
    page = act(manager, letter=["3"], do="replay")

    assert "0 messages are understood now. 1 still can’t be read." in page
    assert letters.count(store) == 3


def test_what_is_shown_is_deleted_at_once(store, manager):
    assert "1 message deleted." in act(manager, "?code=encoding", scope="all", do="delete")
    assert letters.numbers(store, Wanted()) == [1, 3]
    assert "No message was chosen." in act(manager, do="delete")


@pytest.mark.parametrize("do", ["delete", "replay"])
def test_what_somebody_deleted_meanwhile_is_said_to_be_gone(store, manager, do):
    act(manager, letter=["3"], do="delete")

    assert "None of them waits any more" in act(manager, letter=["3"], do=do)
    assert letters.numbers(store, Wanted()) == [1, 2]


def test_the_export_is_one_object_a_line(store, manager):
    answer = manager.get("/devices/dead-letters/export/?code=unknown")
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert [json.loads(line)["topic"] for line in lines] == ["x/z"]
    assert answer["Content-Type"].startswith("application/x-ndjson")


def test_a_device_s_page_leads_to_its_letters(store, manager):
    factories.device("plug-1")

    assert "/devices/dead-letters/?device=plug-1" in manager.get("/devices/plug-1/").content.decode()


@pytest.mark.parametrize("path", ["", "1/", "1/raw/", "export/", "act/"])
def test_only_managers_see_them(store, path):
    maker = Client()
    maker.force_login(factories.member())
    ask = maker.post if path == "act/" else maker.get

    assert ask(f"/devices/dead-letters/{path}").status_code == 403


def test_bytes_that_would_turn_a_line_around_are_shown_as_what_they_are():
    assert as_text("a\u202eb\x1b[0m\n".encode() + b"\xc3") == "a\\u202eb\\x1b[0m\n\\xc3"
    assert as_hex(b"Hi\x00" + b"x" * 14) == (
        f"0000  48 69 00 78 78 78 78 78 78 78 78 78 78 78 78 78  Hi.xxxxxxxxxxxxx\n0010  78{' ' * 45}  x"
    )
