"""A machine's reader on a real broker: its lease is made right between taps, and its relay goes off."""

import os
import subprocess
import sys
import time

from tests.firmware_bridge.bridges import PATIENCE
from tests.processes import ROOT

COMMANDS, READINGS = "fablab/v1/reader-1/command", "fablab/v1/reader-1/readings"
HALF_A_DAY = 12 * 3600
MACHINE = """
import django; django.setup()
from datetime import UTC, datetime
from lab.models import Resource, Unit, Zone
from devices.models import Device
zone = Zone.objects.create(slug="atelier", name="Atelier", always_open=True)
laser = Resource.objects.create(slug="laser-1", name="Laser", kind="machine", zone=zone)
Unit.objects.create(resource=laser, number=1)
Device.objects.create(name="reader-1", resource=laser, claimed_at=datetime.now(UTC))
"""
END = "UPDATE booking_usagesession SET ending = 'idle', ended_at = datetime('now')"


def test_a_reader_is_told_between_taps_what_is_right(quick_lab):
    subprocess.run([sys.executable, "-c", MACHINE], env=os.environ | quick_lab.environ, cwd=ROOT, check=True)
    with quick_lab.bridge(), quick_lab.client(COMMANDS) as client:
        client.tap("n-1", to="reader-1")
        answer = client.next(PATIENCE)
        assert (answer["do"], answer["on"], answer["nonce"]) == ("relay", True, "n-1")

        client.say(READINGS, {"at": time.time(), "relay": 1, "lease": 60})
        renewed = client.next(PATIENCE)
        assert (renewed["do"], renewed["on"], renewed["reason"]) == ("relay", True, "welcome")
        assert HALF_A_DAY - PATIENCE < renewed["lease"] <= HALF_A_DAY
        assert "nonce" not in renewed

        quick_lab.write(END)
        client.say(READINGS, {"at": time.time() + 5, "relay": 1, "lease": HALF_A_DAY})
        off = client.next(PATIENCE)
        assert (off["do"], off["on"], off["lease"]) == ("relay", False, 0)
