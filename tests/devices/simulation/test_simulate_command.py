"""`python -m lab simulate`: one process, many honest clients, a clean end on SIGTERM."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest

from tests.devices.simulation.ear import ACCOUNTS, PASSWORD, ear_at, until
from tests.servers import mosquitto_server

ROOM = {"username": "room-fablab", "password": PASSWORD, "profile": "room-sensor", "zone": "fablab"}


def simulate(tmp_path, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "lab", "simulate", *options],
        env={**os.environ, "ETABLI_STATE": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def write_plan(tmp_path, port):
    facts = {
        "base_url": "http://127.0.0.1:9",
        "mqtt": {"host": "127.0.0.1", "port": port},
        "devices": {"room-fablab": ROOM},
        "people": {},
    }
    (tmp_path / "simulation.json").write_text(json.dumps(facts))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_told_to_end_and_says_goodbye(tmp_path, number):
    with mosquitto_server(accounts=ACCOUNTS) as server, ear_at(server) as ear:
        write_plan(tmp_path, 9)
        process = simulate(tmp_path, "--mqtt-port", str(server.port))
        asyncio.run(until(lambda: ear.of("fablab/v1/room-fablab/readings")))
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
        asyncio.run(until(lambda: b"offline" in ear.of("fablab/v1/room-fablab/status")))

    assert process.returncode == 0
    assert [line.rpartition(": ")[2] for line in output.splitlines()] == ["1 devices, speed 1", "ended"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--misbehave", "drop,shout"), "--misbehave: shout is none of clock, drop, flood, garbage"),
        (("--only", "nobody"), "--only: nobody is none of room-fablab"),
        (("--speed", "0"), "--speed must be above 0"),
        (("--file", "/nowhere.json"), "/nowhere.json: No such file or directory; run seed_demo first"),
    ],
)
def test_a_wrong_option_is_one_line(tmp_path, options, said):
    write_plan(tmp_path, 9)
    process = simulate(tmp_path, *options)
    output, _ = process.communicate(timeout=60)

    assert (process.returncode, output.strip()) == (1, f"CommandError: {said}")
