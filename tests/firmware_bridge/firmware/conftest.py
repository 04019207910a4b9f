"""A lab whose door and machine have real readers, on cables that can be cut."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.models import Device
from devices.reader_keys import reader_key, site_key
from tests.firmware_bridge.bridges import Lab
from tests.firmware_bridge.conftest import environment
from tests.firmware_bridge.firmware.readers import Reader, reader
from tests.processes import ROOT, eventually
from tests.servers import mosquitto_server
from tests.templates import once
from tests.wires import Wire, wire

ALICE, BOB, STRANGER = "04A1B2C3D4E5F6", "04B0B0B0", "04FFFFFF"
MACHINE = "reader-1"
ACCOUNTS = dict.fromkeys(("bridge", "device", "door-1", MACHINE), "secret")
SECRET = b"a secret of the bridge's tests"
SEED = """
import django; django.setup()
from datetime import UTC, datetime, timedelta
from django.conf import settings
from devices.models import Device
from devices.prints import learn_print
from devices.reader_keys import site_key
from lab.fingerprints import fingerprint, sealed_print
from lab.models import Badge, Member, Resource, Unit, Zone
config, now = settings.CONFIG, datetime.now(UTC)
bob = Member.objects.create_user("bob", "bob@example.org", "open sesame")
mark = fingerprint("04B0B0B0", pepper=config.badge_pepper)
Badge.objects.create(member=bob, fingerprint=mark, valid_until=now + timedelta(hours=2))
for uid in ("04A1B2C3D4E5F6", "04B0B0B0"):
    sealed = sealed_print(uid, site_key=site_key(config.reader_secret), pepper=config.badge_pepper)
    learn_print(fingerprint=fingerprint(uid, pepper=config.badge_pepper), sealed=sealed)
atelier = Zone.objects.create(slug="atelier", name="Atelier", always_open=True)
laser = Resource.objects.create(slug="laser-1", name="Laser", kind="machine", zone=atelier)
Unit.objects.create(resource=laser, number=1)
Device.objects.create(name="reader-1", profile="machine-reader", resource=laser, claimed_at=now)
"""


@dataclass
class ReaderLab:
    """A lab, its doors' process where a test runs it, and readers behind a cable."""

    lab: Lab
    wire: Wire
    folder: Path

    def reader(self, name: str = "door-1", *, patient: bool = True, **more):
        """MicroPython running the firmware, connected through the cable."""
        return reader(self.folder / name, self.config(name) | more, patient=patient)

    def config(self, name: str) -> dict:
        return {
            "name": name,
            "for": "door" if name.startswith("door") else "machine",
            "password": "secret",
            "broker": {"host": "127.0.0.1", "port": self.wire.port},
            "key": reader_key(Device(name=name), SECRET).hex(),
            "site_key": site_key(SECRET).hex(),
        }

    def audit(self, columns: str = "nonce", device: str = "door-1") -> list[tuple]:
        """Columns of the device's access events, in the order of their times."""
        return self.lab.rows(
            f"SELECT {columns} FROM booking_accessevent e JOIN devices_device d ON d.id = device_id"
            f" WHERE d.name = '{device}' ORDER BY decided_at, e.id"
        )

    def listed(self, one: Reader, version: int = 1) -> None:
        """Wait until the reader keeps a list, and the server knows it."""
        known = (
            "SELECT coalesce(held, 0) FROM devices_allowlist JOIN devices_device d ON d.id = device_id"
            f" WHERE name = '{one.folder.name}'"
        )
        eventually(lambda: one.listed >= version and self.lab.rows(known) >= [(version,)], 90)


@pytest.fixture(scope="session")
def seeded_with_readers(seeded):
    def make(folder):
        shutil.copytree(seeded, folder, dirs_exist_ok=True)
        env = environment(folder, "mqtt://127.0.0.1:1")
        subprocess.run([sys.executable, "-c", SEED], env=os.environ | env, cwd=ROOT, check=True)

    return once("readers", make)


@pytest.fixture
def reader_lab(seeded_with_readers, tmp_path):
    folder = tmp_path / "state"
    shutil.copytree(seeded_with_readers, folder)
    with mosquitto_server(accounts=ACCOUNTS) as server, wire(server.port) as cable:
        lab = Lab(server, folder, environment(folder, server.url("bridge", "secret")))
        yield ReaderLab(lab, cable, tmp_path)
