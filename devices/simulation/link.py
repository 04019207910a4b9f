"""One device's MQTT connection on the running asyncio loop: comes back with jitter, ends politely."""

import asyncio
import logging
import random
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from devices.simulation.plan import Account, Broker

log = logging.getLogger("simulator")

KEEPALIVE = 20
FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0


@dataclass(frozen=True)
class Message:
    topic: str
    payload: str | bytes
    qos: int = 0
    retain: bool = False


class Link:
    """Calls `opened()` at each connection and `heard(topic, payload)` for what the topics bring.

    What a broker had kept is heard on the `kept` topics only.
    """

    def __init__(
        self,
        account: Account,
        broker: Broker,
        *,
        will: Message,
        topics: tuple[str, ...] = (),
        kept: tuple[str, ...] = (),
        opened: Callable[[], None],
        heard: Callable[[str, bytes], None] = lambda _topic, _payload: None,
    ) -> None:
        self.name, self.kept = account.name, kept
        self.broker, self.topics, self.opened, self.heard = broker, topics, opened, heard
        self.connected = False
        self._lost = asyncio.Event()
        self._away_until = 0.0
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=f"{account.name}-{random.randrange(1 << 24):06x}"
        )
        self._client.username_pw_set(account.username, account.password)
        self._client.will_set(will.topic, will.payload, will.qos, will.retain)
        if broker.tls:
            self._client.tls_set_context(ssl.create_default_context(cafile=broker.ca or None))
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.on_socket_open = self._on_socket_open
        self._client.on_socket_close = self._on_socket_close
        self._client.on_socket_register_write = self._on_wants_write
        self._client.on_socket_unregister_write = self._on_written

    async def keep(self) -> None:
        """Stay connected until cancelled."""
        loop, wait = asyncio.get_running_loop(), FIRST_WAIT
        while True:
            await asyncio.sleep(max(0.0, self._away_until - loop.time()))
            self._lost.clear()
            try:
                self._client.connect(self.broker.host, self.broker.port, KEEPALIVE)
            except OSError:
                self._lost.set()
            if await self._held():
                wait = FIRST_WAIT
            await asyncio.sleep(random.uniform(wait / 2, wait))  # a whole lab must not return in one instant
            wait = min(2 * wait, LONGEST_WAIT)

    async def _held(self) -> bool:
        """Serve the connection until it is lost; whether there was one."""
        was_connected = False
        while not self._lost.is_set():
            self._client.loop_misc()
            was_connected |= self.connected
            try:
                await asyncio.wait_for(self._lost.wait(), timeout=1.0)
            except TimeoutError:
                continue
        return was_connected

    def send(self, message: Message) -> None:
        self._client.publish(message.topic, message.payload, message.qos, message.retain)

    def vanish(self, seconds: float) -> None:
        """Fall off the network without a goodbye, as a device whose plug is pulled."""
        self._away_until = asyncio.get_running_loop().time() + seconds
        sock = self._client.socket()
        if isinstance(sock, socket.socket):
            sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._client.disconnect()

    def _on_connect(self, client: Client, _userdata: Any, _flags: Any, code: ReasonCode, _props: Any) -> None:
        if code.is_failure:
            log.warning("%s: the broker refuses the connection: %s", self.name, code)
            return  # it closes the socket too; the next attempt waits longer
        self.connected = True
        if self.topics:
            client.subscribe([(topic, 1) for topic in self.topics])
        self.opened()

    def _on_disconnect(self, *_: Any) -> None:
        self.connected = False
        self._lost.set()

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        if not message.retain or message.topic in self.kept:  # a command that a broker kept is not for now
            self.heard(message.topic, bytes(message.payload))

    def _on_socket_open(self, client: Client, _userdata: Any, sock: Any) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # Nagle costs a tap 40 ms

        def read() -> None:
            client.loop_read()
            while sock.fileno() >= 0 and getattr(sock, "pending", int)():  # TLS may hold more than one packet
                client.loop_read()

        asyncio.get_running_loop().add_reader(sock, read)

    def _on_socket_close(self, _client: Client, _userdata: Any, sock: Any) -> None:
        asyncio.get_running_loop().remove_reader(sock)

    def _on_written(self, _client: Client, _userdata: Any, sock: Any) -> None:
        asyncio.get_running_loop().remove_writer(sock)

    def _on_wants_write(self, client: Client, _userdata: Any, sock: Any) -> None:
        def write() -> None:
            if client.loop_write() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                self._lost.set()

        asyncio.get_running_loop().add_writer(sock, write)
