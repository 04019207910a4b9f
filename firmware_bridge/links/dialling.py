"""How a connection to the broker is set up: sessions that outlive it, sockets that don't wait."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

KEEPALIVE = 10  # a silent broker is given up after twice this
CONNECT_TIMEOUT = 3.0
SESSION_EXPIRY = 7 * 86_400
RECEIVE_MAXIMUM = 1_000
# No broker is to send us more than this in one packet. Twice what the embedded one takes from anybody.
MOST_PACKET = 32 * 1024 * 1024
DOWN = b'{"up":false}'


@dataclass(frozen=True, slots=True)
class Server:
    """Where the broker listens and who we are there."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    ca: str = ""  # a file of certificates that vouch for the broker; without one, the system's do


class Message(NamedTuple):
    """`arrived` is in Unix nanoseconds; `waited` when it may have lain in the broker while we were away.

    `size` is how many bytes the payload had before most of them were let go; 0 when it is whole.
    """

    topic: str
    payload: bytes
    qos: int
    retain: bool
    dup: bool
    mid: int
    epoch: int
    arrived: int
    waited: bool
    size: int = 0


@dataclass(slots=True)
class Outgoing:
    """A message of ours that the broker may not have yet; `until` is on the monotonic clock."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    until: float
    mid: int = -1


def build(
    server: Server, *, client_id: str, protocol: MQTTProtocolVersion, will: str, down: bytes
) -> paho.Client:
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=None if protocol == paho.MQTTv5 else False,
        protocol=protocol,
        reconnect_on_failure=False,
        manual_ack=True,
    )
    if server.username:
        client.username_pw_set(server.username, server.password)
    if server.tls:
        client.tls_set_context(ssl.create_default_context(cafile=server.ca or None))
    client.will_set(will, down, qos=1, retain=True)
    client.connect_timeout = CONNECT_TIMEOUT
    client.max_inflight_messages_set(RECEIVE_MAXIMUM)
    client.on_socket_open = _send_at_once
    return client


def dial(client: paho.Client, server: Server, protocol: MQTTProtocolVersion, *, most: int) -> None:
    """Open the socket and send CONNECT; a broker that speaks MQTT 5 sends us no packet larger than `most`.

    Raises:
        OSError: when nobody answers there.
    """
    if protocol != paho.MQTTv5:
        client.connect(server.host, server.port, KEEPALIVE)
        return
    wishes = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    wishes.SessionExpiryInterval = SESSION_EXPIRY
    wishes.ReceiveMaximum = RECEIVE_MAXIMUM
    wishes.MaximumPacketSize = most
    client.connect(server.host, server.port, KEEPALIVE, clean_start=False, properties=wishes)


def subscribe(
    client: paho.Client, topics: Iterable[str], protocol: MQTTProtocolVersion, *, as_published: bool
) -> None:
    if protocol == paho.MQTTv5:
        options = SubscribeOptions(qos=1, noLocal=True, retainAsPublished=as_published)
        client.subscribe([(topic, options) for topic in topics])
    else:
        client.subscribe([(topic, 1) for topic in topics])


@contextmanager
def cork(sock: Any) -> Iterator[None]:
    """Let the many small packets of this block leave together, where the system can do that."""
    option = getattr(socket, "TCP_CORK", None)
    if option is None or sock is None:
        yield
        return
    sock.setsockopt(socket.IPPROTO_TCP, option, 1)
    try:
        yield
    finally:
        if sock.fileno() >= 0:
            sock.setsockopt(socket.IPPROTO_TCP, option, 0)


def _send_at_once(_client: paho.Client, _userdata: object, sock: Any) -> None:
    # Nagle's algorithm and delayed acknowledgements would add 40 ms to every command.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
