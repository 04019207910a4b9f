"""One device's voice on the broker: what it says goes out as any native device's, commands come in."""

from __future__ import annotations

import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator

import msgspec

from firmware_bridge.letters import Bucket
from firmware_bridge.links.dialling import Server
from firmware_bridge.links.mqtt import Link
from firmware_bridge.serial.driving import Done
from firmware_bridge.wire import topics
from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.orders import Order, order
from firmware_bridge.wire.payload import BadPayload, Value

log = logging.getLogger("etabli.serial")

ONLINE, OFFLINE = b"online", b"offline"
TAP_LIFETIME = 3.0  # seconds that a tap may wait for the broker; longer, nobody stands there any more
MOST_REMEMBERED = 64
BETWEEN_BEATS = 30.0  # seconds; a reader that nobody taps at is alive all the same
TAPS_AT_ONCE, TAPS_A_SECOND = 10, 4  # more than hands can do

_encode = msgspec.json.encode


class Voice:
    """Speaks and listens below `fablab/v1/<device>`; the last will says that the device is offline."""

    def __init__(
        self, device: str, profile: str, channels: Iterable[tuple[str, str]], *, server: Server, lab: str
    ) -> None:
        self.device, self.is_online = device, False
        self._profile, self._channels = profile, (*channels, ("uptime", "s"))
        self._since = self._next_beat = 0.0
        self._firmware = ""
        self._boot, self._taps = secrets.token_hex(4), 0
        self._bucket = Bucket(TAPS_AT_ONCE, TAPS_A_SECOND)
        self._obeyed: OrderedDict[str, None] = OrderedDict()
        self._greeted = 0
        self.link = Link(
            server,
            client_id=f"etabli-serial-{device}-{lab}",
            topics=(topics.command(device),),
            announce_on=self._topic("status"),
            announce=lambda: ONLINE if self.is_online else OFFLINE,
            down=OFFLINE,
        )

    def orders(self, idle: float) -> Iterator[Order | Garbage]:
        """Commands that have come, each once; waits at most so long, and until one of the link's alarms."""
        for message in self.link.gather(idle=idle):
            self.link.ack([message])
            if message.retain:  # a command that a broker kept is not meant for now
                continue
            try:
                found = order(message.payload)
            except BadPayload as bad:
                yield Garbage(message.payload[:1024], f"a command that can't be followed: {bad.reason}")
                continue
            if self._is_new(found.id):
                yield found
        self._greet()

    def turn(self, online: bool, firmware: str = "") -> None:
        if online is self.is_online and firmware in ("", self._firmware):
            return
        if online is not self.is_online:
            self._since, self._next_beat = time.monotonic(), 0.0
        self.is_online, self._firmware = online, firmware or self._firmware
        self.link.publish(self._topic("status"), ONLINE if online else OFFLINE, qos=1, retain=True)
        self._greeted = 0
        self._greet()

    def tap(self, card: Card) -> bool:
        """Hand a card on; False when there are more than anybody can tap."""
        if not self._bucket.take():
            return False
        self._taps += 1
        nonce = f"{self._boot}-{self._taps:06d}"
        said = {"uid": card.uid, "nonce": nonce, "at": round(time.time(), 3)}
        self.link.publish(self._topic("tap"), _encode(said), qos=1, keep=TAP_LIFETIME)
        return True

    def tell(self, values: dict[str, Value]) -> None:
        said = {"at": round(time.time(), 3), **values}
        self.link.publish(self._topic("readings"), _encode(said), qos=1)

    def beat(self) -> None:
        """Say now and then for how long the device has been there."""
        now = time.monotonic()
        if self.is_online and now >= self._next_beat and self.link.connected:
            self._next_beat = now + BETWEEN_BEATS
            self.tell({"uptime": float(round(now - self._since))})

    def acknowledge(self, done: Done) -> None:
        if done.id:
            said = {"id": done.id, "ok": done.ok, "state": done.state}
            self.link.publish(self._topic("ack"), _encode(said), qos=1)

    def close(self) -> None:
        self.is_online = False
        self.link.close(OFFLINE)

    def _greet(self) -> None:
        """Say hello once on each connection, as soon as the device itself is there."""
        if not self.is_online or not self.link.connected or self._greeted == self.link.epoch:
            return
        self._greeted = self.link.epoch
        said = {
            "profile": self._profile,
            "firmware": self._firmware,
            "channels": [{"key": key, "unit": unit} for key, unit in self._channels],
        }
        self.link.publish(self._topic("hello"), _encode(said), qos=1)

    def _is_new(self, command: str) -> bool:
        """QoS 1 may bring a command twice."""
        if command in self._obeyed:
            return False
        self._obeyed[command] = None
        if len(self._obeyed) > MOST_REMEMBERED:
            self._obeyed.popitem(last=False)
        return True

    def _topic(self, what: str) -> str:
        return f"{topics.ROOT}{self.device}/{what}"
