"""From a tap to its command, idle and while 3,000 readings a second are stored, on both databases.

Beside it the bare echo of the same broker in the same run and under the same load.
"""

import json
import queue
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import paho.mqtt.client as paho

from tests.bench._lab import migrated, percentile, running, stored
from tests.servers import BrokerServer, mosquitto_server
from tests.servers_postgres import postgres_server

ROUNDS = 600
WARM = 50
DOOR = "fablab/v1/door-fablab"
GOAL, GOAL_IN_A_FLOOD = 15.0, 40.0  # ms, for p99
FEWEST = 6000  # readings that are stored before the flood counts


def run() -> Iterator[dict]:
    databases: dict[str, AbstractContextManager[str]] = {
        "sqlite": nullcontext(""),
        "postgresql": postgres_server(durable=True),
    }
    for name, database in databases.items():
        with database as url, mosquitto_server() as broker, migrated(broker, url) as env:
            subprocess.run(
                [sys.executable, "-m", "lab", "seed_demo"], env=env, check=True, capture_output=True
            )
            yield from _measure(name, broker, env)


def _measure(database: str, broker: BrokerServer, env: dict[str, str]) -> Iterator[dict]:
    state = Path(env["ETABLI_STATE"])
    uid = _uid(state / "simulation.json")
    bare = _echo(broker)
    with running(env, "doors"), running(env, "telemetry"):
        _until_answered(broker, uid)
        ours = _taps(broker, uid, "idle")
        yield from _lines(f"{database} idle", ours, bare, {"goal_p99_ms": GOAL})
        with _flood(broker):
            _until_stored(state, FEWEST)
            before, began = stored(state), time.perf_counter()
            ours = _taps(broker, uid, "flood")
            rate = (stored(state) - before) / (time.perf_counter() - began)
            bare = _echo(broker)
    detail = {"goal_p99_ms": GOAL_IN_A_FLOOD, "readings_stored_a_second": round(rate)}
    yield from _lines(f"{database} in a flood", ours, bare, detail)


def _lines(what: str, ours: list[float], bare: list[float], detail: dict) -> Iterator[dict]:
    for name, part in (("p50", 0.50), ("p95", 0.95), ("p99", 0.99)):
        value, limit = percentile(ours, part), percentile(bare, part)
        yield {
            "name": f"decision {what} {name}",
            "value": round(value, 2),
            "unit": "ms",
            "limit": round(limit, 2),
            "ratio": round(value / limit, 1),
            "detail": {"taps": len(ours), "limit": "bare echo, QoS 1 both ways"} | detail,
        }


@contextmanager
def _flood(broker: BrokerServer) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "tests.bench._flood", str(broker.port)])
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _until_stored(state: Path, readings: int) -> None:
    """The flood is met, its devices are known, and what is stored grows."""
    goal, deadline = stored(state) + readings, time.monotonic() + 60
    while stored(state) < goal:
        if time.monotonic() > deadline:
            raise TimeoutError("the flood was not stored")
        time.sleep(0.05)


def _echo(broker: BrokerServer) -> list[float]:
    echo = _client(broker, "echo", "bench/ask", lambda c, m: c.publish("bench/answer", m.payload, 1))
    times = _round_trips(broker, "bench/ask", "bench/answer", _question)
    echo.disconnect()
    echo.loop_stop()
    return times


def _taps(broker: BrokerServer, uid: str, name: str) -> list[float]:
    return _round_trips(broker, f"{DOOR}/tap", f"{DOOR}/command", lambda n: _tap(uid, f"{name}-{n}"))


def _uid(path: Path) -> str:
    badges = json.loads(path.read_text())["badges"]
    return next(badge["uid"] for badge in badges if badge["member"] == "maker")


def _tap(uid: str, nonce: str) -> str:
    return json.dumps({"uid": uid, "nonce": nonce, "at": time.time()})


def _question(number: int) -> str:
    return json.dumps(
        {"uid": "04A1B2C3D4E5F6", "nonce": f"bench-{number}", "at": time.time(), "do": "unlock"}
    )


def _round_trips(
    broker: BrokerServer, ask_on: str, answer_on: str, question: Callable[[int], str]
) -> list[float]:
    """Milliseconds of each question after the warm ones; the next is asked once the last is answered."""
    answers: queue.Queue[tuple[float, bytes]] = queue.Queue()
    asker = _client(broker, "asker", answer_on, lambda _c, m: answers.put((time.perf_counter(), m.payload)))
    times = []
    for number in range(ROUNDS):
        asked = time.perf_counter()
        asker.publish(ask_on, question(number), 1)
        at, answer = answers.get(timeout=10)
        if json.loads(answer)["do"] != "unlock":
            raise AssertionError(f"the door stays shut: {answer!r}")
        times.append((at - asked) * 1000)
        time.sleep(0.005)  # the door's process shows the last passage meanwhile
    asker.disconnect()
    asker.loop_stop()
    return times[WARM:]


def _until_answered(broker: BrokerServer, uid: str) -> None:
    """Tap until the process is there; an even number of passages leaves the member where they were."""
    answers: queue.Queue[bytes] = queue.Queue()
    asker = _client(broker, "early", f"{DOOR}/command", lambda _c, m: answers.put(m.payload))
    for number in range(60):
        asker.publish(f"{DOOR}/tap", _tap(uid, f"early-{number}"), 1)
        try:
            answers.get(timeout=1)
            break
        except queue.Empty:
            continue
    else:
        raise TimeoutError("nobody answers taps")
    asker.disconnect()
    asker.loop_stop()


def _client(broker: BrokerServer, name: str, topic: str, heard: Callable) -> paho.Client:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name)
    ready: queue.Queue[int] = queue.Queue()
    client.on_socket_open = lambda _c, _u, sock: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.on_subscribe = lambda *_: ready.put(1)
    client.on_message = lambda c, _u, message: heard(c, message)
    client.connect(broker.host, broker.port)
    client.subscribe(topic, 1)
    client.loop_start()
    ready.get(timeout=10)
    return client
