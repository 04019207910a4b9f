"""A reader on a cable in the living lab: its process comes with it, and goes with it."""

import os
import subprocess
import sys

import psutil
import pytest

from tests.e2e.demo import ROOT, Demo, Peer
from tests.firmware_bridge.ports import Plug, rdm6300
from tests.processes import eventually

CARD = "0102030405"
CONNECT = """
import sys, django; django.setup()
from django.conf import settings
from django.utils import timezone
from devices import ports
from devices.rules.serial import KINDS
ports.connect(name="reader-serial", kind=KINDS["rdm6300"], url=sys.argv[1], options="", key=None,
              secret=settings.CONFIG.reader_secret, by=None, now=timezone.now())
"""
SWITCH_OFF = """
import django; django.setup()
from devices.models import SerialPort
SerialPort.objects.update(enabled=False)
"""


@pytest.fixture
def plug(tmp_path):
    made = Plug(tmp_path / "tty")
    yield made
    made.pull()


def processes(lab: Demo) -> int:
    found = [child.cmdline() for child in psutil.Process(lab.process.pid).children()]
    return sum("firmware_bridge serial" in " ".join(words) for words in found)


def change(lab: Demo, program: str, *words: str) -> None:
    env = os.environ | {"ETABLI_STATE": str(lab.state), "DJANGO_SETTINGS_MODULE": "lab.settings"}
    subprocess.run([sys.executable, "-c", program, *words], cwd=ROOT, env=env, check=True)


def test_a_port_that_is_connected_brings_its_process_and_its_reader_taps_like_any_other(lab, plug):
    assert processes(lab) == 0
    bridge = lab.papers["bridge"]
    topics = [f"fablab/v1/reader-serial/{what}" for what in ("status", "tap", "command")]
    peer = Peer(lab, bridge["username"], bridge["password"], *topics)
    change(lab, CONNECT, str(plug.path))
    eventually(lambda: peer.heard.get(timeout=60).payload == b"online", 90)
    plug.say(rdm6300(CARD))
    tap, command = (peer.heard.get(timeout=60) for _ in range(2))

    assert b'"uid":"0102030405"' in tap.payload
    assert b'"reason": "device_unclaimed"' in command.payload
    assert processes(lab) == 1
    change(lab, SWITCH_OFF)
    eventually(lambda: processes(lab) == 0)
