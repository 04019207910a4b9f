"""The whole simulated lab: builds every client from the plan and runs them until told to stop."""

import asyncio
import logging
import random
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from devices.simulation.clients.native import NativeDevice
from devices.simulation.clients.printers import Foreign, OctoPrint, TasmotaPlug
from devices.simulation.clients.readers import DoorReader, MachineReader, PresenceReader, Reader
from devices.simulation.clients.sensors import Meter, RoomSensor
from devices.simulation.clients.uhf import UhfReader
from devices.simulation.clock import LabClock
from devices.simulation.mischief import makers_of_trouble
from devices.simulation.past import hand_in
from devices.simulation.people.maker import Maker
from devices.simulation.people.visitor import visitor
from devices.simulation.people.web import Web
from devices.simulation.plan import Account, Broker, Plan
from devices.simulation.world import World

log = logging.getLogger("simulator")

Simulated = NativeDevice | Foreign
FAMILIES: dict[str, Callable[[Account, Broker, World], Simulated]] = {
    "door-reader": DoorReader,
    "machine-reader": MachineReader,
    "presence-reader": PresenceReader,
    "power-meter": Meter,
    "room-sensor": RoomSensor,
    "octoprint": OctoPrint,
    "tasmota": TasmotaPlug,
    "zebra": UhfReader,
}


@dataclass(frozen=True)
class Options:
    speed: float = 1.0
    seed: str = "1"
    misbehave: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    people: bool = True


class Lab:
    """Devices first, then the people who use them."""

    def __init__(self, plan: Plan, options: Options) -> None:
        self.plan, self.options = plan, options
        self.world = World(LabClock(options.speed), options.seed)
        self.devices: dict[str, Simulated] = {
            account.name: FAMILIES[account.profile](account, plan.broker, self.world)
            for account in plan.devices
            if account.profile in FAMILIES and (not options.only or account.name in options.only)
        }

    def makers(self) -> list[Maker]:
        return [
            Maker(
                person,
                Web(self.plan.base_url, person.token),
                self.world,
                door=self._reader(person.door),
                reader=self._reader(person.reader),
                rng=random.Random(f"{self.options.seed}/{person.username}"),
            )
            for person in self.plan.people
        ]

    def _reader(self, name: str | None) -> Reader | None:
        device = self.devices.get(name or "")
        return device if isinstance(device, Reader) else None

    def lives(self) -> list[Coroutine[Any, Any, None]]:
        """Every endless task of the lab."""
        natives = [device for device in self.devices.values() if isinstance(device, NativeDevice)]
        tasks = [task for device in self.devices.values() for task in (device.link.keep(), device.live())]
        tasks += makers_of_trouble(self.options.misbehave, natives, self.world)
        tasks += [
            hand_in(device, self.plan.past[name], self.world)
            for name, device in self.devices.items()
            if name in self.plan.past and isinstance(device, NativeDevice | TasmotaPlug)
        ]
        if self.options.people and not self.options.only:
            known = {person.resource for person in self.plan.people}
            tasks += [maker.live(first=8 + 14 * n**1.6) for n, maker in enumerate(self.makers())]
            tasks += [
                visitor(device.machine, self.world)
                for device in natives
                if isinstance(device, MachineReader) and device.account.resource not in known
            ]
        return tasks


async def run(plan: Plan, options: Options) -> None:
    """Run until SIGTERM or SIGINT, then say goodbye for every device."""
    lab, stop = Lab(plan, options), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    log.info("%d devices, speed %g", len(lab.devices), options.speed)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(life) for life in lab.lives()]
        await stop.wait()
        for task in tasks:
            task.cancel()
    for device in lab.devices.values():
        device.goodbye()
    log.info("ended")
