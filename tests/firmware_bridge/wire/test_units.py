"""Every unit in ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.units import canonical, unit_of


@pytest.mark.parametrize(
    ("value", "unit", "ours"),
    [
        (0.1, "kWh", (100.0, "Wh")),
        (6.294, "kWh", (6294.0, "Wh")),
        (1350, "Wmin", (22.5, "Wh")),
        (3600, "kJ", (1000.0, "Wh")),
        (1.5, "kW", (1500.0, "W")),
        (3015, "mV", (3.015, "V")),
        (212, "°F", (100.0, "°C")),
        (-40, "F", (-40.0, "°C")),
        (21, "C", (21, "°C")),
        (101325, "Pa", (1013.25, "hPa")),
        (2, "min", (120.0, "s")),
        (5, "μg/m3", (5, "µg/m³")),
        (7, "furlong", (7, "furlong")),
        (7, " W ", (7, "W")),
        (7, "a very long unit of measurement", (7, "a very long unit")),
    ],
)
def test_ours(value, unit, ours):
    assert canonical(value, unit) == ours


def test_what_is_too_large_for_ours_is_bad():
    with pytest.raises(BadPayload):
        canonical(1e307, "kWh")


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["W", "", "%", "°C", "hPa"]))
def test_our_own_units_change_nothing(value, unit):
    assert canonical(value, unit) == (value, unit)
    assert unit_of(unit) == unit
