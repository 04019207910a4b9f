"""Waits until everything of a lab answers: site, broker, both halves of the bridge."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from lab import bus
from lab.config import Config
from lab.supervisor.crew import base_url

BRIDGE = frozenset({"system/doors", "system/telemetry"})
PERIOD = 0.1
PATIENCE = 20.0  # seconds until it says what it is waiting for


class Readiness:
    """What has not answered yet since `began` (Unix seconds)."""

    def __init__(self, config: Config, *, began: float) -> None:
        self.url, self.began = base_url(config), began
        # ".example.org" stands for all its hosts, "*" for any.
        self.host = config.allowed_hosts[0].lstrip(".").replace("*", "localhost")
        self._up: set[str] = set()
        self._client = bus.new_client("supervisor")
        self._client.on_connect = lambda client, *_: client.subscribe(f"{bus.ROOT}system/#", qos=0)
        self._client.on_message = self._heard

    def wait(self, *, ending: Callable[[], bool], say: Callable[[str], None]) -> bool:
        """True once everything answers; False when the end came first."""
        bus.connect(self._client)
        began, told = time.monotonic(), False
        try:
            while not ending():
                missing = self.missing()
                if not missing:
                    return True
                if not told and time.monotonic() > began + PATIENCE:
                    say(f"still waiting for {', '.join(missing)}")
                    told = True
                time.sleep(PERIOD)
        finally:
            self._client.disconnect()
            self._client.loop_stop()
        return False

    def missing(self) -> list[str]:
        found = sorted(name.removeprefix("system/") for name in BRIDGE - self._up)
        # The site is asked last: while the bridge still starts, both have better things to do.
        return found or ([] if answers(self.url, host=self.host) else ["web"])

    def _heard(self, client: Any, userdata: Any, message: Any) -> None:
        try:
            snapshot = msgspec.json.decode(message.payload, type=dict[str, Any])
        except msgspec.DecodeError:
            return
        name = message.topic.removeprefix(bus.ROOT)
        # What the broker kept from an earlier run does not count.
        if snapshot.get("up") and float(snapshot.get("at") or 0) >= self.began:
            self._up.add(name)
        else:
            self._up.discard(name)


def answers(url: str, *, host: str) -> bool:
    """Does `/healthz` say that everything is well? `host` is a name that the site listens to."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()
