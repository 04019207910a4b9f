"""`python -m firmware_bridge`: what it runs, what it refuses, what it waits for."""

import signal
import sqlite3
import sys

import pytest

from firmware_bridge.__main__ import main
from firmware_bridge.sinks.embedded import Batch, DeadLetter, Store
from tests.firmware_bridge.bridges import PATIENCE
from tests.processes import eventually, running


def test_without_a_name_both_run_in_one(lab):
    with lab.bridge() as both, lab.client("fablab/v1/door-1/command") as client:
        client.tap("n-1")
        client.say("fablab/v1/plug-1/readings", {"n": 1})

        assert client.next()["do"] == "unlock"
        eventually(lambda: lab.kept("plug-1") == [1.0], PATIENCE)
        both.send(signal.SIGINT)
        assert both.end() == 0


@pytest.mark.parametrize("words", [["windows"], ["doors", "telemetry"], ["--help", "doors"]])
def test_a_wrong_name_is_told_in_one_line(quick_lab, words):
    with quick_lab.bridge(*words, ready=False) as process:
        assert process.end() == 2
        assert process.text.startswith("usage: python -m firmware_bridge [doors | telemetry")
        assert process.text.count("\n") == 1


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_names_every_process_and_is_no_mistake(capsys, word):
    assert main([word]) == 0

    said = capsys.readouterr()
    assert (
        said.err,
        [name for name in ("doors", "telemetry", "serial", "replay") if name not in said.out],
    ) == (
        "",
        [],
    )


def test_a_wrong_broker_is_told_in_one_line(quick_lab):
    quick_lab.environ["MQTT_URL"] = "http://nowhere"
    with quick_lab.bridge("doors", ready=False) as process:
        assert process.end() == 1
        assert process.text.count("\n") == 1
        assert "MQTT_URL" in process.text


def test_a_broker_that_is_not_there_yet_is_waited_for(quick_lab):
    quick_lab.server.kill()
    with quick_lab.bridge(ready=False) as both:
        eventually(lambda: both.text.count("next try") >= 2, PATIENCE)
        quick_lab.server.start()
        eventually(lambda: both.text.count("connected to") == 2, PATIENCE)


def test_a_store_that_cannot_be_opened_yet_is_waited_for(quick_lab):
    quick_lab.store.mkdir()
    with quick_lab.bridge("telemetry", ready=False) as telemetry:
        eventually(lambda: "can't be opened" in telemetry.text, PATIENCE)
        quick_lab.store.rmdir()

        eventually(lambda: "connected to" in telemetry.text, PATIENCE)


def test_replay_decodes_what_is_understood_now(quick_lab):
    store = Store(quick_lab.store)
    store.write(
        Batch(
            letters=[
                DeadLetter(1_795_400_000 * 10**9, "fablab/v1/plug-1/readings", b'{"n":7}', "not yet", ""),
                DeadLetter(1_795_400_000 * 10**9, "fablab/v1/door-1/tap", b'{"uid":"*"}', "why", "native"),
                DeadLetter(1_795_400_000 * 10**9, "x/y", b"?", "no family reads this topic", ""),
            ]
        )
    )
    store.close()

    with running(sys.executable, "-m", "lab", "replay", **quick_lab.environ) as replay:
        assert replay.end() == 0
        assert "1 of 3 dead letters decoded" in replay.text

    assert quick_lab.kept("plug-1") == [7.0]
    assert [topic for topic, _, _ in quick_lab.letters()] == ["x/y", "fablab/v1/door-1/tap"]
    with sqlite3.connect(quick_lab.store) as db:
        assert db.execute("SELECT at FROM reading").fetchall() == [(1_795_400_000 * 10**9,)]
    assert quick_lab.rows("SELECT name FROM devices_device WHERE name = 'plug-1'") == [("plug-1",)]


def test_replay_knows_what_was_learnt_and_what_was_retained(quick_lab):
    at = 1_795_400_000 * 10**9
    config = b'{"state_topic":"box/s","unit_of_measurement":"kWh","device":{"identifiers":["box-1"]}}'
    store = Store(quick_lab.store)
    store.write(
        Batch(
            at,
            lessons=[("homeassistant/sensor/box/energy/config", config)],
            letters=[
                DeadLetter(at, "box/s", b"1.5", "no family reads this topic", ""),
                DeadLetter(at, "box/s", b"9", "no family reads this topic (retained)", ""),
            ],
        )
    )
    store.close()

    with running(sys.executable, "-m", "lab", "replay", **quick_lab.environ) as replay:
        assert replay.end() == 0
        assert "2 of 2 dead letters decoded" in replay.text

    assert quick_lab.last("box-1") == {"energy": 1500.0}
    with sqlite3.connect(quick_lab.store) as db:
        assert db.execute("SELECT at, value FROM reading").fetchall() == [(at, 1500.0)]
