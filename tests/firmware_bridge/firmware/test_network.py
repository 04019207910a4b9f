"""The reader on the network: TLS with the lab's own authority, a time server, the topics of its account."""

import shutil
import time

import pytest

from devices.broker.accounts import Account
from devices.broker.acl import render
from tests.firmware_bridge.bridges import PATIENCE, Lab
from tests.firmware_bridge.conftest import environment
from tests.firmware_bridge.firmware.authority import authority, signed_by
from tests.firmware_bridge.firmware.conftest import ACCOUNTS, ALICE, ReaderLab
from tests.firmware_bridge.firmware.time_server import time_server
from tests.processes import eventually
from tests.servers import free_port, mosquitto_server
from tests.wires import wire

TLS = "listener {port} 127.0.0.1\ncertfile {folder}/broker.pem\nkeyfile {folder}/broker.key\n"


@pytest.fixture
def papers(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    authority(folder)
    signed_by(folder, "localhost")
    return folder


@pytest.fixture
def secure_lab(papers, seeded_with_readers, tmp_path):
    """Readers speak TLS, as the documentation sets it up; each may touch its own topics only."""
    port, folder = free_port(), tmp_path / "state"
    shutil.copytree(seeded_with_readers, folder)
    acl = render(Account(name, "", service=name in ("bridge", "device")) for name in ACCOUNTS)
    extra = TLS.format(port=port, folder=papers)
    with mosquitto_server(accounts=ACCOUNTS, acl=acl, extra=extra) as server, wire(port) as cable:
        lab = Lab(server, folder, environment(folder, server.url("bridge", "secret")))
        yield ReaderLab(lab, cable, tmp_path)


def broker(lab, ca, host="localhost"):
    return {"broker": {"host": host, "port": lab.wire.port, "tls": True, "ca": ca.read_text()}}


def test_a_reader_speaks_tls_with_the_lab_s_own_authority(secure_lab, papers):
    with secure_lab.lab.bridge("doors"), secure_lab.reader(**broker(secure_lab, papers / "ca.pem")) as door:
        secure_lab.listed(door)
        assert door.tap(ALICE) == ("yes", True)
        secure_lab.wire.cut()
        assert door.tap(ALICE)[0] == "yes"
        secure_lab.wire.mend()

        eventually(lambda: door.journal == [], PATIENCE)
        assert secure_lab.audit("reason, offline") == [("welcome", 0), ("goodbye", 1)]


def test_a_broker_that_another_authority_vouches_for_hears_nothing(secure_lab, papers, tmp_path):
    with secure_lab.reader(**broker(secure_lab, authority(tmp_path))) as door:
        eventually(lambda: "mqtt:" in (door.folder / "output.log").read_text())
        assert door.tap(ALICE)[0] == "no"  # it never got a list

    assert "door-1" not in (secure_lab.lab.server.folder / "broker.log").read_text()


def test_a_broker_of_another_name_hears_nothing(secure_lab, papers):
    with secure_lab.reader(**broker(secure_lab, papers / "ca.pem", "127.0.0.1")) as door:
        eventually(lambda: "mqtt:" in (door.folder / "output.log").read_text())

    assert "door-1" not in (secure_lab.lab.server.folder / "broker.log").read_text()


def test_a_reader_is_online_until_it_is_not(reader_lab):
    with reader_lab.lab.client("fablab/v1/door-1/status") as client:
        with reader_lab.reader():
            eventually(lambda: client.heard.get(timeout=60)[1] == b"online")
        eventually(lambda: client.heard.get(timeout=60)[1] == b"offline", 60)


def test_a_reader_without_a_clock_of_its_own_asks_for_the_time(reader_lab):
    began = time.monotonic()
    with (
        time_server(ahead=-3) as server,
        reader_lab.lab.bridge("doors"),
        reader_lab.reader(ntp=server.address) as door,
    ):
        reader_lab.listed(door)
        sql = "SELECT clock_error FROM devices_allowlist"
        error = eventually(lambda: server.asked and reader_lab.lab.rows(sql)[0][0])

        # What it tells is compared when it is heard: on its way it grows older by less than all of this took.
        assert -3 - (time.monotonic() - began) < error < -2
        assert door.tap(ALICE) == ("yes", True)


def test_passages_before_the_time_was_known_get_their_times_afterwards(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)
    with (
        time_server(change=lambda _: b"") as server,
        reader_lab.lab.bridge("doors"),
        reader_lab.reader(ntp=server.address) as door,
    ):
        reader_lab.wire.cut()
        began = time.time()
        assert door.tap(ALICE)[0] == "yes"  # the zone is always open: as if they might come at any hour
        ended = time.time()
        assert door.journal[0]["sure"] is False

        server.change = lambda answer: answer
        asked = server.asked
        eventually(lambda: server.asked > asked, 60)
        reader_lab.wire.mend()
        eventually(lambda: door.journal == [], PATIENCE)
        [(at, reason)] = reader_lab.audit("(julianday(tapped_at) - 2440587.5) * 86400, reason")
        assert (reason, began - 1 < float(at) < ended + 1) == ("welcome", True)


def test_a_machine_tells_what_it_does(reader_lab):
    topic = "fablab/v1/reader-1/readings"
    with (
        reader_lab.lab.client(topic) as client,
        reader_lab.lab.bridge("doors"),
        reader_lab.reader("reader-1") as machine,
    ):
        reader_lab.listed(machine)
        machine.tap(ALICE)
        machine.tap(ALICE)

        assert client.next().keys() >= {"relay", "lease", "busy", "list", "pending", "at"}
