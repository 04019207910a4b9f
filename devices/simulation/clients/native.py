"""What every device of our own protocol does: status with last will, hello, readings, commands."""

import asyncio
import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from devices.simulation.link import Link, Message
from devices.simulation.physics.radio import rssi
from devices.simulation.plan import Account, Broker
from devices.simulation.world import World

FIRMWARE = "1.4.0"
BETWEEN_HELLOS = 4  # reports: the first may have come before anybody listened
SHORTEST_REPORT = 0.5  # true seconds: a faster lab does not flood its broker


class NativeDevice:
    """Subclasses say what they measure (`measure`), how often (`period`) and what they obey (`obey`)."""

    channels: tuple[tuple[str, str], ...] = ()
    hears: tuple[str, ...] = ("command",)
    period: float = 20.0  # seconds between readings

    def __init__(self, account: Account, broker: Broker, world: World) -> None:
        self.account, self.world = account, world
        self.skew = 0.0  # seconds that this device's clock is wrong by
        self.seed = f"{world.seed}/{account.name}"
        self.link = Link(
            account,
            broker,
            will=Message(self.topic("status"), "offline", qos=1, retain=True),
            topics=tuple(map(self.topic, self.hears)),
            kept=(self.topic("allowlist"),),
            opened=self.opened,
            heard=self.heard,
        )

    def topic(self, what: str) -> str:
        return f"fablab/v1/{self.account.name}/{what}"

    def stamp(self) -> float:
        return round(self.world.clock.stamp() + self.skew, 3)

    def say(self, what: str, payload: Mapping[str, Any], *, qos: int = 0) -> None:
        self.link.send(Message(self.topic(what), json.dumps(payload), qos))

    def opened(self) -> None:
        self.link.send(Message(self.topic("status"), "online", qos=1, retain=True))
        self.introduce()
        self.report()

    def introduce(self) -> None:
        channels = [
            {"key": key, "unit": unit} for key, unit in (*self.channels, ("uptime", "s"), ("rssi", "dBm"))
        ]
        self.say(
            "hello", {"profile": self.account.profile, "firmware": FIRMWARE, "channels": channels}, qos=1
        )

    def heard(self, _topic: str, payload: bytes) -> None:
        try:
            command: Any = json.loads(payload)
        except (ValueError, RecursionError):
            return
        if not isinstance(command, dict) or not isinstance(command.get("expires", 0), int | float):
            return
        if command.get("expires", float("inf")) < self.world.clock.stamp():
            self.acknowledge(command, state="expired", ok=False)
        else:
            self.obey(command)

    def obey(self, command: Mapping[str, Any]) -> None:
        self.acknowledge(command, state="unsupported", ok=False)

    def acknowledge(self, command: Mapping[str, Any], *, state: str, ok: bool = True) -> None:
        self.say("ack", {"id": command.get("id"), "ok": ok, "state": state}, qos=1)

    def measure(self) -> Mapping[str, Any]:
        return {}

    def report(self) -> None:
        now = self.world.clock.now()
        health = {"uptime": round(now), "rssi": rssi(now, seed=self.seed)}
        self.say("readings", {"at": self.stamp(), **self.measure(), **health}, qos=1)

    async def live(self) -> None:
        for turn in count(1):
            await asyncio.sleep(max(min(SHORTEST_REPORT, self.period), self.period / self.world.clock.speed))
            if self.link.connected:
                if turn % BETWEEN_HELLOS == 0:
                    self.introduce()
                self.report()

    def goodbye(self) -> None:
        """A clean end says so itself: the last will is for the others."""
        self.link.send(Message(self.topic("status"), "offline", qos=1, retain=True))
        self.link.close()
