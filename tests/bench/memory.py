"""What telemetry holds of memory after ten minutes of 3,000 readings a second, beside what it held after one.

`MEMORY_MINUTES` changes how long.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.bench._lab import migrated, running, stored
from tests.servers import mosquitto_server

MINUTES = int(os.environ.get("MEMORY_MINUTES", "10"))


def run() -> Iterator[dict]:
    with (
        mosquitto_server() as broker,
        migrated(broker) as env,
        running(env, "telemetry") as telemetry,
    ):
        command = [sys.executable, "-m", "tests.bench._flood", str(broker.port)]
        flood = subprocess.Popen(command)
        try:
            held = [_held(telemetry) for _ in range(MINUTES)]
            rate = stored(Path(env["ETABLI_STATE"])) / MINUTES / 60
        finally:
            flood.terminate()
            flood.wait(10)
    yield {
        "name": "memory",
        "value": held[-1],
        "unit": "MB",
        "limit": held[0],
        "ratio": round(held[-1] / held[0], 2),
        "detail": {
            "each_minute_mb": held,
            "readings_stored_a_second": round(rate),
            "limit": "after the first minute",
        },
    }


def _held(process: subprocess.Popen) -> float:
    """Resident MB at the end of the next minute."""
    time.sleep(60)
    return round(psutil.Process(process.pid).memory_info().rss / 1e6, 1)
