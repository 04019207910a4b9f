"""Misbehaviour on demand: nasty for the server, survivable for the device."""

import asyncio
import json
import random
import time

import pytest

from devices.simulation.mischief import FLOOD, OVERSIZED, clock, drop, flood, garbage
from tests.devices.simulation.ear import ACCOUNTS, account, ear_at, live, plan, until
from tests.servers import mosquitto_server

ROOM = account("room-fablab", "room-sensor", zone="fablab")
TOPIC = "fablab/v1/room-fablab"


@pytest.fixture(scope="module")
def server():
    with mosquitto_server(accounts=ACCOUNTS) as server:
        yield server


@pytest.fixture
def ear(server):
    with ear_at(server) as ear:
        yield ear


def test_a_device_that_drops_leaves_its_last_will_and_returns(server, ear):
    class Short(random.Random):
        def uniform(self, *_):
            return 0.5

    async def scenario(lab):
        drop(lab.devices["room-fablab"], Short())
        await until(lambda: b"offline" in ear.of(f"{TOPIC}/status"))
        await until(lambda: ear.of(f"{TOPIC}/status")[-1] == b"online")

    live(plan(server, ROOM), scenario)
    assert ear.of(f"{TOPIC}/status")[:3] == [b"online", b"offline", b"online"]


def test_a_lying_clock_lies_in_its_stamps_and_mends(server, ear):
    async def scenario(lab):
        for _ in range(2):
            clock(lab.devices["room-fablab"], random.Random(1))
        await until(lambda: len(ear.of(f"{TOPIC}/readings")) == 3)

    live(plan(server, ROOM), scenario)
    errors = [abs(reading["at"] - time.time()) for reading in ear.values(f"{TOPIC}/readings")]

    assert [error > 3600 for error in errors] == [False, True, False]


def test_a_flood_is_many_readings_at_once(server, ear):
    async def scenario(lab):
        flood(lab.devices["room-fablab"], random.Random(1))
        await until(lambda: len(ear.of(f"{TOPIC}/readings")) == FLOOD + 1)

    live(plan(server, ROOM), scenario)


def test_garbage_is_broken_foreign_and_oversized(server, ear):
    async def scenario(lab):
        garbage(lab.devices["room-fablab"], random.Random(1))
        await until(lambda: ear.of("fablab/v1/somebody-else/readings"))

    live(plan(server, ROOM), scenario)
    readings = ear.of(f"{TOPIC}/readings")

    assert max(len(payload) for payload in readings) > OVERSIZED
    assert b"{}" in ear.of(f"{TOPIC}/tap")
    assert sum(not _is_object(payload) for payload in readings) >= 2


def test_mischief_strikes_by_itself_and_the_lab_lives_on(server, ear):
    async def scenario(lab):
        await until(lambda: len(ear.of(f"{TOPIC}/readings")) > FLOOD)
        await asyncio.sleep(0.5)
        return lab.devices["room-fablab"].link.connected

    facts = plan(server, ROOM)
    assert live(facts, scenario, speed=100, misbehave=("clock", "flood", "garbage"))


def _is_object(payload):
    try:
        return isinstance(json.loads(payload), dict)
    except (ValueError, RecursionError):
        return False
