"""What meters kept before the simulation began: a reading a minute, and in a job what a job draws."""

import json
from datetime import datetime

from devices.simulation.clients.printers import TasmotaPlug
from devices.simulation.clients.sensors import Meter
from devices.simulation.clock import LabClock
from devices.simulation.past import metered, plugged
from devices.simulation.physics.laser import STANDBY
from devices.simulation.plan import Account, Broker, Work
from devices.simulation.world import World

DAY = 1_795_392_000.0
NINE, TEN, EIGHT_PM = DAY + 9 * 3600, DAY + 10 * 3600, DAY + 20 * 3600
WORK = Work(DAY, DAY + 86400, on=((NINE, EIGHT_PM),), jobs=((TEN, 3600.0),), seed="meter-laser-1")


def account(name, profile, resource):
    return Account(name, name, "secret", profile, resource)


def test_a_meter_hands_in_a_reading_a_minute_in_few_messages():
    world = World(LabClock(), "1")
    meter = Meter(account("meter-laser-1", "power-meter", "laser-1"), Broker("127.0.0.1", 1), world)

    told = [*metered(meter, WORK, world)]
    readings = [reading for message in told for reading in json.loads(message.payload)]

    assert (len(told), {message.topic for message in told}) == (4, {"fablab/v1/meter-laser-1/readings"})
    assert [reading["at"] for reading in readings] == [DAY + 60 * n for n in range(1440)]
    power = {reading["at"]: reading["power"] for reading in readings}
    assert power[DAY] == power[EIGHT_PM] == 0.3
    assert abs(power[NINE] - STANDBY) < 3
    assert all(power[TEN + 60 * minute] > 300 for minute in range(1, 58))
    assert power[TEN + 3600] < 60


def test_a_plug_tells_its_local_time_never_near_a_quarter_of_an_hour_before_now():
    world = World(LabClock(), "1")
    plug = TasmotaPlug(account("plug-printer-1", "tasmota", "printer-1"), Broker("127.0.0.1", 1), world)

    told = [json.loads(message.payload) for message in plugged(plug, WORK)]

    times = [datetime.fromisoformat(one["Time"]).timestamp() for one in told]
    assert (len(told), times) == (288, sorted(times))
    assert all(60 < (WORK.until - at) % 900 < 840 for at in times)
    powers = {at: one["ENERGY"]["Power"] for at, one in zip(times, told, strict=True)}
    assert all((power > 100) is (TEN <= at < TEN + 3600) for at, power in powers.items())
