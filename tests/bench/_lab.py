"""What the benchmarks share: a lab of their own in a private folder, its processes, and percentiles."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from tests.servers import BrokerServer, private_folder

MODULES = {"telemetry": ("firmware_bridge", "telemetry"), "doors": ("firmware_bridge", "doors")}


def environment(folder: Path, broker: BrokerServer, database: str = "") -> dict[str, str]:
    return {
        **os.environ,
        "ETABLI_STATE": str(folder),
        "MQTT_URL": broker.url(),
        "DATABASE_URL": database or f"sqlite:///{folder / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "lab.settings",
    }


@contextmanager
def migrated(broker: BrokerServer, database: str = "") -> Iterator[dict[str, str]]:
    """The environment of a lab with empty tables, in a database of its own on SQLite when none is named."""
    with private_folder("bench") as folder:
        env = environment(folder, broker, database)
        subprocess.run([sys.executable, "-m", "lab", "migrate", "-v", "0"], env=env, check=True)
        yield env


@contextmanager
def running(env: dict[str, str], name: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of our processes, ended politely."""
    log = Path(env["ETABLI_STATE"]) / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *MODULES[name]], env=env, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def stored(state: Path) -> int:
    """Readings in the store."""
    with closing(sqlite3.connect(f"{(state / 'telemetry.sqlite3').as_uri()}?mode=ro", uri=True)) as store:
        return store.execute("SELECT count(*) FROM reading").fetchone()[0]


def percentile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def timed(act: Callable[[int], None], numbers: Iterable[int]) -> list[float]:
    """How many seconds each act took."""
    times = []
    for number in numbers:
        began = time.perf_counter()
        act(number)
        times.append(time.perf_counter() - began)
    return times
