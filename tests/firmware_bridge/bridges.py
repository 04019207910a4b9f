"""The bridge's real processes on a real broker, and a client that stands for devices and screens."""

import json
import queue
import sqlite3
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paho.mqtt.client as paho

from devices import history, letters
from tests.processes import eventually, running
from tests.servers import BrokerServer

UID = "04A1B2C3D4E5F6"
PATIENCE = 90


@dataclass
class Lab:
    server: BrokerServer
    folder: Path
    environ: dict[str, str]

    @property
    def store(self) -> Path:
        return self.folder / "telemetry.sqlite3"

    @contextmanager
    def bridge(self, *words: str, ready: bool = True):
        """`python -m firmware_bridge …`, connected."""
        with running(sys.executable, "-m", "firmware_bridge", *words, **self.environ) as process:
            if ready:
                wanted = len(words) or 2
                eventually(lambda: process.text.count("connected to") >= wanted, PATIENCE)
            yield process

    @contextmanager
    def client(self, *topics: str):
        client = Client(self.server, topics)
        try:
            yield client
        finally:
            client.close()

    def last(self, device: str) -> dict:
        return {key: found.value for key, found in history.last(self.store, [device]).get(device, {}).items()}

    def kept(self, device: str) -> list:
        """All raw values of the channel `n` of a device, in order."""
        with sqlite3.connect(self.store) as db:
            rows = db.execute(
                """SELECT value FROM reading JOIN channel ON channel.id = channel
                WHERE device = ? AND key = 'n' ORDER BY value""",
                (device,),
            )
            return [row[0] for row in rows]

    def letters(self) -> list[tuple[str, bytes, str]]:
        return [
            (letter.topic, letter.payload, letter.reason) for letter in letters.find(self.store, limit=99)
        ]

    def rows(self, sql: str) -> list[tuple]:
        with sqlite3.connect(self.folder / "db.sqlite3", timeout=10) as db:
            return db.execute(sql).fetchall()

    def write(self, sql: str) -> None:
        with sqlite3.connect(self.folder / "db.sqlite3", timeout=10) as db:
            db.execute(sql)

    @contextmanager
    def locked(self, name: str):
        """Somebody else writes into a database file and doesn't end."""
        db = sqlite3.connect(self.folder / name, isolation_level=None, timeout=10)
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            db.execute("ROLLBACK")
            db.close()


class Client:
    """Publishes and waits for the broker's word; `heard` is a queue of (topic, payload)."""

    def __init__(self, server: BrokerServer, topics: tuple[str, ...]) -> None:
        self.heard: queue.Queue[tuple[str, bytes, bool]] = queue.Queue()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self._client.username_pw_set("device", "secret")
        ready: queue.Queue[int] = queue.Queue()
        self._client.on_subscribe = lambda *_: ready.put(1)
        self._topics = topics
        self._client.on_message = self._on_message
        self._client.connect(server.host, server.port)
        self._client.loop_start()
        if topics:
            self._client.subscribe([(topic, 1) for topic in topics])
            ready.get(timeout=PATIENCE)

    def _on_message(self, _client, _userdata, message) -> None:
        if any(paho.topic_matches_sub(topic, message.topic) for topic in self._topics):  # amqtt tells more
            self.heard.put((message.topic, message.payload, message.retain))

    def say(self, topic: str, payload, *, wait: bool = True, **options) -> None:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent = self._client.publish(topic, raw, 1, **options)
        if wait:
            sent.wait_for_publish(PATIENCE)

    def tap(self, nonce: str, *, to: str = "door-1", wait: bool = True, **facts) -> None:
        wish = {"uid": UID, "nonce": nonce, "at": time.time()} | facts
        self.say(f"fablab/v1/{to}/tap", wish, wait=wait)

    def next(self, seconds: float = PATIENCE) -> dict:
        return json.loads(self.heard.get(timeout=seconds)[1])

    def next_said(self, seconds: float = PATIENCE) -> tuple[str, bytes]:
        topic, payload, _ = self.heard.get(timeout=seconds)
        return topic, payload

    def silence(self, seconds: float = 0.5) -> bool:
        try:
            return not self.heard.get(timeout=seconds)
        except queue.Empty:
            return True

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
