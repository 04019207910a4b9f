"""The bridge's real processes say since when they hear, and begin anew after every break."""

import signal

import pytest

from tests.firmware_bridge.bridges import PATIENCE
from tests.processes import eventually


def pulse(lab, name: str) -> tuple[str, str] | None:
    rows = lab.rows(f"SELECT since, seen_at FROM devices_service WHERE name = '{name}'")
    return rows[0] if rows else None


@pytest.mark.parametrize("name", ["doors", "telemetry"])
def test_a_process_that_hears_says_so_again_and_again(quick_lab, name):
    with quick_lab.bridge(name):
        since, seen = eventually(lambda: pulse(quick_lab, name), PATIENCE)
        later = eventually(lambda: pulse(quick_lab, name)[1] > seen and pulse(quick_lab, name), PATIENCE)

        assert later[0] == since


@pytest.mark.parametrize("name", ["doors", "telemetry"])
def test_one_that_died_begins_anew_however_soon_it_is_back(quick_lab, name):
    with quick_lab.bridge(name) as process:
        since, _seen = eventually(lambda: pulse(quick_lab, name), PATIENCE)
        process.send(signal.SIGKILL)
        process.end()
    with quick_lab.bridge(name):
        assert eventually(lambda: pulse(quick_lab, name)[0] > since, PATIENCE)


@pytest.mark.parametrize("name", ["doors", "telemetry"])
def test_without_a_broker_nobody_hears_and_then_it_begins_anew(quick_lab, name):
    with quick_lab.bridge(name) as process:
        since, _seen = eventually(lambda: pulse(quick_lab, name), PATIENCE)
        quick_lab.server.kill()
        eventually(lambda: "next try" in process.text, PATIENCE)
        quick_lab.server.start()

        assert eventually(lambda: pulse(quick_lab, name)[0] > since, PATIENCE)
