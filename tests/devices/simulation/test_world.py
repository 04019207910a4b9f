"""The shared physical world: nothing draws without its relay, and a job ends with the current."""

import pytest

from devices.simulation.clock import LabClock
from devices.simulation.physics.cnc import CNC
from devices.simulation.physics.laser import LASER, STANDBY
from devices.simulation.physics.solder import SOLDER
from devices.simulation.world import World


def world():
    return World(LabClock(), "s")


def test_a_machine_is_what_its_name_says_and_one_object_for_all():
    lab = world()

    assert [lab.machine(name).kind for name in ("laser-2", "cnc-2", "solder-1")] == [LASER, CNC, SOLDER]
    assert lab.machine("laser-2") is lab.machine("laser-2")


def test_a_machine_draws_nothing_until_its_relay_is_on():
    laser = world().machine("laser-1")
    laser.start(seconds=100, seed="s", now=0)

    assert (laser.power(10), laser.busy(10)) == (0.0, False)

    laser.switch(True)
    assert (laser.power(10), laser.busy(10)) == (pytest.approx(STANDBY, abs=2), False)


def test_a_job_runs_from_its_start_to_its_end():
    laser = world().machine("laser-1")
    laser.switch(True)
    laser.start(seconds=100, seed="s", now=50)

    assert laser.busy(51)
    assert laser.power(120) > 300
    assert not laser.busy(50 + 40 + 100 + 75)
    assert laser.power(500) < 50


def test_without_current_the_job_is_lost():
    laser = world().machine("laser-1")
    laser.switch(True)
    laser.start(seconds=100, seed="s", now=0)
    laser.switch(False)
    laser.switch(True)

    assert not laser.busy(60)
    assert laser.power(60) == pytest.approx(STANDBY, abs=2)


def test_a_fast_lab_lives_fast_and_stamps_true():
    slow, fast = LabClock(1), LabClock(3600)
    before = slow.now(), fast.now()
    while slow.now() - before[0] < 0.02:
        pass

    assert fast.now() - before[1] > 60
    assert abs(fast.stamp() - slow.stamp()) < 0.5
