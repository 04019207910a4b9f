"""The broker as the bus for live pages: whole snapshots, retained, under `etabli/live/`.

Each process that has something to show publishes through one connection of its own; nothing here ever
waits for the broker, and a snapshot that can't leave is simply followed by a newer one.
"""

from __future__ import annotations

import logging
import os
import socket
import ssl
import threading
import time
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from django.conf import settings
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

ROOT = "etabli/live/"
MOST_QUEUED = 1000

log = logging.getLogger(__name__)
_lock = threading.Lock()
_clients: dict[int, mqtt.Client] = {}


def publish(kind: str, name: str, snapshot: dict[str, Any]) -> None:
    """Show a snapshot to everybody who watches `kind/name`."""
    _client().publish(f"{ROOT}{kind}/{name}", msgspec.json.encode(snapshot), qos=0, retain=True)


def send(topic: str, payload: bytes) -> None:
    """Leave something on the broker for others than our own pages; empty takes it away."""
    _client().publish(topic, payload, qos=1, retain=True)


def look(*filters: str, patience: float) -> dict[str, bytes]:
    """What the broker keeps on these topics.

    Raises:
        OSError: when it does not tell within `patience` seconds.
    """
    broker, client = settings.CONFIG.broker, new_client("look")
    echo = f"etabli/echo/{os.urandom(8).hex()}"
    told: dict[str, bytes] = {}

    def begin(*_: Any) -> None:
        client.subscribe([(each, 0) for each in (*filters, echo)])
        client.publish(echo, b"")  # what is retained comes first

    client.on_connect = begin
    client.on_message = lambda _client, _userdata, heard: told.update({heard.topic: bytes(heard.payload)})
    client.connect_timeout = patience
    client.connect(broker.host, broker.port, keepalive=15)
    try:
        until = time.monotonic() + patience
        while echo not in told:
            if client.loop(0.1) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                raise ConnectionResetError
            if time.monotonic() >= until:
                raise TimeoutError
    finally:
        client.disconnect()
    del told[echo]
    return told


def is_up(*, patience: float) -> bool:
    """Will a snapshot leave? A process that has just begun to connect is given some seconds."""
    deadline = time.monotonic() + patience
    while not (up := _client().is_connected()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return up


def new_client(purpose: str) -> mqtt.Client:
    """A client of the server's account, not yet connected; its sockets send at once."""
    broker = settings.CONFIG.broker
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=f"etabli-{purpose}-{os.getpid()}-{os.urandom(3).hex()}"
    )
    client.username_pw_set(broker.username, broker.password)
    if broker.tls:
        client.tls_set_context(ssl.create_default_context(cafile=broker.ca))
    client.on_socket_open = _send_at_once
    client.reconnect_delay_set(min_delay=1, max_delay=5)
    client.max_queued_messages_set(MOST_QUEUED)
    return client


def knock(*, patience: float) -> None:
    """Does the broker let us in? A port that is open tells little: a broker that hangs has one, too.

    Raises:
        OSError: when nobody is there, nobody answers within `patience` seconds, or we are refused.
    """
    broker, client = settings.CONFIG.broker, new_client("knock")
    answers: list[bool] = []
    client.on_connect = lambda _client, _userdata, _flags, reason, _props: answers.append(
        not reason.is_failure
    )
    client.connect_timeout = patience
    client.connect(broker.host, broker.port, keepalive=15)
    try:
        until = time.monotonic() + patience
        while not answers and time.monotonic() < until:
            if client.loop(0.1) is not MQTTErrorCode.MQTT_ERR_SUCCESS and not answers:
                raise ConnectionResetError
        if not answers:
            raise TimeoutError
        if not answers[0]:
            raise PermissionError
    finally:
        client.disconnect()


def connect(client: mqtt.Client) -> None:
    """Connect in the background, and again whenever the broker comes back."""
    broker = settings.CONFIG.broker
    client.connect_async(broker.host, broker.port, keepalive=15)
    client.loop_start()


def _client() -> mqtt.Client:
    with _lock:
        client = _clients.get(os.getpid())
        if client is None:
            client = _clients[os.getpid()] = new_client("bus")
            connect(client)
    return client


def _send_at_once(client: mqtt.Client, userdata: Any, sock: Any) -> None:
    # Without it, Nagle's algorithm and delayed acknowledgements add 40 ms to every message.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
