"""Badge readers at doors, machines and totems: a tap goes up, one command comes back and is obeyed."""

import asyncio
import hmac
import json
import secrets
from collections.abc import Mapping
from itertools import count
from typing import Any

from devices.simulation.clients.native import NativeDevice
from devices.simulation.plan import Account, Broker
from devices.simulation.world import World

PATIENCE = 5.0  # true seconds that a person waits before a silent reader
Command = Mapping[str, Any]


class Reader(NativeDevice):
    """Common to all: nonces that never repeat, and the answers people wait for."""

    hears = ("command", "allowlist")
    listed = 0  # the version of the list that it holds

    def __init__(self, account: Account, broker: Broker, world: World) -> None:
        super().__init__(account, broker, world)
        self._boot, self._taps = secrets.token_hex(3), count(1)
        self._waiting: dict[str, asyncio.Future[Command]] = {}

    async def present(self, uid: str) -> Command | None:
        """Somebody holds a badge to the reader; its command, or None when nothing answers."""
        nonce = f"{self._boot}-{next(self._taps):06d}"
        answer = self._waiting[nonce] = asyncio.get_running_loop().create_future()
        self.say("tap", {"uid": uid, "nonce": nonce, "at": self.stamp()}, qos=1)
        try:
            return await asyncio.wait_for(answer, PATIENCE)
        except TimeoutError:
            return None
        finally:
            del self._waiting[nonce]

    def heard(self, topic: str, payload: bytes) -> None:
        if topic.endswith("/allowlist"):
            self.take_list(payload)
        else:
            super().heard(topic, payload)

    def take_list(self, payload: bytes) -> None:
        """Hold a list that the server made for this reader, and say so; this lab never asks it."""
        body, _, signature = payload.rpartition(b',"sig":"')
        wanted = hmac.digest(bytes.fromhex(self.account.key), b"list " + body, "sha256").hex()
        ok = bool(self.account.key) and hmac.compare_digest(signature, wanted.encode() + b'"}')
        if ok:
            self.listed = json.loads(payload)["version"]
        told = {"id": f"allowlist-{self.listed}", "ok": ok, "state": "held" if ok else "bad signature"}
        self.say("ack", told | {"list": self.listed, "pending": 0, "at": self.stamp()}, qos=1)

    def obey(self, command: Command) -> None:
        match command.get("do"):
            case "unlock":
                self.unlock(command)
            case "relay":
                self.relay(command)
            case "refuse":
                self.acknowledge(command, state="refused")
            case _:
                super().obey(command)
        answer = self._waiting.get(str(command.get("nonce", "")))
        if answer is not None and not answer.done():
            answer.set_result(command)

    def unlock(self, command: Command) -> None:
        self.acknowledge(command, state="unsupported", ok=False)

    def relay(self, command: Command) -> None:
        self.acknowledge(command, state="unsupported", ok=False)


class DoorReader(Reader):
    channels = (("relay", ""),)
    unlocked = False
    _lock: asyncio.TimerHandle | None = None

    def measure(self) -> Mapping[str, Any]:
        return {"relay": int(self.unlocked)}

    def unlock(self, command: Command) -> None:
        if self._lock:
            self._lock.cancel()
        self.unlocked = True
        self._lock = asyncio.get_running_loop().call_later(float(command.get("seconds", 5)), self._relock)
        self.acknowledge(command, state="unlocked")
        self.report()

    def _relock(self) -> None:
        self.unlocked = False
        self.report()


class PresenceReader(Reader):
    """Stands beside a totem: its answers are shown, and nothing is wired to it."""

    def relay(self, command: Command) -> None:
        self.acknowledge(command, state="off")


class MachineReader(Reader):
    """Holds a machine's relay for as long as its lease runs, and never drops it mid-job."""

    channels = (("relay", ""), ("lease", "s"))
    _lease_until = 0.0
    _off_wanted = False

    def __init__(self, account: Account, broker: Broker, world: World) -> None:
        super().__init__(account, broker, world)
        self.machine = world.machine(account.resource or account.name)

    def measure(self) -> Mapping[str, Any]:
        left = max(0, round(self._lease_until - self.world.clock.stamp())) if self.machine.powered else 0
        return {"relay": int(self.machine.powered), "lease": left}

    def relay(self, command: Command) -> None:
        if command.get("on"):
            self._off_wanted = False
            self._lease_until = self.world.clock.stamp() + float(command.get("lease", 0))
            self.machine.switch(True)
            self.acknowledge(command, state="on")
        elif self.machine.busy(self.world.clock.now()):
            self._off_wanted = True
            self.acknowledge(command, state="busy", ok=False)
        else:
            self.machine.switch(False)
            self.acknowledge(command, state="off")
        self.report()

    async def live(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(super().live())
            tasks.create_task(self._watch_lease())

    async def _watch_lease(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            over = self._off_wanted or self._lease_until <= self.world.clock.stamp()
            if self.machine.powered and over and not self.machine.busy(self.world.clock.now()):
                self._off_wanted = False
                self.machine.switch(False)
                self.report()
