"""From the broker to 200 screens that all watch 100 devices at 5 Hz: how old a picture is when it is there.

A real web process, the screens in a process of their own; then the same fan-out by channels_redis, which gets
its frames ready made. The screens ask for compression as browsers do.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import paho.mqtt.client as paho
import psutil
import pytest

from lab.supervisor.crew import UVICORN
from tests.servers import BrokerServer, free_port, mosquitto_server, need, private_folder, wait_for_port
from tests.site import ROOT, Site, site

SCREENS = int(os.environ.get("LIVE_SCREENS", "200"))
SECONDS = float(os.environ.get("LIVE_SECONDS", "20"))
DEVICES, HZ, SETTLING = 100, 5, 3.0
GOAL = 0.25  # seconds, for p95


def run() -> Iterator[dict]:
    with mosquitto_server() as broker, site(mqtt_url=broker.url()) as web:
        token = web.do("tests.bench._live_rows:token")
        ours = _watched(broker, f"ws://127.0.0.1:{web.port}/ws/live/", token, web.pid)
        theirs = _by_redis(broker, web, token)
    if ours["silent_holes"] or ours["screens_not_up_to_date"] or ours["closed"]:
        raise AssertionError(f"screens missed something: {ours}")
    limit = theirs and theirs["p95"]
    for part in ("p50", "p95", "p99"):
        yield {
            "name": f"live {part}",
            "value": round(ours[part] * 1000),
            "unit": "ms",
            "limit": theirs and round(theirs[part] * 1000),
            "ratio": theirs and round(ours[part] / theirs[part], 2),
            "detail": _detail(ours) if part == "p95" else {},
        }
    if limit is not None:
        yield {
            "name": "live by channels_redis p95",
            "value": round(limit * 1000),
            "unit": "ms",
            "limit": round(GOAL * 1000),
            "ratio": round(limit / GOAL, 2),
            "detail": _detail(theirs),
        }


def _detail(seen: dict) -> dict:
    whole = {key: round(found, 3) if isinstance(found, float) else found for key, found in seen.items()}
    return whole | {
        "screens": SCREENS,
        "devices": DEVICES,
        "hz": HZ,
        "goal_p95_ms": GOAL * 1000,
        "cores": os.cpu_count(),
        "load": [round(each, 1) for each in os.getloadavg()],
    }


def _by_redis(broker: BrokerServer, web: Site, token: str) -> dict | None:
    try:
        program = need("redis-server")
        version("channels_redis")
    except (pytest.skip.Exception, pytest.fail.Exception, PackageNotFoundError) as missing:
        sys.stderr.write(f"live: NOT compared with channels_redis: {missing}\n")
        return None
    with private_folder("redis") as folder:
        redis, port, log = free_port(), free_port(), folder / "log"
        quiet = ["--save", "", "--appendonly", "no", "--dir", str(folder), "--loglevel", "warning"]
        command = [program, "--port", str(redis), "--bind", "127.0.0.1", *quiet]
        with _process(command, dict(os.environ), redis, log):
            environ = web.environ | {"REDIS_URL": f"redis://127.0.0.1:{redis}/0"}
            words = ["uvicorn", "tests.bench._redis_web:application", "--port", str(port), *UVICORN.split()]
            with _process([sys.executable, "-m", *words], environ, port, log) as server:
                return _watched(broker, f"ws://127.0.0.1:{port}/", token, server.pid)


def _watched(broker: BrokerServer, address: str, token: str, pid: int) -> dict:
    """What the screens saw at this address, and how much of a core the process behind it took."""
    words = ["tests.bench._screens", address, token, str(SCREENS)]
    screens = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        _tell(broker, 1 / HZ)
        if screens.stdout.readline() != "watching\n":
            raise AssertionError("the screens could not watch")
        _tell(broker, SETTLING)
        screens.stdin.write("now\n")
        screens.stdin.flush()
        began, before = time.monotonic(), psutil.Process(pid).cpu_times()
        told = _tell(broker, SECONDS)
        after, took = psutil.Process(pid).cpu_times(), time.monotonic() - began
        seen = json.loads(screens.communicate(timeout=60)[0])
    finally:
        screens.kill()
        screens.wait()
    busy = after.user + after.system - before.user - before.system
    return seen | {"told": told, "web_cpu": round(busy / took, 2)}


def _tell(broker: BrokerServer, seconds: float) -> int:
    """Each device at its own moment, `HZ` times a second; how many pictures that were."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect(broker.host, broker.port)
    client.loop_start()
    start, count = time.time(), round(seconds * HZ * DEVICES)
    for number in range(count):
        ahead = number / HZ / DEVICES - (time.time() - start)
        if ahead > 0:
            time.sleep(ahead)
        client.publish(
            f"etabli/live/device/meter-{number % DEVICES}", _picture(number % DEVICES), retain=True
        )
    client.disconnect()
    client.loop_stop()
    return count


def _picture(number: int) -> str:
    now = time.time()
    channels = {
        key: {"value": round(number + now % 10, 2), "unit": unit, "at": now}
        for key, unit in (("power", "W"), ("energy", "Wh"), ("temperature", "°C"))
    }
    facts = {
        "label": f"Meter {number}",
        "profile": "native",
        "claimed": True,
        "resource": f"machine-{number}",
    }
    state = {"zone": "fablab", "status": "online", "status_at": now, "freshness": "fresh"}
    whole = {"device": f"meter-{number}", "n": time.monotonic_ns(), "channels": channels, "at": now}
    return json.dumps(whole | facts | state)


@contextmanager
def _process(
    command: list[str], environ: dict[str, str], port: int, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=output, stderr=output)
    try:
        wait_for_port(port, process=process)
        yield process
    finally:
        process.terminate()
        process.wait(30)
