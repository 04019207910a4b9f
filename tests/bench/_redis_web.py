"""The same fan-out by channels_redis: the web process of `live` that its own is compared with.

As generous as can be: what changed within a tick goes out as one message to one group, ready made.
"""

import asyncio
import os
import threading

import django
import msgspec

django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from django.conf import settings  # noqa: E402

settings.CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": os.environ["REDIS_URL"], "max_connections": 2000}]},
    }
}

from lab import bus  # noqa: E402
from lab.hub import TICK  # noqa: E402

GROUP = "live"


class Teller:
    """Hears the bus, and tells the group what changed in each tick."""

    def __init__(self) -> None:
        self._lock, self._changed = threading.Lock(), {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is not None:
            return
        client = bus.new_client("redis")
        client.on_connect = lambda found, *_: found.subscribe(f"{bus.ROOT}#", 0)
        client.on_message = self._hear
        bus.connect(client)
        self._task = asyncio.get_running_loop().create_task(self._tick())

    def _hear(self, _client, _userdata, message) -> None:
        with self._lock:
            self._changed[message.topic.removeprefix(bus.ROOT)] = msgspec.json.decode(message.payload)

    async def _tick(self) -> None:
        layer, seq = get_channel_layer(), 1
        while True:
            await asyncio.sleep(TICK)
            with self._lock:
                changed, self._changed = self._changed, {}
            if changed:
                seq += 1
                frame = msgspec.json.encode({"seq": seq, "state": changed}).decode()
                await layer.group_send(GROUP, {"type": "frame", "text": frame})


class Screen(AsyncWebsocketConsumer):
    groups = [GROUP]

    async def connect(self) -> None:
        teller.start()
        await self.accept()

    async def frame(self, event: dict) -> None:
        await self.send(text_data=event["text"])


teller = Teller()
application = Screen.as_asgi()
