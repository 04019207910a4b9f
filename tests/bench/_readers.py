"""Doors with their badges, and honest readers: each believes only a list that its own key signed."""

import json
import queue
import socket
import sys
import time
from typing import Any

import paho.mqtt.client as paho

from tests.processes import ROOT
from tests.servers import BrokerServer

sys.path.insert(0, str(ROOT / "firmware_bridge" / "firmware"))  # the reference reader's own decision
from reader.allowlist import AllowList, opened
from reader.keyed import badge_print

BADGES = tuple(f"04{number:06X}" for number in range(1, 301))


class Reader:
    """What one reader would do with a badge by itself; it tells the server which list it holds."""

    def __init__(self, name: str, key: bytes, site_key: bytes, broker: BrokerServer) -> None:
        self.name, self._key, self._site_key = name, key, site_key
        self.held: AllowList | None = None
        self.taken: queue.Queue[float] = queue.Queue()  # moments of new lists
        self.plain: queue.Queue[float] = queue.Queue()  # and of other messages
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name)
        self._client.on_socket_open = lambda _c, _u, sock: sock.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        self._client.on_message = self._hear
        self._client.on_connect = lambda client, *_: client.subscribe(
            [(f"fablab/v1/{name}/allowlist", 1), (f"bench/{name}", 1)]
        )
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()

    def lets_in(self, uid: str) -> bool:
        who = badge_print(uid, self._site_key, self._key)
        return self.held is not None and bool(self.held.decide(who, int(time.time())).granted)

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: paho.Client, _told: Any, message: paho.MQTTMessage) -> None:
        if message.topic.startswith("bench/"):
            self.plain.put(time.perf_counter())
            return
        self.held = opened(message.payload, self._key)
        self.taken.put(time.perf_counter())
        version = self.held.version
        told = {"id": f"allowlist-{version}", "ok": True, "state": "held", "list": version}
        self._client.publish(f"fablab/v1/{self.name}/ack", json.dumps(told), 1)


def rows(doors: int) -> dict[str, Any]:
    """A lab with so many doors; runs in a Django process."""
    from datetime import UTC, datetime

    from django.conf import settings
    from django.test import Client

    from devices.models import Device
    from devices.prints import learn_print
    from devices.reader_keys import reader_key, site_key
    from lab.fingerprints import fingerprint, sealed_print
    from lab.models import Badge, Door, Member, Zone

    pepper, secret = settings.CONFIG.badge_pepper, settings.CONFIG.reader_secret
    zone = Zone.objects.create(slug="lab", name="Lab", always_open=True)
    for number in range(doors):
        door = Door.objects.create(slug=f"door-{number}", name=f"Door {number}", zone=zone)
        Device.objects.create(name=door.slug, profile="door-reader", door=door, claimed_at=datetime.now(UTC))
    who = Member.objects.create_user("alice", "alice@example.org", "open sesame")
    badges = {}
    for uid in BADGES:
        mark = fingerprint(uid, pepper=pepper)
        badges[uid] = Badge.objects.create(member=who, fingerprint=mark).pk
        sealed = sealed_print(uid, site_key=site_key(secret), pepper=pepper)
        learn_print(fingerprint=mark, sealed=sealed)
    client = Client()
    client.force_login(who)
    return {
        "site_key": site_key(secret).hex(),
        "keys": {device.name: reader_key(device, secret).hex() for device in Device.objects.all()},
        "badges": badges,
        "session": client.cookies["sessionid"].value,
    }


def learnt() -> int:
    """How many readers' refusals the server knows of; runs in a Django process."""
    from booking.models import Barred

    return Barred.objects.count()
