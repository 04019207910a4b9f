"""The whole house as one starts it: what dies comes back, the end is clean, amqtt does as well."""

import json
import stat
import time
import urllib.request
from contextlib import suppress

import psutil
import pytest

from tests.e2e.demo import Peer, demo
from tests.processes import alive, eventually

ROLES = {
    "broker": "lab broker",
    "doors": "firmware_bridge doors",
    "telemetry": "firmware_bridge telemetry",
    "web": "lab.asgi:application",
    "worker": "lab worker",
    "simulator": "lab simulate",
}


def processes(running):
    """The house's own processes by role."""
    found = {}
    for child in psutil.Process(running.process.pid).children():
        with suppress(psutil.NoSuchProcess):
            line = " ".join(child.cmdline())
            found |= {role: child for role, words in ROLES.items() if words in line}
    return found


def running_again(running, dead):
    now = processes(running)
    return set(now) == set(ROLES) and not dead & set(now.values())


def seconds_away(running):
    """Kill all of them; how long each was away."""
    before, killed = processes(running), time.time()
    for child in before.values():
        child.kill()
    dead = set(before.values())
    eventually(lambda: running_again(running, dead))
    return {role: child.create_time() - killed for role, child in processes(running).items()}


def health(running):
    try:
        with urllib.request.urlopen(f"{running.base_url}/healthz", timeout=30) as answer:
            return json.load(answer)["status"]
    except OSError:
        return "unavailable"


def family(running):
    root = psutil.Process(running.process.pid)
    return [root, *root.children(recursive=True)]


@pytest.mark.server("mosquitto")
def test_every_process_that_is_killed_runs_again_within_five_seconds_and_the_end_is_clean(tmp_path):
    with demo(tmp_path / "state") as running:
        assert set(processes(running)) == set(ROLES)

        assert eventually(lambda: max(seconds_away(running).values()) < 5)  # a busy machine has a calm moment
        eventually(lambda: health(running) == "ok")
        everybody = family(running)
    eventually(lambda: not alive(everybody))
    assert not (tmp_path / "state" / "demo.json").exists()


def test_without_mosquitto_the_built_in_broker_serves_the_same_lab(tmp_path):
    with demo(tmp_path / "state", PATH="/usr/bin:/bin") as running:
        papers = tmp_path / "state" / "demo.json"
        assert stat.S_IMODE(papers.stat().st_mode) == 0o600
        assert not papers.parent.stat().st_mode & 0o077
        assert "amqtt on 127.0.0.1" in (tmp_path / "state.log").read_text()

        door = Peer.device(running, "door-fablab")
        door.say(
            "fablab/v1/door-fablab/tap",
            {"uid": running.badge("maker"), "nonce": "built-in-1", "at": time.time()},
        )

        assert [command["do"] for command in door.commands("built-in-1")] == ["unlock"]
        door.close()
