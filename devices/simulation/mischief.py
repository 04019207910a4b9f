"""Misbehaviour on demand: devices that drop off, lie about time, flood, and send garbage."""

import json
import random
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from devices.simulation.clients.native import NativeDevice
from devices.simulation.link import Message
from devices.simulation.world import World

OVERSIZED = 70 * 1024  # above the protocol's 64 KiB
FLOOD = 400
WRONG_CLOCKS = (-3 * 86400.0, 7200.0, -1.7e9, 4e9)
Mischief = Callable[[NativeDevice, random.Random], None]


def drop(device: NativeDevice, rng: random.Random) -> None:
    device.link.vanish(rng.uniform(5, 30))


def clock(device: NativeDevice, rng: random.Random) -> None:
    device.skew = 0.0 if device.skew else rng.choice(WRONG_CLOCKS)
    device.report()


def flood(device: NativeDevice, _rng: random.Random) -> None:
    for _ in range(FLOOD):
        device.report()


def garbage(device: NativeDevice, rng: random.Random) -> None:
    for what, payload in _nonsense(rng):
        device.link.send(Message(device.topic(what), payload, qos=rng.choice((0, 1))))
    device.link.send(Message("fablab/v1/somebody-else/readings", '{"power": 9000}'))


def _nonsense(rng: random.Random) -> Sequence[tuple[str, bytes]]:
    return (
        ("readings", rng.randbytes(rng.randrange(1, 200))),
        ("readings", b'{"power": NaN, "at": "yesterday"}'),
        ("readings", b"[" * 2000),
        ("readings", b'{"power": "' + b"9" * OVERSIZED + b'"}'),
        ("tap", rng.randbytes(32)),
        ("tap", json.dumps({"uid": "not hex", "nonce": rng.random()}).encode()),
        ("tap", b"{}"),
        ("hello", b'"\xff\xfe"'),
        ("no-such-thing", b"?"),
        ("readings", '{"Time":"2018-02-15T17:37:10","ENERGY":{"Power":[1,null]}}'.encode("utf-16")),
    )


ALL: dict[str, Mischief] = {"drop": drop, "clock": clock, "flood": flood, "garbage": garbage}


def makers_of_trouble(
    kinds: Sequence[str], devices: Sequence[NativeDevice], world: World
) -> list[Coroutine[Any, Any, None]]:
    """One endless task for each kind: every now and then it strikes one device."""
    return [_strike(ALL[kind], devices, world, random.Random(f"{world.seed}/{kind}")) for kind in kinds]


async def _strike(
    mischief: Mischief, devices: Sequence[NativeDevice], world: World, rng: random.Random
) -> None:
    while devices:
        await world.clock.sleep(rng.uniform(5, 40))
        mischief(rng.choice(devices), rng)
