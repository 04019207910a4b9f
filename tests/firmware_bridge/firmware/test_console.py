"""A new reader takes the line that the lab showed once, and nothing else, from its console."""

import io
import json
import os
import subprocess
from dataclasses import replace

import pytest
from django.test import Client
from reader import console

from devices.credentials import verify
from devices.models import Device
from devices.reader_keys import reader_key
from tests import factories
from tests.firmware_bridge.firmware.authority import authority
from tests.firmware_bridge.firmware.readers import FIRMWARE, micropython, reader

LINE = {
    "name": "door-1",
    "for": "door",
    "password": "a password",
    "key": "00" * 32,
    "site_key": "11" * 32,
    "broker": {"host": "127.0.0.1", "port": 1, "tls": False},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def learn(*lines):
    said = []
    config = console.learn(io.StringIO("".join(f"{line}\n" for line in lines)), said.append)
    return config, said


def test_the_first_whole_line_is_kept(folder):
    config, said = learn("", "hello", json.dumps(LINE)[:-1], json.dumps(LINE), "too late")

    assert (config.name, said[-1]) == ("door-1", "door-1: ok")
    assert json.loads((folder / "reader.json").read_text()) == LINE


@pytest.mark.parametrize(
    "line",
    ["[]", "7", '"x"', json.dumps(LINE | {"key": "not hex"}), json.dumps(LINE | {"broker": "x"})]
    + [json.dumps({name: value for name, value in LINE.items() if name != lacking}) for lacking in LINE]
    + [json.dumps(LINE | {"broker": {"host": "x", "port": 1, "tls": True, "ca": None}})],
)
def test_what_is_not_the_whole_line_is_not_kept_and_not_repeated(folder, line):
    said = []
    with pytest.raises(EOFError):
        console.learn(io.StringIO(f"{line}\n"), said.append)

    assert not (folder / "reader.json").exists()
    assert said == [console.WAITING, "reader: that is not the whole line, send it again"]


def test_what_was_learnt_is_known_after_a_restart(folder):
    learn(json.dumps(LINE))

    assert console.kept().name == "door-1"


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff\xfe", json.dumps(LINE).encode()[:-9]]
    + [
        json.dumps(LINE | wrong).encode()
        for wrong in ({"key": 5}, {"broker": {"host": "x", "port": 1, "tls": True}})
    ],
)
def test_a_file_that_makes_no_reader_is_asked_for_anew_instead_of_restarting_for_ever(folder, content):
    (folder / "reader.json").write_bytes(content)

    assert console.kept() is None


@pytest.mark.django_db
def test_micropython_takes_the_very_line_of_the_page(folder, settings):
    """From the manager's page into the firmware, TLS and all; then it starts as what it was told to be."""
    config = settings.CONFIG
    settings.CONFIG = replace(config, broker=replace(config.broker, ca=authority(folder)))
    client = Client()
    client.force_login(factories.manager())
    factories.door("door-1")
    wish = {"kind": "door-reader", "door": "door-1", "broker": "mqtts://localhost:1", "wifi": "l’atelier"}
    line = client.post("/devices/new/", wish | {"wifi_password": "é\"'\\"}).context["told"].line

    process = subprocess.Popen(
        [micropython(), str(FIRMWARE / "main.py")],
        env=os.environ | {"MICROPYPATH": f".frozen:{FIRMWARE}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(f"nonsense\n{line}\n")
    process.stdin.flush()
    said = [process.stdout.readline().strip() for _ in range(3)]
    process.kill()

    told, device = json.loads((folder / "reader.json").read_text()), Device.objects.get()
    assert said[-1] == "door-1: ok"
    assert verify(told["password"], device.credential)
    assert told["key"] == reader_key(device, settings.CONFIG.reader_secret).hex()
    assert told["wifi"] == ["l’atelier", "é\"'\\"]


def test_a_slip_of_the_hand_at_a_reader_without_hardware_is_answered_like_any_line(folder):
    with reader(folder, LINE, patient=False) as one:
        said = [one.say(words) for words in ("speed fast", "tap 04 05", "what?", "\ud7ff")]

    assert [state["answers"] for state in said] == [0] * 4
