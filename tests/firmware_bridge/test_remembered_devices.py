"""After a restart of the bridge a remembered device keeps the family that it speaks."""

import pytest

from firmware_bridge.telemetry.known import Known
from firmware_bridge.telemetry.newest import Newest

PLUG = Known(profile="tasmota", online=True, status_at=0.0)


@pytest.mark.parametrize("first", ["message", "table"])
def test_a_remembered_device_is_of_the_family_that_it_speaks(first):
    newest = Newest()
    newest.remember([("plug-new", "power", "W", 8.0, 1)])

    if first == "message":
        newest.admit("plug-new", ["power"], "tasmota")
    newest.meet({"plug-new": PLUG})

    assert newest.states["plug-new"].profile == "tasmota"
    assert newest.snapshot(newest.states["plug-new"], 2.0)["profile"] == "tasmota"
