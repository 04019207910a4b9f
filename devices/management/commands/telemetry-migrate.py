"""`python -m lab telemetry-migrate`: the embedded store's history goes to InfluxDB; it can stop and go on."""  # noqa: N999

import subprocess
import sys
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError

NOWHERE = 2  # what the bridge ends with when no server is named


class Command(BaseCommand):
    help = "Send the embedded store's readings to INFLUX_URL; what has gone already is not sent again."

    def handle(self, *_args: Any, **_options: Any) -> None:
        # A process of its own: this room may not import the bridge, which stands above it.
        with subprocess.Popen([sys.executable, "-m", "firmware_bridge", "migrate"]) as bridge:
            code = _ended(bridge)
        if code == NOWHERE:
            sys.exit(1)  # it said why
        if code:
            raise CommandError("the history has not gone to INFLUX_URL as a whole; run this again")


def _ended(bridge: subprocess.Popen[bytes]) -> int:
    """Its exit status; Ctrl-C reaches it, too, and it ends by itself."""
    while True:
        with suppress(KeyboardInterrupt):
            return bridge.wait()
