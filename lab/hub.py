"""One subscription to the bus for the whole web process, fanned out to its sockets.

The broker's thread only keeps the newest snapshots; a ticker on the event loop makes one frame for each
audience and sends the same bytes to everybody in it. A socket that can't keep up loses frames but never
truth: its next frame holds the whole state.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import paho.mqtt.client as mqtt

from lab import bus

TICK = 0.1
HEARTBEAT = 5.0
FIRST_PATIENCE = 3.0
MOST_WAITING = 32
SYSTEM = "system/"
ECHO = f"etabli/echo/{os.urandom(8).hex()}"

Snapshot = dict[str, Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Audience:
    """What a group of sockets may see and asked for; `topics` are `kind/name` or `kind/`, empty for all.

    `zone` is the only one that a totem may see.
    """

    manager: bool
    topics: tuple[str, ...] = ()
    zone: str | None = None

    @classmethod
    def asked(cls, text: str, *, manager: bool, zone: str | None = None) -> Audience:
        """From a `?topics=resource,device/plug-1,zone/#` query."""
        wanted = (part.strip().rstrip("#+*") for part in text.split(","))
        topics = sorted({part if "/" in part else f"{part}/" for part in wanted if part})
        return cls(manager, tuple(topics), zone)

    def view(self, topic: str, snapshot: Snapshot) -> Snapshot | None:
        """The snapshot as this audience may see it, or None."""
        if self.topics and not any(
            topic == wanted or (wanted.endswith("/") and topic.startswith(wanted)) for wanted in self.topics
        ):
            return None
        if self.manager:
            return snapshot
        kind = topic.partition("/")[0]
        if kind == "device" and not snapshot.get("resource"):
            return None
        if kind not in {"device", "resource", "zone"}:
            return None
        if self.zone is not None and snapshot.get("zone") != self.zone:
            return None
        return {key: value for key, value in snapshot.items() if key != "private"}


@dataclass(eq=False, slots=True)
class Watcher:
    """One socket: frames that wait for it, and whether it fell behind."""

    audience: Audience
    frames: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    behind: bool = False


class Hub:
    """The newest snapshots of the lab, and the sockets that watch them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: dict[str, Snapshot] = {}
        self._changed: set[str] = set()
        self._down: dict[str, float] = {"broker": time.time()}
        self._stale_changed = False
        self._watchers: dict[Audience, set[Watcher]] = {}
        self._client: mqtt.Client | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._seq = 1
        self._told = threading.Event()

    async def join(self, audience: Audience) -> Watcher:
        """Start watching; the first frame, the whole state, waits already."""
        self._start()
        # The process's first socket would otherwise get a state that is still being told.
        await asyncio.to_thread(self._told.wait, FIRST_PATIENCE)
        watcher = Watcher(audience)
        watcher.frames.put_nowait(self._full(audience, seq=1))
        self._watchers.setdefault(audience, set()).add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        group = self._watchers.get(watcher.audience, set())
        group.discard(watcher)
        if not group:
            self._watchers.pop(watcher.audience, None)

    def receive(self, topic: str, payload: bytes) -> None:
        """A snapshot from the bus (in the client's thread); an empty one takes the topic away."""
        try:
            snapshot = msgspec.json.decode(payload, type=Snapshot) if payload else None
        except msgspec.DecodeError:
            log.warning("unreadable snapshot on %s", topic)
            return
        with self._lock:
            if snapshot is None:
                self._state.pop(topic, None)
                return
            if "at" in snapshot and _at(snapshot) < _at(self._state.get(topic, {})):
                return  # two writers crossed; the newer picture stays, but a last will has no time and counts
            self._state[topic] = snapshot
            self._changed.add(topic)
            if topic.startswith(SYSTEM):
                self._mark(topic, down=not snapshot.get("up", True))

    def picture(self, topic: str, *, patience: float = 0.0) -> Snapshot | None:
        """The newest snapshot of a topic, for pages; a process that has just begun to listen waits for it."""
        self._listen()
        self._told.wait(patience)
        with self._lock:
            return self._state.get(topic)

    def stale_since(self) -> float | None:
        """Unix seconds since which the pictures can't be trusted, or None."""
        with self._lock:
            return min(self._down.values(), default=None)

    def _mark(self, what: str, *, down: bool) -> None:
        if down and what not in self._down:
            self._down[what] = time.time()
            self._stale_changed = True
        elif not down and self._down.pop(what, None) is not None:
            self._stale_changed = True

    def _listen(self) -> None:
        with self._lock:
            if self._client is not None:
                return
            self._client = bus.new_client("hub")
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        bus.connect(self._client)

    def _start(self) -> None:
        self._listen()
        if self._ticker is None or self._ticker.done():
            self._ticker = asyncio.get_running_loop().create_task(self._tick())

    def _on_connect(self, client: mqtt.Client, userdata: Any, flags: Any, reason: Any, props: Any) -> None:
        client.subscribe([(f"{bus.ROOT}#", 0), (ECHO, 0)])
        # What is retained comes first, so when this comes back the whole state has been told.
        client.publish(ECHO, b"")
        with self._lock:
            self._mark("broker", down=reason.is_failure)

    def _on_message(self, client: mqtt.Client, userdata: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic == ECHO:
            self._told.set()
        else:
            self.receive(message.topic.removeprefix(bus.ROOT), bytes(message.payload))

    def _on_disconnect(self, client: mqtt.Client, userdata: Any, flags: Any, reason: Any, props: Any) -> None:
        with self._lock:
            self._mark("broker", down=True)

    async def _tick(self) -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(TICK)
            with self._lock:
                changed = {topic: self._state[topic] for topic in self._changed if topic in self._state}
                self._changed.clear()
                due, self._stale_changed = self._stale_changed, False
            due = due or time.monotonic() - last >= HEARTBEAT
            if due:
                last = time.monotonic()
            if changed or due:
                self._seq += 1
                for audience in list(self._watchers):
                    self._send(audience, changed, due=due)

    def _send(self, audience: Audience, changed: dict[str, Snapshot], *, due: bool) -> None:
        seen = _seen(audience, changed.items())
        if not seen and not due:
            return
        frame = _encode({"seq": self._seq, "state": seen, "stale": self.stale_since()})
        for watcher in self._watchers[audience]:
            if watcher.behind and watcher.frames.empty():
                watcher.behind = False
                watcher.frames.put_nowait(self._full(audience, seq=self._seq))
            elif not watcher.behind:
                try:
                    watcher.frames.put_nowait(frame)
                except asyncio.QueueFull:
                    watcher.behind = True

    def _full(self, audience: Audience, *, seq: int) -> str:
        with self._lock:
            state = _seen(audience, self._state.items())
        return _encode({"seq": seq, "full": True, "state": state, "stale": self.stale_since()})


def _seen(audience: Audience, snapshots: Iterable[tuple[str, Snapshot]]) -> dict[str, Snapshot]:
    views = ((topic, audience.view(topic, snapshot)) for topic, snapshot in snapshots)
    return {topic: view for topic, view in views if view is not None}


def _at(snapshot: Snapshot) -> float:
    at = snapshot.get("at")
    return at if isinstance(at, int | float) else 0.0


def _encode(frame: dict[str, Any]) -> str:
    return msgspec.json.encode(frame).decode()


hub = Hub()
