"""The server's side in tests of the simulated clients: hears everything, and answers taps if told how."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

import paho.mqtt.client as paho

from devices.simulation.lab import Lab, Options
from devices.simulation.plan import Account, Broker, Person, Plan

PASSWORD = "secret"
DEVICES = (
    "door-fablab",
    "badge-carrefour",
    "reader-laser-2",
    "meter-laser-2",
    "room-fablab",
    "octoprint-1",
    "plug-printer-1",
    "gate-rfid",
)
ACCOUNTS = dict.fromkeys(("bridge", *DEVICES), PASSWORD)


@dataclass
class Ear:
    client: paho.Client
    messages: list = field(default_factory=list)
    answer: Callable | None = None

    def of(self, topic):
        return [payload for heard, payload, kept in list(self.messages) if heard == topic and not kept]

    def values(self, topic):
        return [json.loads(payload) for payload in self.of(topic)]

    def command(self, device, **command):
        self.client.publish(f"fablab/v1/{device}/command", json.dumps(command), qos=1)

    def on_message(self, _client, _userdata, message):
        self.messages.append((message.topic, message.payload, message.retain))
        parts = message.topic.split("/")
        if self.answer and parts[-1] == "tap":
            tap = json.loads(message.payload)
            self.command(parts[2], nonce=tap["nonce"], expires=time.time() + 10, **self.answer(parts[2], tap))


@contextmanager
def ear_at(server):
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.username_pw_set("bridge", PASSWORD)
    ear, subscribed = Ear(client), threading.Event()
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_connect = lambda c, *_: c.subscribe("#", qos=1)
    client.on_message = ear.on_message
    client.connect(server.host, server.port)
    client.loop_start()
    assert subscribed.wait(60)
    try:
        yield ear
    finally:
        client.disconnect()
        client.loop_stop()


def account(name, profile, **where):
    return Account(name, name, ACCOUNTS.get(name, PASSWORD), profile, **where)


def plan(server, *devices, people: tuple[Person, ...] = (), base_url="http://127.0.0.1:9"):
    return Plan(base_url, Broker(server.host, server.port), devices, people)


async def until(truth, *, seconds=90.0):
    """What `truth` answers once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := truth()):
        assert time.monotonic() < deadline, f"never became true: {truth}"
        await asyncio.sleep(0.02)
    return found


def live(facts, scenario, **options):
    """Run the lab while the scenario does; the lab is the scenario's argument."""

    async def together():
        lab = Lab(facts, Options(**options))
        tasks = [asyncio.create_task(life) for life in lab.lives()]
        try:
            await until(lambda: all(device.link.connected for device in lab.devices.values()))
            return await scenario(lab)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            for device in lab.devices.values():
                device.goodbye()
            assert [end for end in ends if not isinstance(end, asyncio.CancelledError)] == []

    return asyncio.run(together())
