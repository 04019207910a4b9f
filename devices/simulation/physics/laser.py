"""A CO2 laser cutter: warm-up of chiller and extractor, cutting in bursts, cool-down."""

import math
from dataclasses import dataclass

from devices.simulation.physics.jobs import Kind
from devices.simulation.physics.noise import between, chance, drift

STANDBY = 46.0  # controller, screen, camera
AUXILIARIES = 280.0  # chiller and extractor once they run
WARM_UP = 40.0
COOL_DOWN = 75.0
STROKE = 3.0  # seconds that the head cuts or travels before it decides again


@dataclass(frozen=True)
class LaserJob:
    seed: str
    cutting: float

    @property
    def length(self) -> float:
        return WARM_UP + self.cutting + COOL_DOWN

    def power(self, t: float) -> float:
        """Watts at t seconds into the job; the standby draw outside it."""
        ripple = 2.0 * drift(t, seed=self.seed, period=4)
        if not 0 <= t < self.length:
            return STANDBY + ripple
        if t < WARM_UP:
            inrush = 170.0 * math.exp(-t / 1.2)
            return STANDBY + AUXILIARIES * min(1.0, 0.4 + t / WARM_UP) + inrush + ripple
        if t < WARM_UP + self.cutting:
            return STANDBY + AUXILIARIES + self._tube(t) + 6 * ripple
        cooled = (t - WARM_UP - self.cutting) / COOL_DOWN
        return STANDBY + AUXILIARIES * math.sqrt(1 - cooled) + ripple

    def _tube(self, t: float) -> float:
        """The beam is on for most strokes; travel between contours costs the motors only."""
        stroke = int(t / STROKE)
        if chance(self.seed, "travel", stroke) < 0.22:
            return 35.0
        return between(410, 640, self.seed, "layer", stroke // 12)


LASER = Kind(STANDBY, LaserJob)
