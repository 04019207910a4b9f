"""A soldering station: full power until hot, then short pulses that hold the tip."""

from dataclasses import dataclass

from devices.simulation.physics.jobs import Kind
from devices.simulation.physics.noise import chance, drift

STANDBY = 6.0
HEATING = 78.0
HEAT_UP = 25.0


@dataclass(frozen=True)
class SolderJob:
    seed: str
    soldering: float

    @property
    def length(self) -> float:
        return HEAT_UP + self.soldering

    def power(self, t: float) -> float:
        """Watts at t seconds into the job; the standby draw outside it."""
        ripple = 0.4 * drift(t, seed=self.seed, period=3)
        if not 0 <= t < self.length:
            return STANDBY + ripple
        if t < HEAT_UP:
            return HEATING + ripple
        joint = chance(self.seed, "joint", int(t / 4)) < 0.3  # the tip touches copper
        pulsing = t % 4 < (2.6 if joint else 1.0)
        return (HEATING if pulsing else STANDBY + 4) + ripple


SOLDER = Kind(STANDBY, SolderJob)
