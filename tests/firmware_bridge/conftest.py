"""A lab in a folder: migrated and seeded once, copied for each test that runs real processes on it."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.firmware_bridge.bridges import Lab
from tests.processes import ROOT
from tests.servers import amqtt_server, mosquitto_server
from tests.templates import migrated, once

ACCOUNTS = {"bridge": "secret", "device": "secret"}
SEED = """
import django; django.setup()
from datetime import UTC, datetime
from django.conf import settings
from lab.fingerprints import fingerprint
from lab.models import Badge, Door, Member, Zone
from devices.models import Device
zone = Zone.objects.create(slug="fablab", name="Fablab", always_open=True)
door = Door.objects.create(slug="door-1", name="Porte", zone=zone, unlock_seconds=5)
alice = Member.objects.create_user("alice", "alice@example.org", "open sesame")
print_ = fingerprint("04A1B2C3D4E5F6", pepper=settings.CONFIG.badge_pepper)
Badge.objects.create(member=alice, fingerprint=print_)
Device.objects.create(name="door-1", door=door, claimed_at=datetime.now(UTC))
"""


@pytest.fixture(scope="session")
def seeded():
    return once("seeded", seed)


def seed(folder):
    shutil.copy(migrated(), folder)
    env = environment(folder, "mqtt://127.0.0.1:1")
    subprocess.run([sys.executable, "-c", SEED], env=os.environ | env, cwd=ROOT, check=True)


def environment(folder, url):
    return {
        "ETABLI_STATE": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "lab.settings",
        "MQTT_URL": url,
        "BADGE_PEPPER": "a pepper of the bridge's tests",
        "READER_SECRET": "a secret of the bridge's tests",
    }


def lab_on(server, seeded, tmp_path):
    folder = tmp_path / "state"
    shutil.copytree(seeded, folder)
    return Lab(server, folder, environment(folder, server.url("bridge", "secret")))


@pytest.fixture(params=["mosquitto", "amqtt"])
def lab(request, seeded, tmp_path):
    """On both brokers."""
    server = {"mosquitto": mosquitto_server, "amqtt": amqtt_server}[request.param]
    with server(accounts=ACCOUNTS) as running:
        yield lab_on(running, seeded, tmp_path)


@pytest.fixture
def quick_lab(seeded, tmp_path):
    """On mosquitto, which keeps what it promised over its own death."""
    with mosquitto_server(accounts=ACCOUNTS) as running:
        yield lab_on(running, seeded, tmp_path)
