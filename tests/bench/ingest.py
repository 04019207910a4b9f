"""Durable QoS 1 messages a second, beside what bare paho receives and parses from the same broker.

Both drain the same backlog: while nobody listens, the broker queues it for the two sessions.
"""

import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho

from tests.bench._lab import migrated, running
from tests.servers import BrokerServer, mosquitto_server

MESSAGES = 40_000
WARM = 4_000  # what is not counted: the process starts, meets its devices and fills its caches
DEVICES = 10
NS = 1_000_000_000


def run() -> Iterator[dict]:
    with mosquitto_server() as broker, migrated(broker) as env:
        with running(env, "telemetry"):
            _wait_for(lambda: _answers(broker))
        bare = _session(broker)
        bare.disconnect()
        bare.loop_stop()
        start = time.time() - 3600
        _publish(broker, start)

        limit = _drain_bare(broker)
        with running(env, "telemetry"):
            value = _drain_ours(Path(env["ETABLI_STATE"]) / "telemetry.sqlite3", start)
    yield {
        "name": "ingest",
        "value": round(value),
        "unit": "messages/s",
        "limit": round(limit),
        "ratio": round(value / limit, 2),
        "detail": {
            "messages": MESSAGES,
            "values_per_message": 3,
            "durable": "SQLite WAL, synchronous=FULL, acknowledged after commit",
            "limit": "bare paho, MQTT 5, QoS 1, json.loads, nothing kept",
        },
    }


def _publish(broker: BrokerServer, start: float) -> None:
    """Message n of device n % 10 tells that it was measured n milliseconds after the start."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1000)
    client.connect(broker.host, broker.port)
    client.loop_start()
    for number in range(MESSAGES):
        facts = {
            "at": round(start + number / 1000, 3),
            "power": number * 0.1,
            "energy": number,
            "state": "busy",
        }
        last = client.publish(f"fablab/v1/meter-{number % DEVICES}/readings", json.dumps(facts), 1)
    last.wait_for_publish(120)
    client.disconnect()
    client.loop_stop()


def _session(broker: BrokerServer, on_message=None, wanted: int = 0) -> paho.Client:
    """A bare client with a session that outlives it, listening to everything."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="bare", protocol=paho.MQTTv5)
    ready: list[int] = []
    client.on_subscribe = lambda *_: ready.append(1)
    client.on_message = on_message
    properties = paho.Properties(paho.PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3600
    properties.ReceiveMaximum = 1000
    client.connect(broker.host, broker.port, clean_start=False, properties=properties)
    client.subscribe("#", 1)
    client.loop_start()
    _wait_for(lambda: ready)
    return client


def _drain_bare(broker: BrokerServer) -> float:
    seen, times = [0], [0.0, 0.0]

    def take(_client, _userdata, message) -> None:
        json.loads(message.payload)
        seen[0] += 1
        if seen[0] == WARM:
            times[0] = time.perf_counter()
        elif seen[0] == MESSAGES:
            times[1] = time.perf_counter()

    client = _session(broker, take)
    _wait_for(lambda: times[1])
    client.disconnect()
    client.loop_stop()
    return (MESSAGES - WARM) / (times[1] - times[0])


def _drain_ours(path: Path, start: float) -> float:
    """Measured at the store: what is committed there was not acknowledged before."""
    store = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    began, first = 0.0, 0
    deadline = time.perf_counter() + 120
    while time.perf_counter() < deadline:
        newest = store.execute("SELECT max(at) FROM last").fetchone()[0] or 0
        done = round((newest / NS - start) * 1000) + 1
        if done >= WARM and not began:
            began, first = time.perf_counter(), done
        elif began and done >= MESSAGES:
            kept = store.execute("SELECT count(*) FROM reading").fetchone()[0]
            if kept != 3 * MESSAGES:
                raise AssertionError(f"{kept} readings of {3 * MESSAGES} were kept")
            return (done - first) / (time.perf_counter() - began)
        time.sleep(0.01)
    raise TimeoutError("the backlog was not drained in two minutes")


def _answers(broker: BrokerServer) -> bool:
    """Does telemetry say on the bus that it is up?"""
    command = [
        "mosquitto_sub",
        "-p",
        str(broker.port),
        "-t",
        "etabli/live/system/telemetry",
        "-C",
        "1",
        "-W",
        "1",
    ]
    return b'"received"' in subprocess.run(command, capture_output=True, check=False).stdout


def _wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("a benchmark waited in vain")
        time.sleep(0.02)
