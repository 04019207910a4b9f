"""`python -m lab replay`: the bridge decodes the dead letters again."""

import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Decode the dead letters again, after a decoder has learnt something."

    def handle(self, *_args: Any, **_options: Any) -> None:
        # A process of its own: this room may not import the bridge, which stands above it.
        done = subprocess.run([sys.executable, "-m", "firmware_bridge", "replay"], check=False)
        if done.returncode:
            raise CommandError("the dead letters could not be decoded again")
