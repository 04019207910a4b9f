"""What meters measured before the simulation began, and hand in once they are connected."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime

from devices.simulation.clients.native import NativeDevice
from devices.simulation.clients.printers import TasmotaPlug
from devices.simulation.link import Message
from devices.simulation.physics.jobs import Kind
from devices.simulation.physics.noise import drift
from devices.simulation.plan import Work
from devices.simulation.world import World

AT_ONCE = 400  # readings in a message
SEVERAL = 20  # messages, then others get a turn
TELE_PERIOD = 300  # seconds between what a plug keeps
BESIDE = 150  # seconds: a plug tells naive local time, which is not believed near whole quarters of an hour
OFF_W = 0.3
PAUSE = 2.0  # live readings come first: they say how a machine stands


async def hand_in(device: NativeDevice | TasmotaPlug, work: Work, world: World) -> None:
    """Send it once."""
    while not device.link.connected:
        await asyncio.sleep(PAUSE)
    await asyncio.sleep(PAUSE)
    told = plugged(device, work) if isinstance(device, TasmotaPlug) else metered(device, work, world)
    for number, message in enumerate(told):
        device.link.send(message)
        if number % SEVERAL == 0:
            await asyncio.sleep(0.05)


def metered(device: NativeDevice, work: Work, world: World) -> Iterator[Message]:
    """A reading a minute."""
    kind = world.machine(device.account.resource or device.account.name).kind
    minutes = range(int(work.begins), int(work.until), 60)
    for first in range(0, len(minutes), AT_ONCE):
        some = minutes[first : first + AT_ONCE]
        readings = [{"at": at, "power": round(power(work, at, kind=kind), 1)} for at in some]
        yield Message(device.topic("readings"), json.dumps(readings), qos=1)


def power(work: Work, at: float, *, kind: Kind) -> float:
    """Watts in the minute that begins then."""
    if not any(start <= at < end for start, end in work.on):
        return OFF_W
    for start, seconds in work.jobs:
        job = kind.job(f"{work.seed}/{start:.0f}", max(seconds - 130, 60))  # it warms up and cools down, too
        if start <= at < start + job.length:
            return float(sum(job.power(at - start + part) for part in (5, 20, 35, 50)) / 4)
    return float(kind.standby * (1 + 0.03 * drift(at, seed=work.seed, period=300)))


def plugged(device: TasmotaPlug, work: Work) -> Iterator[Message]:
    """What a plug kept of a printer, as seldom as its telemetry period says."""
    for at in range(int(work.until) - BESIDE, int(work.begins), -TELE_PERIOD)[::-1]:
        told = {"Time": _naive(at), "ENERGY": {"Power": round(printed(work, at))}}
        yield Message(f"tele/{device.account.name}/SENSOR", json.dumps(told), qos=1)


def printed(work: Work, at: float) -> float:
    """The mean of a while, as a plug tells it: its bed is heated now and then."""
    for start, seconds in work.jobs:
        if start <= at < start + seconds:
            return 119 + 6 * drift(at, seed=work.seed, period=600)
    return 8.5 + drift(at, seed=work.seed, period=900)


def _naive(at: float) -> str:
    return datetime.fromtimestamp(at).isoformat(timespec="seconds")  # noqa: DTZ006
