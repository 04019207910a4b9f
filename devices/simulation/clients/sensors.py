"""Power meters on machines, and the air sensor of a room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from devices.simulation.clients.native import NativeDevice
from devices.simulation.physics.air import Air
from devices.simulation.physics.noise import drift
from devices.simulation.plan import Account, Broker
from devices.simulation.world import World

LONGEST_STEP = 3600.0


class Meter(NativeDevice):
    """Counts what a machine draws. It hangs before the relay, so it lives while the machine is off."""

    channels = (("power", "W"), ("energy", "Wh"), ("voltage", "V"), ("state", ""))
    period = 1.0

    def __init__(self, account: Account, broker: Broker, world: World) -> None:
        super().__init__(account, broker, world)
        self.machine = world.machine(account.resource or account.name)
        self._energy, self._counted_at = 0.0, world.clock.stamp()

    def measure(self) -> Mapping[str, Any]:
        lab, true = self.world.clock.now(), self.world.clock.stamp()
        power = self.machine.power(lab)
        self._energy += power * max(0.0, true - self._counted_at) / 3600  # true hours, as the stamps say
        self._counted_at = true
        state = "busy" if self.machine.busy(lab) else "idle" if self.machine.powered else "off"
        voltage = 231 + 2.5 * drift(lab, seed=self.world.seed + "/mains", period=30)
        return {
            "power": round(power, 1),
            "energy": round(self._energy, 3),
            "voltage": round(voltage, 1),
            "state": state,
        }


class RoomSensor(NativeDevice):
    channels = (("temperature", "°C"), ("humidity", "%"), ("co2", "ppm"))
    period = 10.0

    def __init__(self, account: Account, broker: Broker, world: World) -> None:
        super().__init__(account, broker, world)
        self._air, self._felt_at = Air(), world.clock.now()

    def measure(self) -> Mapping[str, Any]:
        now = self.world.clock.now()
        wall = datetime.fromtimestamp(self.world.clock.stamp()).astimezone()
        hour = wall.hour + wall.minute / 60
        step = min(now - self._felt_at, LONGEST_STEP)
        people = self.world.inside.total()
        self._air, self._felt_at = self._air.after(step, people=people, hour=hour, seed=self.seed), now
        noise = drift(now, seed=self.seed, period=20)
        return {
            "temperature": round(self._air.temperature + 0.05 * noise, 2),
            "humidity": round(self._air.humidity + 0.2 * noise, 1),
            "co2": round(self._air.co2 + 4 * noise),
        }
