"""How amqtt hands a message on: until its receiver acknowledged it, over as many connections as it takes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from amqtt.broker import RetainedApplicationMessage
from amqtt.mqtt.constants import QOS_1
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.mqtt.puback import PubackPacket
from amqtt.session import IncomingApplicationMessage, OutgoingApplicationMessage, Session

# What waits for one client, at most: mosquitto holds as much.
MOST_MESSAGES, MOST_BYTES = 50_000, 64 * 1024 * 1024

log = logging.getLogger(__name__)


class Waiting:
    """How much waits for a client; a message for which there is no room is dropped, and that is told."""

    def __init__(self) -> None:
        self.messages = self.bytes = self.dropped = 0

    def take(self, size: int, client: str | None) -> bool:
        if self.messages >= MOST_MESSAGES or self.bytes + size > MOST_BYTES:
            if not self.dropped:
                log.warning("messages for %s are dropped: more wait than there is room for", client)
            self.dropped += 1
            return False
        self.messages, self.bytes = self.messages + 1, self.bytes + size
        return True

    def done(self, size: int) -> None:
        self.messages, self.bytes, self.dropped = self.messages - 1, self.bytes - size, 0


def waiting_for(session: Session) -> Waiting:
    """It lives as long as the session."""
    found: Waiting | None = getattr(session, "waiting", None)
    if found is None:
        found = session.waiting = Waiting()
    return found


class Handler(BrokerProtocolHandler):
    """amqtt would forget what is not answered in five seconds, and what was on its way when a client left.

    Here it stays on its way; amqtt itself sends such messages again over a client's next connection.
    """

    def __init__(
        self, *about: Any, kept: Mapping[str, RetainedApplicationMessage] | None = None, **more: Any
    ) -> None:
        super().__init__(*about, **more)
        self._kept = {} if kept is None else kept

    async def mqtt_publish(
        self,
        topic: str,
        data: bytes | bytearray,
        qos: int | None,
        retain: bool,
        ack_timeout: int | None = None,
    ) -> OutgoingApplicationMessage:
        # MQTT 3.1.1 hides from who listens that a message is to be retained; such a tap opens nothing.
        if topic.endswith("/tap") and not retain:
            held = self._kept.get(topic)
            retain = held is not None and held.data == data
        return await super().mqtt_publish(topic, data, qos, retain, ack_timeout)

    async def _handle_qos1_message_flow(
        self, app_message: OutgoingApplicationMessage | IncomingApplicationMessage
    ) -> None:
        session, number = self.session, app_message.packet_id
        if not isinstance(app_message, OutgoingApplicationMessage) or session is None or number is None:
            await super()._handle_qos1_message_flow(app_message)
            return
        again = number in session.inflight_out
        if not again and not waiting_for(session).take(len(app_message.data), session.client_id):
            return
        session.inflight_out[number] = app_message
        await self._send_packet(app_message.build_publish_packet(dup=again))

    async def handle_puback(self, puback: PubackPacket) -> None:
        session = self.session
        number: Any = puback.variable_header and puback.variable_header.packet_id
        message = session.inflight_out.pop(number, None) if session else None
        if session and message and message.qos == QOS_1:
            waiting_for(session).done(len(message.data))
