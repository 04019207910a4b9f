"""`python -m firmware_bridge serial`: the lines of the device table, as they come and go."""

import os
import subprocess
import sys
import time

from firmware_bridge.links.osdp import SETTLING
from tests.firmware_bridge.bridges import PATIENCE, UID
from tests.firmware_bridge.osdp_readers import Reader, plugged
from tests.firmware_bridge.ports import Plug, answering, rdm6300
from tests.processes import ROOT, eventually

STATUS = "fablab/v1/door-1/status"
TAP = "fablab/v1/door-1/tap"
CARD = "0102030405"


def change(lab, code: str) -> str:
    """Change the table, as the site would; what the code prints."""
    program = (
        f"import django; django.setup()\nfrom devices.models import *\nfrom devices import ports\n{code}"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | lab.environ,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def connect(lab, plug, kind="rdm6300", *, name="door-1", options="") -> None:
    change(
        lab,
        f"""
from django.conf import settings
from django.utils import timezone
from devices.rules.serial import kind_of
ports.connect(name={name!r}, kind=kind_of({kind!r}), url={str(plug.path)!r}, options={options!r}, key=None,
              secret=settings.CONFIG.reader_secret, by=None, now=timezone.now())
""",
    )


def says(client, status: str) -> None:
    eventually(lambda: client.heard.get(timeout=PATIENCE)[1].decode() == status, PATIENCE)


def test_lines_come_go_and_move_while_the_process_runs(quick_lab, plug, tmp_path):
    with quick_lab.bridge("serial", ready=False) as process, quick_lab.client(STATUS) as client:
        connect(quick_lab, plug)
        says(client, "online")
        other = Plug(tmp_path / "other")
        connect(quick_lab, other)
        says(client, "offline")
        says(client, "online")
        with quick_lab.client(TAP) as taps:
            plug.say(rdm6300(UID[:10]))
            other.say(rdm6300(CARD))
            assert taps.next()["uid"] == CARD
            assert taps.silence()
        change(quick_lab, "SerialPort.objects.update(enabled=False)")
        says(client, "offline")
        other.pull()

        assert process.process.poll() is None
        assert process.text.count("connected to") == 2


def test_how_a_line_fares_stands_in_the_table(quick_lab, plug):
    def trouble():
        return quick_lab.rows("SELECT trouble FROM devices_serialport")

    plug.pull()
    connect(quick_lab, plug)
    with quick_lab.bridge("serial", ready=False):
        eventually(lambda: trouble() == [("there is no such line here",)], PATIENCE)
        plug.insert()
        eventually(lambda: trouble() == [("",)], PATIENCE)
        change(quick_lab, "SerialPort.objects.update(options='baud=fast')")
        eventually(lambda: trouble() == [("baud: 300–4000000",)], PATIENCE)


def test_a_database_that_is_locked_or_gone_stops_no_reader(quick_lab, plug):
    connect(quick_lab, plug)
    with (
        quick_lab.bridge("serial", ready=False),
        quick_lab.client(STATUS) as client,
        quick_lab.client(TAP) as taps,
    ):
        says(client, "online")
        with quick_lab.locked("db.sqlite3"):
            plug.pull()
            plug.insert()
            says(client, "online")
            plug.say(rdm6300(CARD))
            assert taps.next()["uid"] == CARD
        (quick_lab.folder / "db.sqlite3").rename(quick_lab.folder / "away")
        time.sleep(3)
        plug.say(rdm6300(UID[:10]))
        assert taps.next()["uid"] == UID[:10]


def test_a_reader_of_the_table_gets_a_key_that_nobody_knows(quick_lab, plug):
    reader = Reader(key=None)
    connect(quick_lab, plug, "osdp", options="address=1")
    with (
        quick_lab.bridge("serial", ready=False) as process,
        plugged(plug, reader),
        quick_lab.client(TAP) as taps,
    ):
        eventually(
            lambda: (
                quick_lab.rows("SELECT trouble FROM devices_serialport") == [("the reader refuses our key",)]
            ),
            PATIENCE,
        )
        reader.present("1" * 40)
        assert taps.silence()
        change(
            quick_lab,
            "from django.utils import timezone\n"
            "SerialPort.objects.update(install_until=timezone.now() + ports.INSTALLING)",
        )
        eventually(
            lambda: quick_lab.rows("SELECT install_until, trouble FROM devices_serialport") == [(None, "")],
            PATIENCE,
        )
        key = next(each["data"] for each in reader.obeyed if "data" in each)
        eventually(lambda: "is there" in "".join(process.text.split("is open")[3:]), PATIENCE)
        time.sleep(SETTLING)  # since the third opening, no more for installing: what it tells now is news
        reader.present("1" * 40)

        assert eventually(taps.next, PATIENCE)["uid"] == "FF" * 5
        assert (
            change(
                quick_lab,
                "from django.conf import settings\nfrom devices.serial_keys import key_of\n"
                "print(key_of(SerialPort.objects.get(), settings.CONFIG.reader_secret).hex())",
            )
            == key.hex()
        )
        assert key.hex() not in process.text


MACHINE = """
from datetime import UTC, datetime
from lab.models import Resource, Unit, Zone
from booking.models import Presence
from lab.models import Member
zone = Zone.objects.get(slug="fablab")
cnc = Resource.objects.create(slug="cnc-1", name="CNC", kind="machine", zone=zone, min_minutes=1)
Unit.objects.create(resource=cnc, number=1)
now = datetime.now(UTC)
Device.objects.create(name="reader-1", resource=cnc, claimed_at=now)
Device.objects.create(name="cnc", resource=cnc, claimed_at=now, profile="grbl")
Presence.objects.create(member=Member.objects.get(username="alice"), zone=cnc.zone, since=now)
"""


def test_a_grbl_that_runs_is_a_busy_machine(quick_lab, plug):
    state = ["Idle"]

    def grbl(said):
        return f"<{state[0]}|MPos:0,0,0|FS:0,0>\r\n".encode() * said.count(b"?")

    def busy():
        return quick_lab.rows(
            "SELECT busy_since IS NOT NULL FROM booking_usagesession WHERE ended_at IS NULL"
        )

    change(quick_lab, MACHINE)
    connect(quick_lab, plug, "grbl", name="cnc", options="poll=0.2")
    with (
        quick_lab.bridge(),
        quick_lab.bridge("serial", ready=False),
        answering(plug, grbl),
        quick_lab.client("fablab/v1/reader-1/command") as client,
    ):
        client.tap("n-1", to="reader-1")
        assert client.next()["reason"] == "welcome"
        eventually(lambda: busy() == [(0,)], PATIENCE)
        state[0] = "Run"
        eventually(lambda: busy() == [(1,)], PATIENCE)
        client.tap("n-2", to="reader-1")
        assert client.next()["reason"] == "machine_busy"
        state[0] = "Hold:0"
        time.sleep(6)
        client.tap("n-3", to="reader-1")
        assert client.next()["reason"] == "machine_busy"
        state[0] = "Idle"
        eventually(lambda: busy() == [(0,)], PATIENCE)
        client.tap("n-4", to="reader-1")
        assert client.next()["reason"] == "goodbye"
