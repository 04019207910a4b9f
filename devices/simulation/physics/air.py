"""The air of a room: warmed by the day and by people, breathed by people, renewed by ventilation."""

import math
from dataclasses import dataclass

from devices.simulation.physics.noise import drift, settle

OUTDOOR_CO2 = 420.0  # ppm
CO2_EACH = 38.0  # ppm that one person adds in a ventilated room, once settled
RENEWAL = 25 * 60.0  # seconds
THERMAL = 90 * 60.0


@dataclass(frozen=True)
class Air:
    temperature: float = 20.5
    humidity: float = 44.0
    co2: float = 480.0

    def after(self, seconds: float, *, people: int, hour: float, seed: str) -> "Air":
        """The air some seconds later; `hour` is the hour of the day, 0 to 24."""
        t = hour * 3600
        sun = 1.6 * math.sin((hour - 9) / 24 * 2 * math.pi)
        warm = 20.5 + sun + 0.12 * people + 0.3 * drift(t, seed=seed, period=900)
        damp = 44.0 - 2.2 * sun + 0.4 * people + 1.5 * drift(t, seed=seed + "/damp", period=1200)
        stale = OUTDOOR_CO2 + CO2_EACH * people + 25 * (1 + drift(t, seed=seed + "/co2", period=600))
        return Air(
            settle(self.temperature, warm, t=seconds, tau=THERMAL),
            settle(self.humidity, damp, t=seconds, tau=THERMAL / 2),
            settle(self.co2, stale, t=seconds, tau=RENEWAL),
        )
