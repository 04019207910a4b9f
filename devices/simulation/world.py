"""The physical world that the clients share: mains through relays, jobs on machines, people in rooms."""

from collections import Counter
from dataclasses import dataclass, field

from devices.simulation.clock import LabClock
from devices.simulation.physics.cnc import CNC
from devices.simulation.physics.jobs import Job, Kind
from devices.simulation.physics.laser import LASER
from devices.simulation.physics.noise import drift
from devices.simulation.physics.solder import SOLDER

KINDS = {"laser": LASER, "cnc": CNC, "solder": SOLDER}


@dataclass
class Machine:
    """One machine behind a relay; lab seconds throughout."""

    name: str
    kind: Kind
    powered: bool = False
    _job: Job | None = None
    _since: float = 0.0

    def switch(self, on: bool) -> None:
        self.powered = on
        if not on:
            self._job = None

    def start(self, *, seconds: float, seed: str, now: float) -> None:
        """Begin a job; without current nothing happens."""
        if self.powered:
            self._job, self._since = self.kind.job(seed, seconds), now

    def busy(self, now: float) -> bool:
        return self.powered and self._job is not None and now < self._since + self._job.length

    def power(self, now: float) -> float:
        if not self.powered:
            return 0.0
        if self._job is None:
            return self.kind.standby * (1 + 0.03 * drift(now, seed=self.name, period=3))
        return max(0.0, self._job.power(now - self._since))


@dataclass
class World:
    clock: LabClock
    seed: str
    machines: dict[str, Machine] = field(default_factory=dict)
    inside: Counter[str] = field(default_factory=Counter)  # people by door
    unplugged: set[str] = field(default_factory=set)  # printers whose plug is off

    def machine(self, resource: str) -> Machine:
        """The machine of a resource: its kind stands in its name, as in `laser-1`."""
        kind = KINDS.get(resource.rsplit("-", 1)[0], LASER)
        return self.machines.setdefault(resource, Machine(resource, kind))
