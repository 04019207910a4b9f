"""The physical models: repeatable, plausible, and pure functions of time and seed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.simulation.physics import cnc, laser, printer, solder
from devices.simulation.physics.air import Air
from devices.simulation.physics.noise import between, chance, drift, settle
from devices.simulation.physics.radio import rssi

seeds = st.text(max_size=12)
times = st.floats(min_value=0, max_value=1e6)
KINDS = {"laser": laser.LASER, "cnc": cnc.CNC, "solder": solder.SOLDER}
MOST_WATTS = {"laser": 1050, "cnc": 1300, "solder": 80}


def mean(values):
    values = list(values)
    return sum(values) / len(values)


@given(seeds, times)
def test_chance_and_drift_stay_in_their_ranges_and_repeat(seed, t):
    assert 0 <= chance(seed, t) < 1
    assert -1 <= drift(t, seed=seed, period=7) <= 1
    assert (chance(seed, t), drift(t, seed=seed, period=7)) == (
        chance(seed, t),
        drift(t, seed=seed, period=7),
    )


@given(seeds, st.floats(min_value=-50, max_value=50), st.floats(min_value=51, max_value=500))
def test_between_keeps_its_bounds(seed, low, high):
    assert low <= between(low, high, seed) < high


@given(seeds, times)
def test_drift_is_smooth(seed, t):
    assert abs(drift(t + 0.01, seed=seed, period=10) - drift(t, seed=seed, period=10)) < 0.01


def test_what_settles_starts_at_its_start_and_ends_at_its_end():
    assert settle(20, 60, t=0, tau=10) == 20
    assert settle(20, 60, t=-5, tau=10) == 20
    assert settle(20, 60, t=1000, tau=10) == pytest.approx(60)


@pytest.mark.parametrize("name", KINDS)
@given(
    seed=seeds, work=st.floats(min_value=60, max_value=3600), part=st.floats(min_value=-0.2, max_value=1.2)
)
def test_a_job_draws_a_plausible_power_at_any_time(name, seed, work, part):
    kind = KINDS[name]
    job = kind.job(seed, work)

    watts = job.power(part * job.length)

    assert 0 < watts < MOST_WATTS[name]
    assert watts == kind.job(seed, work).power(part * job.length)


@pytest.mark.parametrize("name", KINDS)
def test_outside_its_job_a_machine_draws_its_standby(name):
    kind = KINDS[name]
    job = kind.job("s", 300)

    assert job.power(-1) == pytest.approx(kind.standby, abs=4)
    assert job.power(job.length + 1) == pytest.approx(kind.standby, abs=4)


def test_a_laser_warms_up_cuts_in_bursts_and_cools_down():
    job = laser.LaserJob("s", 600)
    cutting = [job.power(laser.WARM_UP + t) for t in range(600)]
    cooling = [job.power(laser.WARM_UP + 600 + t) for t in range(0, int(laser.COOL_DOWN), 5)]

    assert mean(job.power(t) for t in range(20, 40)) < 340
    assert min(cutting) < 400 < 700 < max(cutting)
    assert mean(cutting) == pytest.approx(750, abs=80)
    assert cooling == sorted(cooling, reverse=True)


def test_a_cnc_starts_hard_roughs_changes_its_tool_and_finishes_lightly():
    job = cnc.CncJob("s", 600)
    roughing = mean(job.power(cnc.SPIN_UP + t) for t in range(400))
    changing = mean(job.power(cnc.SPIN_UP + t) for t in range(402, 428))
    finishing = mean(job.power(cnc.SPIN_UP + t) for t in range(432, 600))

    assert job.power(cnc.SPIN_UP / 2) > 800
    assert roughing > finishing > changing
    assert changing < 260


@given(seeds, times)
@example("ïú\x18\x1aê\U0010e5b8\U000c7457\x96\x91W", 86392.0)  # motors beside a nozzle still heating
def test_a_printer_is_whole_at_any_moment(seed, t):
    now = printer.printing(t, seed=seed)

    assert now.state in ("idle", "heating", "printing", "cooling")
    assert now.running == (now.tool_target > 0)
    assert 0 <= now.progress <= 100
    assert 15 < now.tool < printer.TOOL_TARGET + 2
    assert 15 < now.bed < printer.BED_TARGET + 2
    assert 0 < now.power < 260


def test_a_print_heats_then_runs_from_nothing_to_done_then_cools():
    day = [printer.printing(t, seed="s") for t in range(0, 24 * 3600, 10)]
    states = [now.state for now in day]
    order = [state for state, before in zip(states, ["", *states], strict=False) if state != before]
    start = order.index("heating")

    assert order[start : start + 5] == ["heating", "printing", "cooling", "idle", "heating"]
    assert {now.progress for now in day if now.state == "printing"} >= {1, 25, 50, 75, 99}
    assert mean(now.tool for now in day if now.state == "printing") == pytest.approx(210, abs=3)


def test_some_of_four_printers_run_whenever_one_looks():
    moments = range(0, 48 * 3600, 600)
    running = [sum(printer.printing(t, seed=f"1/printer-{n}").running for n in range(1, 5)) for t in moments]

    assert running[0] >= 1
    assert 1 < mean(running) < 3.5


def test_people_warm_a_room_and_use_up_its_air():
    empty = Air().after(4 * 3600, people=0, hour=14, seed="s")
    full = Air().after(4 * 3600, people=15, hour=14, seed="s")

    assert 420 <= empty.co2 < 480
    assert 900 < full.co2 < 1100
    assert full.temperature > empty.temperature + 1
    assert full.humidity > empty.humidity


@given(st.lists(st.floats(min_value=0.1, max_value=600), min_size=1, max_size=40), seeds)
def test_the_air_of_a_room_stays_breathable(steps, seed):
    air = Air()
    for step in steps:
        air = air.after(step, people=6, hour=10.5, seed=seed)

    assert 17 < air.temperature < 26
    assert 25 < air.humidity < 60
    assert 400 < air.co2 < 800


@given(seeds, times)
def test_a_device_hears_its_network_weakly_or_well(seed, t):
    assert -76 <= rssi(t, seed=seed) <= -43
