"""`start`: how long the second start of `make demo` takes until everything answers."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.servers import free_port
from tools.places import ROOT

LIMIT = 10.0
PATIENCE = 600.0


def run() -> Iterator[dict]:
    with tempfile.TemporaryDirectory(prefix="etabli-start-") as folder:
        environ = os.environ | {
            "ETABLI_STATE": folder,
            "PORT": str(free_port()),
            "MQTT_PORT": str(free_port()),
        }
        first, second = _start(environ), _start(environ)
    yield {
        "name": "start",
        "value": round(second, 2),
        "unit": "s",
        "limit": LIMIT,
        "ratio": round(second / LIMIT, 3),
        "detail": {"first_s": round(first, 2), "cores": os.cpu_count()},
    }


def _start(environ: dict[str, str]) -> float:
    ready = Path(environ["ETABLI_STATE"]) / "demo.json"
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "demo"],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > began + PATIENCE:
                raise RuntimeError("make demo did not come up")
            time.sleep(0.01)
        return time.monotonic() - began
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)
