"""`python -m lab telemetry-migrate`: the embedded store's history goes to InfluxDB; it can stop and go on."""  # noqa: N999

import subprocess
import sys
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

NOWHERE = 2  # what the bridge ends with when no server is named


class Command(BaseCommand):
    help = "Send the embedded store's readings to INFLUX_URL; what has gone already is not sent again."

    def add_arguments(self, parser: CommandParser) -> None:
        said = "from the beginning: readings that came late, for a time that had gone already, go too"
        parser.add_argument("--again", action="store_true", help=said)

    def handle(self, *_args: Any, again: bool, **_options: Any) -> None:
        # A process of its own: this room may not import the bridge, which stands above it.
        command = [sys.executable, "-m", "firmware_bridge", "migrate", *(["--again"] if again else [])]
        with subprocess.Popen(command) as bridge:  # noqa: S603 (nobody else's words)
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
