"""A demo lab started the way a newcomer starts it, and clients that know only its papers."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt

from tests.servers import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
STARTING = 240.0  # a whole lab, on a machine that is busy with others


@dataclass
class Demo:
    """What `demo.json` says, and the process behind it."""

    papers: dict[str, Any]
    state: Path
    process: subprocess.Popen[bytes]
    environ: dict[str, str] = field(repr=False, default_factory=dict)

    @property
    def base_url(self) -> str:
        return str(self.papers["base_url"])

    def badge(self, member: str) -> str:
        return next(str(badge["uid"]) for badge in self.papers["badges"] if badge["member"] == member)

    def call(
        self, method: str, path: str, body: Any = None, *, user: str = "maker", **headers: str
    ) -> tuple[int, Any]:
        """One API call with the user's token: status and JSON body."""
        request = urllib.request.Request(
            f"{self.base_url}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.papers['accounts'][user]['token']}",
                "Content-Type": "application/json",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                raw, status = answer.read(), answer.status
        except urllib.error.HTTPError as error:
            raw, status = error.read(), error.code
        return status, json.loads(raw) if raw else None


class Peer:
    """A plain MQTT client that remembers what it hears."""

    def __init__(self, demo: Demo, username: str, password: str, *topics: str) -> None:
        self.heard: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        self.refused: list[Any] = []
        self._ready: queue.Queue[bool] = queue.Queue()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.username_pw_set(username, password)
        self.client.on_message = lambda _c, _u, message: self.heard.put(message)
        self.client.on_subscribe = lambda *_: self._ready.put(True)
        broker = demo.papers["mqtt"]
        self.client.connect(broker["host"], broker["port"])
        self.client.loop_start()
        if topics:
            self.client.subscribe([(topic, 1) for topic in topics])
            self._ready.get(timeout=PATIENCE)

    @classmethod
    def device(cls, demo: Demo, name: str, *topics: str) -> Peer:
        papers = demo.papers["devices"][name]
        return cls(demo, papers["username"], papers["password"], *(topics or (f"fablab/v1/{name}/command",)))

    @classmethod
    def bridge(cls, demo: Demo, *topics: str) -> Peer:
        return cls(demo, demo.papers["bridge"]["username"], demo.papers["bridge"]["password"], *topics)

    def say(self, topic: str, payload: Any, *, qos: int = 1, retain: bool = False) -> None:
        raw = payload if isinstance(payload, bytes | str) else json.dumps(payload)
        self.client.publish(topic, raw, qos=qos, retain=retain).wait_for_publish(PATIENCE)

    def commands(self, nonce: str, *, within: float = PATIENCE, enough: int = 1) -> list[dict[str, Any]]:
        """The commands that answer this nonce, waiting until there are enough of them or time is over."""
        found: list[dict[str, Any]] = []
        until = time.monotonic() + within
        while len(found) < enough and (left := until - time.monotonic()) > 0:
            try:
                message = json.loads(self.heard.get(timeout=left).payload)
            except queue.Empty:
                break
            if message.get("nonce") == nonce:
                found.append(message)
        return found

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@contextmanager
def demo(state: Path, *arguments: str, **environ: str) -> Iterator[Demo]:
    """Start `python -m lab demo`; end it with Ctrl-C."""
    settings = {
        **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "MQTT_URL"}},
        "ETABLI_STATE": str(state),
        "PORT": str(free_port()),
        "MQTT_PORT": str(free_port()),
        "ETABLI_NO_APT": "1",
        **environ,
    }
    log = (state.parent / f"{state.name}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "lab", "demo", *arguments],
        cwd=ROOT,
        env=settings,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        eventually(lambda: (state / "demo.json").exists() or process.poll() is not None, within=STARTING)
        assert process.poll() is None, Path(log.name).read_text()
        yield Demo(json.loads((state / "demo.json").read_text()), state, process, settings)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            log.close()


def eventually(true: Callable[[], Any], *, within: float = PATIENCE, every: float = 0.1) -> Any:
    """Wait until something holds, and give it back.

    Raises:
        AssertionError: when it never did.
    """
    until = time.monotonic() + within
    while time.monotonic() < until:
        found = true()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"never became true within {within} s")
