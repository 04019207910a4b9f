"""Questions to the bridge, which stands above this room: asked over its command line, as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from django.conf import settings

PATIENCE = 300.0


class NoAnswer(Exception):
    """The bridge could not answer; the text says why in its last line."""


def ask(do: str, *, patience: float = PATIENCE, **facts: Any) -> dict[str, Any]:
    """What the bridge's own decoders make of it; no running bridge is needed.

    Raises:
        NoAnswer: it failed, or took longer than `patience` seconds.
    """
    state, zone = settings.CONFIG.state, settings.CONFIG.time_zone
    files = {"store": str(state / "telemetry.sqlite3"), "raw": str(state / "raw.sqlite3")}
    question = {"do": do, "zone": zone, **files, **facts}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "firmware_bridge", "ask"],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            timeout=patience,
            cwd=settings.BASE_DIR,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoAnswer(f"no answer within {patience:g} s") from None
    if done.returncode:
        raise NoAnswer((done.stderr.strip().splitlines() or ["no reason told"])[-1])
    found: dict[str, Any] = json.loads(done.stdout)
    return found
