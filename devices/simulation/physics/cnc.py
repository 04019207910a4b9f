"""A CNC router: spindle start, roughing passes, a tool change, finishing."""

import math
from dataclasses import dataclass

from devices.simulation.physics.jobs import Kind
from devices.simulation.physics.noise import between, chance, drift

STANDBY = 64.0  # controller and drives, spindle still
NO_LOAD = 390.0  # spindle and dust collector in air
SPIN_UP = 4.0
SPIN_DOWN = 8.0
TOOL_CHANGE = 30.0
PASS = 18.0


@dataclass(frozen=True)
class CncJob:
    seed: str
    milling: float

    @property
    def length(self) -> float:
        return SPIN_UP + self.milling + SPIN_DOWN

    def power(self, t: float) -> float:
        """Watts at t seconds into the job; the standby draw outside it."""
        ripple = 3.0 * drift(t, seed=self.seed, period=2)
        if not 0 <= t < self.length:
            return STANDBY + ripple
        if t < SPIN_UP:
            return STANDBY + NO_LOAD * t / SPIN_UP + 620.0 * math.sin(math.pi * t / SPIN_UP) + ripple
        if t >= SPIN_UP + self.milling:
            left = (self.length - t) / SPIN_DOWN
            return STANDBY + NO_LOAD * left**2 + ripple
        return STANDBY + self._spindle(t - SPIN_UP) + 5 * ripple

    def _spindle(self, t: float) -> float:
        """Roughing takes two thirds of the time, then the tool is changed, then the light finishing cuts."""
        change = self.milling * 2 / 3
        if change <= t < min(change + TOOL_CHANGE, self.milling):
            return 180.0  # the dust collector runs on
        number, into = divmod(t, PASS)
        if into < 2.5:  # the tool lifts and travels back
            return NO_LOAD
        load = (260, 720) if t < change else (70, 190)
        return NO_LOAD + between(*load, self.seed, int(number)) * (0.85 + 0.15 * chance(self.seed, int(t)))


CNC = Kind(STANDBY, CncJob)
