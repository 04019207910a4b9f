"""`python -m lab telemetry-migrate`: the embedded store's history goes to InfluxDB; it can stop and go on."""  # noqa: N999

import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Send the embedded store's readings to INFLUX_URL; what has gone already is not sent again."

    def handle(self, *_args: Any, **_options: Any) -> None:
        # A process of its own: this room may not import the bridge, which stands above it.
        done = subprocess.run([sys.executable, "-m", "firmware_bridge", "migrate"], check=False)
        if done.returncode:
            raise CommandError("the history has not gone to INFLUX_URL as a whole; run this again")
