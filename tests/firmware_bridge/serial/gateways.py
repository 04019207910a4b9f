"""`python -m firmware_bridge --serial` on a line of the test, and what its device says on the broker."""

import json
import sqlite3
import time
from contextlib import contextmanager, suppress

from tests.firmware_bridge.bridges import PATIENCE
from tests.processes import eventually

UID = "04A1B2C3D4"
SAID = tuple(f"fablab/v1/door-1/{what}" for what in ("hello", "status", "tap", "readings", "ack"))


@contextmanager
def gateway(lab, plug, what, **environ):
    lab.environ |= environ
    with lab.bridge("--serial", str(plug.path), "--as", what, ready=False) as process:
        eventually(lambda: "connected to" in process.text and "is open" in process.text, PATIENCE)
        yield process


def heard(client, what, seconds=PATIENCE):
    """The next message of this kind, a beat aside; `online` and `offline` are told as they are."""
    deadline = time.monotonic() + seconds
    while True:
        topic, payload, _ = client.heard.get(timeout=max(deadline - time.monotonic(), 0.01))
        if topic.endswith(f"/{what}") and b'"uptime":' not in payload:
            return payload.decode() if what == "status" else json.loads(payload)


def kept(lab, most):
    """So many dead letters, as soon as they are there."""

    def look():
        with suppress(sqlite3.OperationalError):  # the store is being made
            return len(lab.letters()) >= most and lab.letters()

    return eventually(look, PATIENCE)


def command(client, **facts):
    client.say("fablab/v1/door-1/command", {"id": "c-1", "expires": time.time() + PATIENCE} | facts)
