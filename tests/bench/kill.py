"""Telemetry is killed twenty times while readings come in: none acknowledged is lost, none is kept twice.

Half of the devices tell when they measured; of the others only the store's receipts know what came before.
Every message holds two readings; of those with a time, always two tell of the same instant.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import paho.mqtt.client as paho

from tests.bench._lab import MODULES, migrated
from tests.servers import BrokerServer, mosquitto_server

READINGS = int(os.environ.get("KILL_READINGS", "200000"))
KILLS = int(os.environ.get("KILLS", "20"))
DEVICES = 10
CONNECTED = "connected to"
LONGEST_LIFE = 2.0  # seconds from the moment when the broker tells what waited
STILLBORN = 0.15  # how many are killed while they start
MESSAGES = READINGS // 2
SHARE = -(-MESSAGES // (2 * KILLS))  # of each life: so many wait when it begins, as many come while it lasts
PACE = SHARE / LONGEST_LIFE  # messages a second
DRAINED_WITHIN = 120.0
_KEPT = """SELECT device, key, value, count(*) FROM reading JOIN channel ON channel.id = reading.channel
    GROUP BY device, key, value"""
_LAST = "SELECT device, key, value FROM last JOIN channel ON channel.id = last.channel"

Told = Counter[tuple[str, str, float]]


def run() -> Iterator[dict]:
    seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
    with mosquitto_server() as broker, migrated(broker) as env:
        _meet(broker, env)
        teller = Teller(broker)
        began = time.monotonic()
        teller.start()
        lives = _kill(env, random.Random(seed), teller)
        path = Path(env["ETABLI_STATE"]) / "telemetry.sqlite3"
        with _started(env):
            teller.join()
            _until(lambda: _last(path) == _expected_last(), DRAINED_WITHIN)
            took = time.monotonic() - began
        kept, told = _kept(path), _expected()
    lost, twice = (told - kept).total(), (kept - told).total()
    if lost or twice:
        raise AssertionError(f"{lost} of {told.total()} readings lost, {twice} kept twice (SEED={seed})")
    yield {
        "name": "kill",
        "value": kept.total(),
        "unit": "readings kept once",
        "limit": told.total(),
        "ratio": round(kept.total() / told.total(), 6),
        "detail": {
            "kills": len(lives),
            "of_them_while_readings_came_in": sum(lives),
            "lost": lost,
            "twice": twice,
            "seconds": round(took, 1),
            "seed": seed,
            "limit": "readings that the broker acknowledged",
        },
    }


def _messages() -> Iterator[tuple[str, dict[str, float]]]:
    """(topic, payload) without times; every device counts on its own."""
    for number in range(MESSAGES):
        yield f"meter-{number % DEVICES}", {"n": number // DEVICES, "m": -number}


def _expected() -> Told:
    told: Told = Counter()
    for device, values in _messages():
        told.update((device, key, float(value)) for key, value in values.items())
    return told


def _expected_last() -> dict[tuple[str, str], float]:
    return {(device, key): float(value) for device, facts in _messages() for key, value in facts.items()}


class Teller(threading.Thread):
    """Tells as much as it may, and ends when the broker has acknowledged everything."""

    def __init__(self, broker: BrokerServer) -> None:
        super().__init__()
        self._client = _client(broker)
        self._shares = threading.Semaphore(0)
        self._patient = True

    def more(self, *, at_once: bool) -> None:
        """Another share of the messages, at its pace or as fast as they go."""
        self._patient = not at_once
        self._shares.release()

    def run(self) -> None:
        start, due = time.time(), 0
        for number, (device, values) in enumerate(_messages()):
            if number >= due:
                self._shares.acquire()
                due += SHARE
            if self._patient:
                time.sleep(1 / PACE)
            moment = {"at": round(start + number // DEVICES // 2 * 0.002, 3)} if number % 2 else {}
            topic = f"fablab/v1/{device}/readings"
            last = self._client.publish(topic, json.dumps(values | moment), 1)
        last.wait_for_publish(DRAINED_WITHIN)
        self._client.disconnect()
        self._client.loop_stop()


def _client(broker: BrokerServer) -> paho.Client:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1000)
    client.connect(broker.host, broker.port)
    client.loop_start()
    return client


def _meet(broker: BrokerServer, env: dict[str, str]) -> None:
    """The broker queues for whom it knows: telemetry is there once before anybody speaks."""
    with _started(env):
        _until(lambda: CONNECTED in _log(env), 60)


def _kill(env: dict[str, str], chance: random.Random, teller: Teller) -> list[bool]:
    """Whether readings came in, for each of the lives that ended at a random moment."""
    path, lives = Path(env["ETABLI_STATE"]) / "telemetry.sqlite3", []
    for _ in range(KILLS):
        before, connected = _count(path), _log(env).count(CONNECTED)
        teller.more(at_once=True)
        with _started(env):
            if chance.random() >= STILLBORN:
                _until(lambda connected=connected: _log(env).count(CONNECTED) > connected, 60)
            teller.more(at_once=False)
            time.sleep(chance.uniform(0.0, LONGEST_LIFE))
        lives.append(_count(path) > before)
    return lives


@contextmanager
def _started(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A telemetry process, killed at the end if it still lives."""
    with (Path(env["ETABLI_STATE"]) / "telemetry.log").open("ab") as output:
        command = [sys.executable, "-m", *MODULES["telemetry"]]
        process = subprocess.Popen(command, env=env, stdout=output, stderr=output)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


def _log(env: dict[str, str]) -> str:
    return (Path(env["ETABLI_STATE"]) / "telemetry.log").read_text()


def _rows(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path, timeout=30)) as db:
        return db.execute(sql).fetchall()


def _count(path: Path) -> int:
    return _rows(path, "SELECT count(*) FROM reading")[0][0]


def _kept(path: Path) -> Told:
    return Counter({(device, key, value): count for device, key, value, count in _rows(path, _KEPT)})


def _last(path: Path) -> dict[tuple[str, str], float]:
    return {(device, key): value for device, key, value in _rows(path, _LAST)}


def _until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("telemetry did not come back with everything")
        time.sleep(0.1)
