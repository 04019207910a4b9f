"""One MQTT connection, driven by the thread that uses it: read, handle, acknowledge, around one select.

QoS 1 with acknowledgements by hand: what isn't acknowledged comes again, also after a crash. MQTT 5 where the
broker speaks it, else 3.1.1. Nothing that a broker or a message does gets out of here as an exception.
"""

from __future__ import annotations

import logging
import random
import select
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from firmware_bridge.links.dialling import (
    DOWN,
    MOST_PACKET,
    RECEIVE_MAXIMUM,
    Message,
    Outgoing,
    Server,
    build,
    cork,
    dial,
    subscribe,
)
from firmware_bridge.wire.large import HEAD, TOO_LARGE, read_large
from firmware_bridge.wire.payload import LARGEST_FOREIGN, BadPayload

log = logging.getLogger("etabli.link")

PATIENCE = 2.0  # seconds for a broker to answer our CONNECT
SETTLING = 2.0  # seconds after which what still comes can't have waited for us
STOOD_STILL = 5.0  # seconds without a look at the network, after which what lies there may have waited
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
MOST_HEARD = 20_000  # QoS 0 knows no back-pressure; QoS 1 stays within our receive maximum
IN_ONE_GO = 500


class Link:
    """`announce` gives the retained snapshot that says we are up; the last will, `down`, that we are not.

    `alarms` are file descriptors: one that can be read ends a wait for the network. A message that no family
    is that long is held by its beginning only; the broker sends none in a packet of more than `most` bytes.
    `as_published`: what is to be retained says so also when it comes at once, if the broker can tell.
    """

    def __init__(
        self,
        server: Server,
        *,
        client_id: str,
        topics: Iterable[str],
        announce_on: str,
        announce: Callable[[], bytes],
        down: bytes = DOWN,
        ignored: tuple[str, ...] = (),
        most: int = MOST_PACKET,
        as_published: bool = False,
    ) -> None:
        self.connected = False
        self.epoch = 0  # a new connection may use message ids again: an old acknowledgement would destroy
        self.dropped = 0
        self.alarms: tuple[int, ...] = ()
        self._server, self._client_id, self._topics = server, client_id, tuple(topics)
        self._announce_on, self._announce, self._down = announce_on, announce, down
        self._ignored, self._most, self._as_published = ignored, most, as_published
        self._client: paho.Client | None = None
        self._protocol = paho.MQTTv5
        self._heard: deque[Message] = deque()
        self._outbox: list[Outgoing] = []
        self._wait, self._next_try, self._opened_at = FIRST_WAIT, 0.0, 0.0
        self._subscribed_at: float | None = None
        self._settled = False
        self._looked_at = 0.0
        self._refusal = self._told = ""

    def gather(self, *, most: int = IN_ONE_GO, idle: float = 1.0, within: float = 0.0) -> list[Message]:
        """Up to `most` messages: waits `idle` seconds for the first, then `within` seconds for more."""
        if not self._heard:
            self._pump(idle)
        until = time.monotonic() + within
        while self._heard and len(self._heard) < most and (left := until - time.monotonic()) > 0:
            self._pump(left)
        return [self._heard.popleft() for _ in range(min(most, len(self._heard)))]

    def tend(self, seconds: float) -> None:
        """Keep the connection for a while without taking messages."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._pump(left)

    def ack(self, messages: Iterable[Message]) -> None:
        """Acknowledge messages of the present connection; older ones come again by themselves."""
        client = self._client
        if client is None or not self.connected:
            return
        try:
            self._hear_all(client)  # one that finds the broker dead closes the socket over what had arrived
            with cork(client.socket()):
                for message in messages:
                    if message.qos and message.epoch == self.epoch:
                        client.ack(message.mid, message.qos)
        except Exception:
            self._lose("acknowledging failed", trace=True)

    def publish(
        self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False, keep: float = 0.0
    ) -> bool:
        """Hand a message to the broker; False when there is no connection to do so.

        With `keep` a QoS 1 message goes out again over the next connection, for that many seconds, until the
        broker has it.
        """
        sent = Outgoing(topic, payload, qos, retain, time.monotonic() + keep)
        if keep:
            self._outbox.append(sent)
        return self._publish(sent)

    def _publish(self, sent: Outgoing) -> bool:
        if self._client is None or not self.connected:
            return False
        try:
            info = self._client.publish(sent.topic, sent.payload, sent.qos, sent.retain)
        except Exception:
            self._lose("publishing failed", trace=True)
            return False
        sent.mid = info.mid
        return info.rc is MQTTErrorCode.MQTT_ERR_SUCCESS

    def fileno(self) -> int | None:
        """The connection's socket, to be waited for; None while there is none."""
        sock = self._client.socket() if self._client else None
        return sock.fileno() if sock is not None and sock.fileno() >= 0 else None

    @property
    def congested(self) -> bool:
        """Is there something that the broker has not taken yet?"""
        return self._client is not None and self._client.want_write()

    def close(self, goodbye: bytes) -> None:
        """Say that we are down, and leave; the session stays for what comes meanwhile."""
        if self.publish(self._announce_on, goodbye, qos=1, retain=True):
            self._pump(0.2)
        client, self._client, self.connected = self._client, None, False
        if client is not None:
            client.on_disconnect = None
            client.disconnect()

    def _pump(self, seconds: float) -> None:
        """Wait at most this long for the network, and do what it asks for."""
        if self._client is None and not self._open(seconds):
            return
        try:
            self._serve(seconds)
        except Exception:  # a broken broker must not end the process that serves the others
            self._lose("the connection broke", trace=self.connected)

    def _serve(self, seconds: float) -> None:
        client = self._client
        sock = client.socket() if client else None
        if client is None or sock is None:
            return self._lose("the connection was lost")
        held = getattr(sock, "pending", int)  # TLS may hold bytes that select can't see
        sources: list[Any] = [sock, *self.alarms]
        readable, writable, _ = select.select(
            sources,
            [sock] if client.want_write() else [],
            [],
            0.0 if held() else min(seconds, 1.0),
        )
        self._look()
        if sock in readable or held():
            self._read(client)
        elif not readable and self._subscribed_at is not None:
            self._settled = True
        if writable:
            client.loop_write()
        client.loop_misc()
        if self._refusal:
            self._lose(self._refusal)
        elif client.socket() is None:
            self._lose("the connection was lost" if self.connected else "the broker hung up")
        elif not self.connected and time.monotonic() - self._opened_at > PATIENCE:
            self._lose("no answer to our CONNECT")
        return None

    def _look(self) -> None:
        """After a while without a look, begin as after a connection: what comes now may be old."""
        now = time.monotonic()
        if self._subscribed_at is not None and now - self._looked_at > STOOD_STILL:
            self._subscribed_at, self._settled = now, False
        self._looked_at = now

    def _read(self, client: paho.Client) -> None:
        for _ in range(IN_ONE_GO):
            before = len(self._heard)
            if client.loop_read() is not MQTTErrorCode.MQTT_ERR_SUCCESS or len(self._heard) == before:
                return

    def _hear_all(self, client: paho.Client) -> None:
        """What has arrived by now: no more than we let the broker send before we acknowledge."""
        self._look()
        for _ in range(RECEIVE_MAXIMUM):
            sock = client.socket()
            if sock is None or not (getattr(sock, "pending", int)() or select.select([sock], [], [], 0.0)[0]):
                return
            if client.loop_read() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                return

    def _open(self, seconds: float) -> bool:
        wait = self._next_try - time.monotonic()
        if wait > 0:
            select.select(self.alarms, [], [], min(wait, seconds))
            return False
        self.epoch += 1
        self._opened_at, self._subscribed_at = time.monotonic(), None
        self._settled, self._refusal = False, ""
        client = build(
            self._server,
            client_id=self._client_id,
            protocol=self._protocol,
            will=self._announce_on,
            down=self._down,
        )
        client.on_connect, client.on_subscribe = self._on_connect, self._on_subscribe
        client.on_message, client.on_publish = self._on_message, self._on_publish
        try:
            dial(client, self._server, self._protocol, most=self._most)
        except (OSError, ValueError) as error:
            self._lose(f"no connection to {self._server.host}:{self._server.port}: {error}")
            return False
        self._client = client
        return True

    def _lose(self, why: str, *, trace: bool = False) -> None:
        """Let the connection go and plan the next one; the other protocol's turn if this one met no ear."""
        level = logging.DEBUG if why == self._told else logging.WARNING  # the same trouble is told once
        log.log(level, "%s; next try in at most %.1f s", why, self._wait, exc_info=trace)
        self._told = why
        client, self._client = self._client, None
        if client is not None and not self.connected:
            newer = self._protocol is not paho.MQTTv5
            self._protocol = paho.MQTTv5 if newer else paho.MQTTv311
        self.connected = False
        self._next_try = time.monotonic() + random.uniform(self._wait / 2, self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT)
        sock = client.socket() if client else None
        if sock is not None:
            sock.close()

    def _on_connect(
        self,
        client: paho.Client,
        _userdata: object,
        _flags: paho.ConnectFlags,
        code: ReasonCode,
        _props: object,
    ) -> None:
        if code.is_failure:
            self._refusal = f"the broker refuses us: {code}"
            return
        self.connected, self._wait, self._told = True, FIRST_WAIT, ""
        subscribe(client, self._topics, self._protocol, as_published=self._as_published)
        client.publish(self._announce_on, self._announce(), qos=0, retain=True)
        self._outbox = [sent for sent in self._outbox if sent.until > time.monotonic()]
        for sent in self._outbox:
            sent.mid = client.publish(sent.topic, sent.payload, sent.qos, sent.retain).mid

    def _on_publish(self, _c: paho.Client, _u: object, mid: int, _code: ReasonCode, _p: object) -> None:
        self._outbox = [sent for sent in self._outbox if sent.mid != mid]

    def _on_subscribe(
        self, _c: paho.Client, _u: object, _mid: int, codes: list[ReasonCode], _p: object
    ) -> None:
        self._subscribed_at = time.monotonic()
        for topic, code in zip(self._topics, codes, strict=False):
            if code.is_failure:
                level = logging.INFO if topic.startswith("$") else logging.ERROR  # what it tells of itself
                log.log(level, "the broker refuses the subscription to %s: %s", topic, code)
        log.info("connected to %s:%s", self._server.host, self._server.port)

    def _on_message(self, client: paho.Client, _userdata: object, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = message._topic.decode(errors="replace")
        if topic.startswith(self._ignored) and topic != TOO_LARGE:
            if message.qos:
                client.ack(message.mid, message.qos)
            return
        if not message.qos and len(self._heard) >= MOST_HEARD:
            self.dropped += 1
            return
        topic, payload, retained, size = _held(topic, message)
        self._heard.append(
            Message(
                topic,
                payload,
                message.qos,
                retained,
                message.dup,
                message.mid,
                self.epoch,
                time.time_ns(),
                not self._settled and self._waited(),
                size,
            )
        )

    def _waited(self) -> bool:
        """May this message have waited in the broker for us? True until the connection falls quiet once."""
        since = self._subscribed_at
        if since is not None and time.monotonic() - since > SETTLING:
            self._settled = True
        return not self._settled


def _held(topic: str, message: paho.MQTTMessage) -> tuple[str, bytes, bool, int]:
    """(topic, payload, retained, size) of what is held: of a message far too large its beginning."""
    payload = bytes(message.payload)
    if topic == TOO_LARGE:
        try:
            told = read_large(payload)
        except BadPayload:  # not of our broker: told as what it is
            return topic, payload[:HEAD], message.retain, len(payload)
        return told.topic, told.head, told.retained, told.size
    if len(payload) > LARGEST_FOREIGN:
        return topic, payload[:HEAD], message.retain, len(payload)
    return topic, payload, message.retain, 0
