"""A fused-filament printer: when it prints, how warm it is, how far it has come, what it draws."""

from dataclasses import dataclass

from devices.simulation.physics.noise import between, chance, drift, settle

SLOT = 2.5 * 3600  # seconds; at most one print in each, so any moment can be asked directly
AMBIENT = 22.0
TOOL_TARGET, BED_TARGET = 210.0, 60.0
TOOL_TAU, BED_TAU = 55.0, 190.0  # heating
TOOL_FALL, BED_FALL = 150.0, 420.0  # cooling
HEAT_UP = 300.0  # the nozzle needs 250 s; fan and motors start only once it is warm
FILES = ("benchy", "support-camera", "boitier-lora", "engrenage-32", "pince-robot", "coque-capteur")


@dataclass(frozen=True)
class Printing:
    """One printer at one moment."""

    file: str
    state: str  # "idle", "heating", "printing", "cooling"
    progress: int  # percent
    tool: float
    bed: float
    tool_target: float
    bed_target: float
    power: float

    @property
    def running(self) -> bool:
        return self.state in ("heating", "printing")


def printing(t: float, *, seed: str) -> Printing:
    """The printer's state at lab second t. Each slot may hold one print that starts soon after it opens."""
    t += SLOT * chance(seed, "shift")
    slot, into = divmod(t, SLOT)
    place = (seed, int(slot))
    begins = between(60, 900, *place, "begins")
    ends = begins + HEAT_UP + between(1500, 5400, *place, "lasts")
    file = FILES[int(chance(*place, "file") * len(FILES))]
    ripple = 1.5 * drift(t, seed=seed, period=6)
    if into < begins:
        return Printing(file, "idle", 0, AMBIENT + ripple / 5, AMBIENT, 0.0, 0.0, 8.0 + ripple)
    if into < ends:
        return _heated(file, into - begins, ends - begins, t, ripple)
    tool = settle(_warm(TOOL_TARGET, TOOL_TAU, ends - begins), AMBIENT, t=into - ends, tau=TOOL_FALL)
    bed = settle(_warm(BED_TARGET, BED_TAU, ends - begins), AMBIENT, t=into - ends, tau=BED_FALL)
    state = "cooling" if tool > 45 else "idle"
    return Printing(file, state, 100, tool, bed, 0.0, 0.0, (14.0 if state == "cooling" else 8.0) + ripple)


def _heated(file: str, into: float, length: float, t: float, ripple: float) -> Printing:
    tool, bed = _warm(TOOL_TARGET, TOOL_TAU, into), _warm(BED_TARGET, BED_TAU, into)
    heating = into < HEAT_UP
    bed_on = bed < BED_TARGET - 2 or t % 24 < 9  # bang-bang: nine seconds of heat in twenty-four
    tool_watts = 40.0 if tool < TOOL_TARGET - 2 else 16.0
    power = 9.0 + tool_watts + (195.0 if bed_on else 0.0) + (0.0 if heating else 21.0) + 2 * ripple
    progress = 0 if heating else int(100 * (into - HEAT_UP) / (length - HEAT_UP))
    state = "heating" if heating else "printing"
    wobble = ripple / 3
    return Printing(file, state, progress, tool + wobble, bed + wobble / 4, TOOL_TARGET, BED_TARGET, power)


def _warm(target: float, tau: float, t: float) -> float:
    return settle(AMBIENT, target, t=t, tau=tau)
