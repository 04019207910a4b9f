"""Printers as they come: an OctoPrint with its MQTT plugin, and the Tasmota plug that feeds the printer."""

import asyncio
import json
from datetime import datetime
from typing import Any

from devices.simulation.link import Link, Message
from devices.simulation.physics.noise import between, drift
from devices.simulation.physics.printer import Printing, printing
from devices.simulation.physics.radio import rssi
from devices.simulation.plan import Account, Broker
from devices.simulation.world import World

BOUGHT = 1767600000.0  # 2026-01-05, as TotalStartTime says
MEAN_KW = (0.12, 0.2)
RESTART = 4.0  # seconds until it is back


class Foreign:
    """A device with a dialect of its own: it knows a printer by the resource it sits on."""

    period = 10.0

    def __init__(self, account: Account, broker: Broker, world: World, *, will: Message) -> None:
        self.account, self.world = account, world
        self.printer = account.resource or account.name
        self.seed = f"{world.seed}/{self.printer}"
        self.will = will
        self.link = Link(account, broker, will=will, topics=self.topics, opened=self.opened, heard=self.heard)

    @property
    def topics(self) -> tuple[str, ...]:
        return ()

    def now(self) -> Printing:
        return printing(self.world.clock.now(), seed=self.seed)

    def opened(self) -> None: ...

    def heard(self, _topic: str, _payload: bytes) -> None: ...

    def report(self) -> None: ...

    async def live(self) -> None:
        while True:
            await asyncio.sleep(max(1.0, self.period / self.world.clock.speed))
            if self.link.connected:
                self.report()

    def goodbye(self) -> None:
        self.link.send(self.will)
        self.link.close()


class OctoPrint(Foreign):
    """The plugin's base topic is set to the device's name."""

    period = 4.0
    _state = ""

    def __init__(self, account: Account, broker: Broker, world: World) -> None:
        super().__init__(
            account, broker, world, will=Message(f"{account.name}/mqtt", "disconnected", qos=1, retain=True)
        )

    def say(self, what: str, payload: dict[str, Any]) -> None:
        body = {**payload, "_timestamp": int(self.world.clock.stamp())}
        self.link.send(Message(f"{self.account.name}/{what}", json.dumps(body), qos=1))

    def opened(self) -> None:
        self.link.send(Message(self.will.topic, "connected", qos=1, retain=True))
        self._state = ""
        self.report()

    def report(self) -> None:
        if self.printer in self.world.unplugged:
            return self._event("Disconnected", "unplugged")
        now = self.now()
        self.say("temperature/tool0", {"actual": round(now.tool, 1), "target": now.tool_target})
        self.say("temperature/bed", {"actual": round(now.bed, 1), "target": now.bed_target})
        if now.running:
            file = {"location": "local", "path": f"{now.file}.gcode"}
            self.say("progress/printing", {**file, "progress": now.progress})
            return self._event("PrintStarted", "running", {"name": f"{now.file}.gcode", "origin": "local"})
        return self._event("PrintDone" if self._state == "running" else "Connected", "ready")

    def _event(self, name: str, state: str, facts: dict[str, Any] | None = None) -> None:
        if state != self._state:
            self._state = state
            self.say(f"event/{name}", {"_event": name, **(facts or {})})


class TasmotaPlug(Foreign):
    """A metering plug, telling every ten seconds; it obeys `cmnd/<name>/POWER` and `…/Restart`."""

    def __init__(self, account: Account, broker: Broker, world: World) -> None:
        super().__init__(
            account, broker, world, will=Message(f"tele/{account.name}/LWT", "Offline", qos=1, retain=True)
        )
        self._counted_at = world.clock.stamp()
        self._today = 0.0
        hours = (self._counted_at - BOUGHT) / 3600
        self._kwh = between(*MEAN_KW, self.seed, "use") * hours  # flash keeps the counter over restarts

    @property
    def topics(self) -> tuple[str, ...]:
        return (f"cmnd/{self.account.name}/#",)

    @property
    def on(self) -> bool:
        return self.printer not in self.world.unplugged

    def opened(self) -> None:
        self.link.send(Message(self.will.topic, "Online", qos=1, retain=True))
        self.say("tele", "STATE", self._condition())
        self.report()

    def say(self, kind: str, what: str, payload: dict[str, Any]) -> None:
        self.link.send(Message(f"{kind}/{self.account.name}/{what}", json.dumps(payload), qos=1))

    def heard(self, topic: str, payload: bytes) -> None:
        what = topic.rsplit("/", 1)[-1]
        if what == "Restart":
            self.link.vanish(RESTART)
        if what not in ("POWER", "POWER1"):
            return
        wanted = {b"on": True, b"1": True, b"off": False, b"0": False}.get(payload.strip().lower(), self.on)
        (self.world.unplugged.discard if wanted else self.world.unplugged.add)(self.printer)
        self.say("stat", "RESULT", {"POWER": self._power_word()})
        self.report()

    def report(self) -> None:
        true = self.world.clock.stamp()
        power = max(0.0, self.now().power) if self.on else 0.0
        used = power * max(0.0, true - self._counted_at) / 3_600_000
        self._kwh, self._today = self._kwh + used, self._today + used
        self._counted_at = true
        volts = 231 + 2.5 * drift(self.world.clock.now(), seed=self.world.seed + "/mains", period=30)
        energy = {
            "TotalStartTime": "2026-01-05T08:00:00",
            "Total": round(self._kwh, 3),
            "Yesterday": 0.0,
            "Today": round(self._today, 3),
            "Power": round(power),
            "Factor": 0.93,
            "Voltage": round(volts),
            "Current": round(power / volts / 0.93, 3),
        }
        self.say("tele", "SENSOR", {"Time": self._time(), "ENERGY": energy})

    def _condition(self) -> dict[str, Any]:
        signal = rssi(self.world.clock.now(), seed=self.seed)
        wifi = {"RSSI": min(100, 2 * (signal + 100)), "Signal": signal}
        return {"Time": self._time(), "POWER": self._power_word(), "Wifi": wifi}

    def _power_word(self) -> str:
        return "ON" if self.on else "OFF"

    def _time(self) -> str:
        """Tasmota tells naive local time."""
        return datetime.fromtimestamp(self.world.clock.stamp()).isoformat(timespec="seconds")  # noqa: DTZ006
