"""Units as we keep them: W, Wh, V, A, °C, hPa, s… whatever a device counts in."""

from __future__ import annotations

from firmware_bridge.wire.payload import BadPayload, number

LONGEST = 16

# Ours → theirs and how many of ours one of theirs is.
_SCALES: dict[str, dict[str, float]] = {
    "W": {"mW": 1e-3, "kW": 1e3, "MW": 1e6},
    "VA": {"mVA": 1e-3, "kVA": 1e3},
    "var": {"VAr": 1.0, "VAR": 1.0, "kvar": 1e3, "kVAr": 1e3},
    "Wh": {
        "mWh": 1e-3,
        "kWh": 1e3,
        "MWh": 1e6,
        "GWh": 1e9,
        "Wmin": 1 / 60,
        "Ws": 1 / 3600,
        "J": 1 / 3600,
        "kJ": 1 / 3.6,
        "MJ": 1e3 / 3.6,
        "GJ": 1e6 / 3.6,
    },
    "V": {"µV": 1e-6, "mV": 1e-3, "kV": 1e3},
    "A": {"µA": 1e-6, "mA": 1e-3},
    "Hz": {"kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    "hPa": {
        "Pa": 0.01,
        "kPa": 10.0,
        "MPa": 1e4,
        "mbar": 1.0,
        "cbar": 10.0,
        "bar": 1e3,
        "mmHg": 1.33322387415,
        "inHg": 33.86388667,
        "psi": 68.94757293,
    },
    "s": {"sec": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "d": 86400.0},
    "lx": {"lux": 1.0},
    "°C": {"C": 1.0, "℃": 1.0, "degC": 1.0, "Celsius": 1.0},
    "m³": {"m3": 1.0},
    "µg/m³": {"ug/m3": 1.0, "µg/m3": 1.0},
    "%": {"%RH": 1.0, "percent": 1.0},
}
_OURS = {theirs: (ours, factor) for ours, scale in _SCALES.items() for theirs, factor in scale.items()}
_OURS |= {ours: (ours, 1.0) for ours in ("", "var", "dBm", "rpm", "ppm", "mm", *_SCALES)}
_FAHRENHEIT = frozenset({"°F", "F", "℉", "degF", "Fahrenheit"})


def canonical(value: float, unit: str) -> tuple[float, str]:
    """A finite value and its unit, in ours where we have one.

    Raises:
        BadPayload: when it is too large to be told in ours.
    """
    known = _OURS.get(unit)
    if known is None:
        plain = unit.replace("μ", "µ").strip()  # one micro sign of the two that look alike
        if plain in _FAHRENHEIT:
            return _tidy((value - 32) / 1.8), "°C"
        known = _OURS.get(plain, (plain[:LONGEST], 1.0))
    ours, factor = known
    return (value if factor == 1.0 else _tidy(value * factor)), ours


def unit_of(unit: str) -> str:
    """What `canonical` makes of a unit."""
    return canonical(0.0, unit)[1]


def _tidy(value: float) -> float:
    """Without the dust of a binary multiplication: 0.1 kWh are 100 Wh."""
    if value in (float("inf"), float("-inf")):
        raise BadPayload("a value is out of range")
    return number(float(f"{value:.12g}"), "a value")
