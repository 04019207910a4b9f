"""Serial readers: from the card at the line to the command, beside a native tap; and plugged in again."""

import json
import queue
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench._lab import migrated, percentile, running
from tests.bench.decision import DOOR, _client
from tests.firmware_bridge.osdp_readers import KEY, Reader, plugged
from tests.firmware_bridge.ports import Plug, rdm6300
from tests.servers import BrokerServer, mosquitto_server

CARD = "0102030405"
BADGE = f"""
import django; django.setup()
from django.conf import settings
from lab.fingerprints import fingerprint
from lab.models import Badge, Member
Badge.objects.create(member=Member.objects.get(username="maker"),
                     fingerprint=fingerprint("{CARD}", pepper=settings.CONFIG.badge_pepper))
"""
ROUNDS, WARM, REPLUGS = 130, 10, 10
APART = 0.26  # seconds: faster than that nobody taps, and the gateway lets nobody
GOAL = 5.0  # seconds, for a replug


def run() -> Iterator[dict]:
    with mosquitto_server() as broker, migrated(broker) as env:
        subprocess.run([sys.executable, "-m", "lab", "seed_demo"], env=env, check=True, capture_output=True)
        subprocess.run([sys.executable, "-c", BADGE], env=env, check=True)
        with running(env, "doors"), running(env, "telemetry"):
            native = _native(broker)
            with _gateway(env, "rdm6300:door-fablab?hold=0.01") as plug:
                wired = _wired(broker, plug)
                replugs = [_replugged(broker, plug) for _ in range(REPLUGS)]
        with _gateway(env, "osdp:door-fablab?address=1&baud=115200") as plug, plugged(plug, Reader()):
            secure = [_replugged(broker, plug) for _ in range(REPLUGS)]
    for name, part in (("p50", 0.50), ("p99", 0.99)):
        yield _line(
            f"serial tap {name}", percentile(wired, part), "ms", percentile(native, part), "a native tap"
        )
    yield _line("serial replug max", max(replugs), "s", GOAL, "the goal")
    yield _line("serial replug osdp max", max(secure), "s", GOAL, "the goal")


def _line(name: str, value: float, unit: str, limit: float, what: str) -> dict:
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "limit": round(limit, 2),
        "ratio": round(value / limit, 2),
        "detail": {"limit": what},
    }


@contextmanager
def _gateway(env: dict[str, str], what: str) -> Iterator[Plug]:
    """A serial line with our process at its near end."""
    plug = Plug(Path(env["ETABLI_STATE"]) / f"tty-{what[:4]}")
    command = [sys.executable, "-m", "firmware_bridge", "--serial", str(plug.path), "--as", what]
    process = subprocess.Popen(command, env=env | {"OSDP_KEY": KEY.hex()}, stderr=subprocess.DEVNULL)
    try:
        yield plug
    finally:
        process.terminate()
        process.wait(20)
        plug.pull()


def _native(broker: BrokerServer) -> list[float]:
    commands = _Commands(broker)
    number = iter(range(10_000))

    def tap() -> None:
        told = {"uid": CARD, "nonce": f"native-{next(number)}", "at": time.time()}
        commands.client.publish(f"{DOOR}/tap", json.dumps(told), 1)

    return commands.times(tap)


def _wired(broker: BrokerServer, plug: Plug) -> list[float]:
    return _Commands(broker).times(lambda: plug.say(rdm6300(CARD)))


class _Commands:
    """Answers of the door, and how long each took."""

    def __init__(self, broker: BrokerServer) -> None:
        self.heard: queue.Queue[tuple[float, bytes]] = queue.Queue()
        self.client = _client(
            broker, "asker", f"{DOOR}/command", lambda _c, m: self.heard.put((time.perf_counter(), m.payload))
        )

    def times(self, tap) -> list[float]:
        """Milliseconds of each round after the warm ones; the first is tried until somebody answers."""
        while self.heard.empty():
            tap()
            time.sleep(0.5)
        while not self.heard.empty():
            self.heard.get()
        found = []
        for _ in range(ROUNDS):
            time.sleep(APART)
            began = time.perf_counter()
            tap()
            at, answer = self.heard.get(timeout=10)
            if json.loads(answer)["do"] != "unlock":
                raise AssertionError(f"the door stays shut: {answer!r}")
            found.append((at - began) * 1000)
        self.client.disconnect()
        self.client.loop_stop()
        return found[WARM:]


def _replugged(broker: BrokerServer, plug: Plug) -> float:
    """Seconds from plugging in until the device says that it is there; it was away for two and more."""
    told: queue.Queue[tuple[float, bytes]] = queue.Queue()
    client = _client(
        broker, "watcher", f"{DOOR}/status", lambda _c, m: told.put((time.perf_counter(), m.payload))
    )
    while told.get(timeout=30)[1] != b"online":
        continue
    plug.pull()
    while told.get(timeout=30)[1] != b"offline":
        continue
    time.sleep(2.0 + time.time() % 1)  # at any moment between two of its tries
    plug.insert()
    began = time.perf_counter()
    at = began
    while (heard := told.get(timeout=30))[1] != b"online":
        continue
    at = heard[0]
    client.disconnect()
    client.loop_stop()
    return at - began
